/* Several workers take numbers from a board in shared memory. Whoever finds no board makes one.
 *
 *     fixed-named-last [WORKERS]
 *
 * It makes the board under a name that nobody else knows, finishes it, and then gives it the name
 * by which all find it. If somebody else was faster, theirs is the board. There is no moment at
 * which the name leads to a board that is not finished, whoever makes it and wherever he is
 * stopped. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
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

/* Makes a finished board and calls it `name`, unless there is one of that name. */
static void make_board(const char *name)
{
    char draft[32], draft_path[64], path[64];

    check(snprintf(draft, sizeof draft, "/draft.%ld", (long)getpid()), "snprintf");
    check(snprintf(draft_path, sizeof draft_path, "/dev/shm%s", draft), "snprintf");
    check(snprintf(path, sizeof path, "/dev/shm%s", name), "snprintf");
    int fd = (int)check(shm_open(draft, O_RDWR | O_CREAT | O_EXCL, 0600), "shm_open");
    check(ftruncate(fd, sizeof(struct board)), "ftruncate");
    map(fd)->next_number = FIRST_NUMBER;
    if (link(draft_path, path) == -1 && errno != EEXIST)
        err(EXIT_FAILURE, "link %s", path);
    check(shm_unlink(draft), "shm_unlink");
}

/* The board, which is made if there is none yet. */
static struct board *get_board(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1 && errno == ENOENT) {
        make_board(name);
        fd = shm_open(name, O_RDWR, 0);
    }
    check(fd, "shm_open");

    return map(fd);
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    char name[32];

    if (workers < 1)
        errx(EXIT_FAILURE, "at least one worker");
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(snprintf(name, sizeof name, "/board.%ld", (long)getpid()), "snprintf");

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
    struct board *board = get_board(name);
    long next_number = board->next_number;
    check(shm_unlink(name), "shm_unlink");
    check(printf("%ld workers, next number %ld\n", workers, next_number), "printf");
    return next_number == FIRST_NUMBER + workers ? EXIT_SUCCESS : EXIT_FAILURE;
}
