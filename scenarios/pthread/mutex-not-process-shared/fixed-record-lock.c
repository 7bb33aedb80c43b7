/* Several children keep one journal: each entry has a number, one more than the last, which stands
 * in shared memory behind a lock.
 *
 *     fixed-record-lock [ENTRIES...]
 *
 * Each child writes as many as its argument says. The processes share a file anyway, so they lock
 * that: the kernel keeps the lock, knows who waits for it, and takes it back when its owner ends.
 * Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board { /* in shared memory */
    long last;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void set_lock(int file, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET}; /* of the whole file */

    check(fcntl(file, F_SETLKW, &lock), "fcntl F_SETLKW");
}

static struct board *new_board(void)
{
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    return board;
}

/* The lock is held until the entry is written: the journal is in the order of its numbers. */
static void write_entries(struct board *board, int journal, long entries)
{
    for (long i = 0; i < entries; i++) {
        set_lock(journal, F_WRLCK);
        long number = board->last + 1;
        check(dprintf(journal, "%ld by process %d\n", number, (int)getpid()), "dprintf");
        board->last = number;
        set_lock(journal, F_UNLCK);
    }
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "1", "1", NULL};
    char **words = argc > 1 ? argv : standard;
    long entries = 0;
    int status, children = 0;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct board *board = new_board();
    int journal =
        (int)check(open("journal", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600), "open journal");

    for (; words[children + 1] != NULL; children++) {
        long share = strtol(words[children + 1], NULL, 10);
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "child"), "prctl");
            write_entries(board, journal, share);
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
