/* broken.c - a writer makes a POSIX shared memory object, maps it and fills it; a reader opens it
 * by name and adds up the first items. A new object has no bytes at all: mmap succeeds, and the
 * first store kills the writer with SIGBUS.
 *
 * Usage: broken [ITEMS READ]        Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    long sum; /* the reader's result */
    long item[];
};

static size_t size_of(long items)
{
    return sizeof(struct board) + (size_t)items * sizeof(long);
}

static struct board *map(int fd, size_t size)
{
    struct board *board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (board == MAP_FAILED)
        err(1, "mmap");
    if (close(fd) == -1)
        err(1, "close");
    return board;
}

static struct board *create_board(const char *name, long items)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(1, "shm_open %s", name);
    return map(fd, size_of(items));
}

static struct board *open_board(const char *name, long items)
{
    int fd = shm_open(name, O_RDWR, 0);
    if (fd == -1)
        err(1, "shm_open %s", name);
    struct stat info;
    if (fstat(fd, &info) == -1)
        err(1, "fstat");
    if ((size_t)info.st_size < size_of(items))
        errx(1, "%s is smaller than %ld items", name, items);
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

    prctl(PR_SET_NAME, "writer");
    snprintf(name, sizeof name, "/board.%ld", (long)getpid());
    struct board *board = create_board(name, items);
    for (long i = 0; i < items; i++)
        board->item[i] = i + 1;

    pid_t reader = fork();
    if (reader == -1)
        err(1, "fork");
    if (reader == 0) {
        prctl(PR_SET_NAME, "reader");
        struct board *view = open_board(name, head);
        view->sum = sum_of(view, head);
        _exit(0);
    }
    int status;
    if (waitpid(reader, &status, 0) == -1)
        err(1, "waitpid");
    if (shm_unlink(name) == -1)
        err(1, "shm_unlink %s", name);
    if (status != 0)
        errx(1, "the reader failed");
    if (printf("sum of %ld items %ld, of all %ld items %ld\n", head, board->sum, items,
               sum_of(board, items)) < 0)
        err(1, "printf");
    return 0;
}
