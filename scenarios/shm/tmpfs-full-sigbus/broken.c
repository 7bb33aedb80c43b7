/* A producer makes shared buffers of so many KiB each, as far as there is room for them. The first
 * is filled at once, the others when all are made; then a consumer reads them.
 *
 *     broken [KIB...]
 *
 * It sets the size, and where that fails for want of room, it can do without. But the size is only
 * a number: the memory is taken page by page, by whoever first touches a page, and a store has no
 * other way to fail than SIGBUS. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct buffer {
    size_t numbers;
    long *number;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Its numbers are NULL if there is no room for them. */
static struct buffer new_buffer(size_t kib)
{
    struct buffer buffer = {.numbers = kib * 1024 / sizeof(long)};
    off_t size = (off_t)kib * 1024;
    int object = (int)check(shm_open("/buffer", O_RDWR | O_CREAT | O_EXCL, 0600), "shm_open");

    check(shm_unlink("/buffer"), "shm_unlink");
    if (ftruncate(object, size) == 0)
        buffer.number = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
    else if (errno != ENOSPC)
        err(EXIT_FAILURE, "ftruncate");
    if (buffer.number == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(close(object), "close");
    return buffer;
}

static void produce(struct buffer buffer)
{
    for (size_t i = 0; i < buffer.numbers; i++)
        buffer.number[i] = 1;
}

static long consume(struct buffer buffer)
{
    long sum = 0;

    for (size_t i = 0; i < buffer.numbers; i++)
        sum += buffer.number[i];
    return sum;
}

int main(int argc, char *argv[])
{
    struct buffer buffers[argc];
    int made = 0, status;

    check(prctl(PR_SET_NAME, "producer"), "prctl");
    for (int i = 1; i < argc; i++) {
        buffers[made] = new_buffer(strtoul(argv[i], NULL, 10));
        if (buffers[made].number != NULL && made++ == 0)
            produce(buffers[0]);
    }
    for (int b = 1; b < made; b++)
        produce(buffers[b]);
    if (check(fork(), "fork") == 0) {
        long sum = 0;
        check(prctl(PR_SET_NAME, "consumer"), "prctl");
        for (int b = 0; b < made; b++)
            sum += consume(buffers[b]);
        check(printf("%d of %d buffers, %ld numbers\n", made, argc - 1, sum), "printf");
        exit(EXIT_SUCCESS);
    }
    check(wait(&status), "wait");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
