/* Several workers take numbers from a board in shared memory.
 *
 *     fixed [WORKERS]
 *
 * The parent makes the board, gives it its size and writes the first number on it before there is a
 * worker: nobody can come in between. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_NUMBER = 1001 };

struct board {
    atomic_long next_number;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static struct board *map(int fd)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(close(fd), "close");
    return board;
}

/* The board, which is made if there is none yet. */
static struct board *get_board(const char *name)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    bool first = fd != -1;

    if (!first && errno == EEXIST)
        fd = shm_open(name, O_RDWR, 0);
    check(fd, "shm_open");
    if (first)
        check(ftruncate(fd, sizeof(struct board)), "ftruncate");
    struct board *board = map(fd);
    if (first)
        board->next_number = FIRST_NUMBER;
    return board;
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    char name[32];

    if (workers < 1)
        errx(EXIT_FAILURE, "at least one worker");
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(snprintf(name, sizeof name, "/board.%ld", (long)getpid()), "snprintf");
    struct board *board = get_board(name);

    for (long w = 0; w < workers; w++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            atomic_fetch_add(&get_board(name)->next_number, 1);
            exit(EXIT_SUCCESS);
        }
    for (long w = 0; w < workers; w++) {
        int status;
        check(wait(&status), "wait");
        if (WIFSIGNALED(status))
            warnx("a worker was killed: %s", strsignal(WTERMSIG(status)));
    }
    long next_number = board->next_number;
    check(shm_unlink(name), "shm_unlink");
    check(printf("%ld workers, next number %ld\n", workers, next_number), "printf");
    return next_number == FIRST_NUMBER + workers ? EXIT_SUCCESS : EXIT_FAILURE;
}
