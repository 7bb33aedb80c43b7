/* broken.c, in which the reader asks poll(2) before each read(2), and yields while there is
 * nothing.
 *
 *     wrong-poll-before-read [BYTES]
 *
 * Its read never waits, though it burns the processor. But the other side was forgotten: more bytes
 * than the pipe holds, and the writer waits in write(2), and nobody runs. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
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

/* Others run until there is something to read, or the end. */
static void await_bytes(int fd)
{
    struct pollfd reading = {.fd = fd, .events = POLLIN};

    while (check(poll(&reading, 1, 0), "poll") == 0)
        yield();
}

static ssize_t read_some(int fd, void *to, size_t size)
{
    await_bytes(fd);
    return read(fd, to, size);
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
        left -=
            check(write(transfer->ends[1], text, left < sizeof text ? left : sizeof text), "write");
    check(close(transfer->ends[1]), "close");
}

int main(int argc, char *argv[])
{
    struct transfer transfer = {.bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000,
                                .done = chan_make("done", 0, 0)};

    check(prctl(PR_SET_NAME, "coroutines"), "prctl");
    check(pipe(transfer.ends), "pipe");
    go("reader", receive, &transfer);
    go("writer", produce, &transfer);
    chan_receive(transfer.done, NULL);
    check(close(transfer.ends[0]), "close");
    chan_free(transfer.done);
    check(printf("received %zu of %zu bytes\n", transfer.received, transfer.bytes), "printf");
    return transfer.received == transfer.bytes ? EXIT_SUCCESS : EXIT_FAILURE;
}
