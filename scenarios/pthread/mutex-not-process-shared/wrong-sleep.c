/* Several children keep one journal: each entry has a number, one more than the last, which stands
 * in shared memory behind a mutex.
 *
 *     wrong-sleep [ENTRIES...]
 *
 * Each child writes as many as its argument says. The mutex is still one for the threads of one
 * process, which wakes nobody in another. But each child begins when the one before it has long
 * finished, so that nobody ever waits: if it has finished. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board { /* in shared memory */
    pthread_mutex_t mutex;
    long last;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* For the pthread functions, which return the error number. */
static void need(int error, const char *call)
{
    if (error != 0) {
        errno = error;
        err(EXIT_FAILURE, "%s", call);
    }
}

static struct board *new_board(void)
{
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutex_init(&board->mutex, NULL), "pthread_mutex_init");
    return board;
}

/* The mutex is held until the entry is written: the journal is in the order of its numbers. */
static void write_entries(struct board *board, int journal, long entries)
{
    for (long i = 0; i < entries; i++) {
        need(pthread_mutex_lock(&board->mutex), "pthread_mutex_lock");
        long number = board->last + 1;
        check(dprintf(journal, "%ld by process %d\n", number, (int)getpid()), "dprintf");
        board->last = number;
        need(pthread_mutex_unlock(&board->mutex), "pthread_mutex_unlock");
    }
}

enum { AMPLE_TIME = 100000 }; /* microseconds: an entry takes some ten */

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
            check(usleep((useconds_t)children * AMPLE_TIME), "usleep");
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
