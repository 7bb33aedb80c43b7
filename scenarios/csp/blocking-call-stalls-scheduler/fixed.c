/* One coroutine writes bytes into a pipe, another reads them out of it.
 *
 *     fixed [BYTES]
 *
 * The descriptors are non-blocking: whoever would have to wait in the kernel waits with the
 * scheduler instead, which lets the others run, and asks poll(2) when nobody can. Compare with
 * broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "csp.h"

struct transfer {
    int ends[2];
    size_t bytes, received;
    struct chan *done;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* read(2) that lets others run while there is nothing. */
static ssize_t read_some(int fd, void *to, size_t size)
{
    ssize_t n;

    while ((n = read(fd, to, size)) < 0 && errno == EAGAIN)
        fd_wait(fd, POLLIN);
    return n;
}

/* write(2) that lets others run while there is no room. */
static ssize_t write_some(int fd, const void *from, size_t size)
{
    ssize_t n;

    while ((n = write(fd, from, size)) < 0 && errno == EAGAIN)
        fd_wait(fd, POLLOUT);
    return n;
}

static void receive(void *argument)
{
    struct transfer *transfer = argument;
    char text[4096];
    ssize_t n;

    while ((n = check(read_some(transfer->ends[0], text, sizeof text), "read")) > 0)
        transfer->received += n;
    chan_send(transfer->done, NULL);
}

static void produce(void *argument)
{
    struct transfer *transfer = argument;
    static const char text[4096];

    for (size_t left = transfer->bytes; left > 0;)
        left -= check(write_some(transfer->ends[1], text, left < sizeof text ? left : sizeof text),
                      "write");
    check(close(transfer->ends[1]), "close");
}

int main(int argc, char *argv[])
{
    struct transfer transfer = {.bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000,
                                .done = chan_make("done", 0, 0)};

    check(prctl(PR_SET_NAME, "coroutines"), "prctl");
    check(pipe2(transfer.ends, O_NONBLOCK), "pipe2");
    go("reader", receive, &transfer);
    go("writer", produce, &transfer);
    chan_receive(transfer.done, NULL);
    check(close(transfer.ends[0]), "close");
    chan_free(transfer.done);
    check(printf("received %zu of %zu bytes\n", transfer.received, transfer.bytes), "printf");
    return transfer.received == transfer.bytes ? EXIT_SUCCESS : EXIT_FAILURE;
}
