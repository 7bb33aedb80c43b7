/* An office puts letters into a tray, and rings a bell, an eventfd, for each. A clerk takes them
 * out. The first half has come before the clerk does, the other half comes while he works.
 *
 *     wrong-sleep [LETTERS]
 *
 * An eventfd is a counter: a read() takes all rings that have not been read yet, at once. So the
 * office has the clerk come first, and leaves him time after each ring. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct tray {
    long done;      /* the sum of the letters that the clerk has taken out */
    long letters[]; /* numbers from 1 on */
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void put_letter(struct tray *tray, long letter, int bell)
{
    uint64_t ring = 1;

    tray->letters[letter - 1] = letter;
    check(write(bell, &ring, sizeof ring), "write");
    check(usleep(50000), "usleep");
}

/* Takes out so many letters. */
static void work(struct tray *tray, long letters, int bell)
{
    uint64_t rings;

    for (long i = 0; i < letters; i++) {
        check(read(bell, &rings, sizeof rings), "read");
        tray->done += tray->letters[i];
    }
}

static void start_clerk(struct tray *tray, long letters, int bell)
{
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "clerk"), "prctl");
        work(tray, letters, bell);
        check(close(bell), "close");
        exit(EXIT_SUCCESS);
    }
}

int main(int argc, char *argv[])
{
    long letters = argc > 1 ? strtol(argv[1], NULL, 10) : 4, letter = 1;
    size_t size = sizeof(struct tray) + letters * sizeof(long);
    struct tray *tray = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int bell = check(eventfd(0, 0), "eventfd");

    if (tray == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(prctl(PR_SET_NAME, "office"), "prctl");
    start_clerk(tray, letters, bell);
    while (letter <= letters)
        put_letter(tray, letter++, bell);
    check(wait(NULL), "wait");
    check(close(bell), "close");
    check(printf("the letters make %ld of %ld\n", tray->done, letters * (letters + 1) / 2),
          "printf");
    check(munmap(tray, size), "munmap");
    return EXIT_SUCCESS;
}
