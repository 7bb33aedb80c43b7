/* Several children keep one journal: each entry has a number, one more than the last, which stands
 * in shared memory.
 *
 *     wrong-take-turns [ENTRIES...]
 *
 * Each child writes as many as its argument says. The mutex has given way to turns: each child
 * posts the semaphore of the next, which wakes it in whatever process. But a child that has more
 * entries than another waits for a turn from one that has ended. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board { /* in shared memory */
    long last;
    sem_t turn[];
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static struct board *new_board(int children)
{
    size_t size = sizeof(struct board) + (size_t)children * sizeof(sem_t);
    struct board *board =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    for (int c = 0; c < children; c++)
        check(sem_init(&board->turn[c], 1, c == 0), "sem_init");
    return board;
}

/* It is its turn until the entry is written: the journal is in the order of its numbers. */
static void write_entries(struct board *board, int journal, long entries, int me, int next)
{
    for (long i = 0; i < entries; i++) {
        check(sem_wait(&board->turn[me]), "sem_wait");
        long number = board->last + 1;
        check(dprintf(journal, "%ld by process %d\n", number, (int)getpid()), "dprintf");
        board->last = number;
        check(sem_post(&board->turn[next]), "sem_post");
    }
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "1", "1", NULL};
    char **words = argc > 1 ? argv : standard;
    long entries = 0;
    int status, children = argc > 1 ? argc - 1 : 2;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct board *board = new_board(children);
    int journal =
        (int)check(open("journal", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600), "open journal");

    for (int c = 0; c < children; c++) {
        long share = strtol(words[c + 1], NULL, 10);
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "child"), "prctl");
            write_entries(board, journal, share, c, (c + 1) % children);
            check(close(journal), "close");
            exit(EXIT_SUCCESS);
        }
        entries += share;
    }
    check(close(journal), "close");
    for (; children > 0; children--) {
        check(wait(&status), "wait");
        if (status != 0)
            errx(EXIT_FAILURE, "a child failed");
    }
    check(unlink("journal"), "unlink");
    check(printf("%ld entries, the last is number %ld\n", entries, board->last), "printf");
    return board->last == entries ? EXIT_SUCCESS : EXIT_FAILURE;
}
