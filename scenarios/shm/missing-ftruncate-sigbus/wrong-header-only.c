/* A writer makes a POSIX shared memory object, maps it and fills it; a reader opens it by its name
 * and adds up the first items.
 *
 *     wrong-header-only [ITEMS [READ]]
 *
 * The writer gives the object the size of the struct: the items are a flexible array member, which
 * sizeof does not count. Memory comes in pages, so a few items fit into the rest of the first one;
 * more of them are beyond the end, and the writer dies as before. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    long sum; /* the reader's result */
    long item[];
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static size_t size_of(long items)
{
    return sizeof(struct board) + (size_t)items * sizeof(long);
}

static struct board *map(int fd, size_t size)
{
    struct board *board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(close(fd), "close");
    return board;
}

static struct board *create_board(const char *name, long items)
{
    int fd = (int)check(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600), "shm_open");
    check(ftruncate(fd, sizeof(struct board)), "ftruncate");
    return map(fd, size_of(items));
}

static struct board *open_board(const char *name, long items)
{
    int fd = (int)check(shm_open(name, O_RDWR, 0), "shm_open");

    return map(fd, size_of(items));
}

static long sum_of(const struct board *board, long items)
{
    long sum = 0;

    for (long i = 0; i < items; i++)
        sum += board->item[i];
    return sum;
}

int main(int argc, char *argv[])
{
    long items = argc > 1 ? atol(argv[1]) : 100;
    long head = argc > 2 ? atol(argv[2]) : items;
    char name[32];

    check(prctl(PR_SET_NAME, "writer"), "prctl");
    check(snprintf(name, sizeof name, "/board.%ld", (long)getpid()), "snprintf");
    struct board *board = create_board(name, items);
    for (long i = 0; i < items; i++)
        board->item[i] = i + 1;

    pid_t reader = (pid_t)check(fork(), "fork");
    if (reader == 0) {
        check(prctl(PR_SET_NAME, "reader"), "prctl");
        struct board *view = open_board(name, head);
        view->sum = sum_of(view, head);
        exit(EXIT_SUCCESS);
    }
    int status;
    check(waitpid(reader, &status, 0), "waitpid");
    check(shm_unlink(name), "shm_unlink");
    if (status != 0)
        errx(EXIT_FAILURE, "the reader failed");
    check(printf("sum of %ld items %ld, of all %ld items %ld\n", head, board->sum, items,
                 sum_of(board, items)),
          "printf");
    return EXIT_SUCCESS;
}
