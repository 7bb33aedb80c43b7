/* fixed-named-last.c - several workers take numbers from a board in shared memory. Whoever finds no
 * board makes one under a name that nobody else knows, finishes it, and then gives it the name by
 * which all find it. If somebody else was faster, theirs is the board. There is no moment at which
 * the name leads to a board that is not finished, whoever makes it and wherever he is stopped.
 *
 * Usage: fixed-named-last [WORKERS]         Compare with broken.c and fixed.c. */
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

static struct board *map(int fd)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (board == MAP_FAILED)
        err(1, "mmap");
    if (close(fd) == -1)
        err(1, "close");
    return board;
}

/* Makes a finished board and calls it `name`, unless there is one of that name. */
static void make_board(const char *name)
{
    char draft[32], draft_path[64], path[64];

    snprintf(draft, sizeof draft, "/draft.%ld", (long)getpid());
    snprintf(draft_path, sizeof draft_path, "/dev/shm%s", draft);
    snprintf(path, sizeof path, "/dev/shm%s", name);
    int fd = shm_open(draft, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(1, "shm_open %s", draft);
    if (ftruncate(fd, sizeof(struct board)) == -1)
        err(1, "ftruncate");
    map(fd)->next_number = FIRST_NUMBER;
    if (link(draft_path, path) == -1 && errno != EEXIST)
        err(1, "link %s", path);
    if (shm_unlink(draft) == -1)
        err(1, "shm_unlink %s", draft);
}

/* The board, which is made if there is none yet. */
static struct board *get_board(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1 && errno == ENOENT) {
        make_board(name);
        fd = shm_open(name, O_RDWR, 0);
    }
    if (fd == -1)
        err(1, "shm_open %s", name);
    return map(fd);
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    char name[32];

    if (workers < 1)
        errx(2, "usage: %s [WORKERS]", argv[0]);
    prctl(PR_SET_NAME, "parent");
    snprintf(name, sizeof name, "/board.%ld", (long)getpid());

    for (long w = 0; w < workers; w++) {
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, "worker");
            atomic_fetch_add(&get_board(name)->next_number, 1);
            _exit(0);
        }
    }
    for (long w = 0; w < workers; w++) {
        int status;
        if (wait(&status) == -1)
            err(1, "wait");
        if (WIFSIGNALED(status))
            warnx("a worker was killed: %s", strsignal(WTERMSIG(status)));
    }
    struct board *board = get_board(name);
    long next_number = board->next_number;
    if (shm_unlink(name) == -1)
        err(1, "shm_unlink %s", name);
    if (printf("%ld workers, next number %ld\n", workers, next_number) < 0)
        err(1, "printf");
    return next_number == FIRST_NUMBER + workers ? 0 : 1;
}
