/* One coroutine writes bytes into a pipe, another reads them out of it.
 *
 *     broken [BYTES]
 *
 * The reader comes first, finds the pipe empty, and waits in read(2). What waits there is the whole
 * thread, and with it the writer: nobody is left who could write. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
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

static void receive(void *argument)
{
    struct transfer *transfer = argument;
    char text[4096];
    ssize_t n;

    while ((n = check(read(transfer->ends[0], text, sizeof text), "read")) > 0)
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
