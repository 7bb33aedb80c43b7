/* A collector reads what its sources write, each into a pipe of its own, until all have ended.
 *
 *     wrong-leave-at-hangup [BYTES...]
 *
 * There is a source for each argument, and it writes so many bytes. At POLLHUP the collector
 * takes what is in the buffer, and is done with this source. There may be more than one read()
 * returns. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_SOURCES = 16, BUFFER = 4096 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void write_bytes(int fd, long bytes)
{
    static const char block[BUFFER];

    while (bytes > 0)
        bytes -= check(write(fd, block, bytes < BUFFER ? bytes : BUFFER), "write");
}

/* Starts a source; returns the read end of its pipe. */
static int start_source(long bytes, const struct pollfd others[], int n)
{
    int ends[2];

    check(pipe(ends), "pipe");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "source"), "prctl");
        for (int i = 0; i < n; i++)
            check(close(others[i].fd), "close");
        check(close(ends[0]), "close");
        write_bytes(ends[1], bytes);
        check(close(ends[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(close(ends[1]), "close");
    return ends[0];
}

/* Returns how many bytes have come from all sources, when all have ended. */
static long collect(struct pollfd sources[], int n)
{
    char buffer[BUFFER];
    long received = 0;

    for (int running = n; running > 0;) {
        check(poll(sources, n, -1), "poll");
        for (int i = 0; i < n; i++) {
            if ((sources[i].revents & (POLLIN | POLLHUP)) == 0)
                continue;
            received += check(read(sources[i].fd, buffer, sizeof buffer), "read");
            if (sources[i].revents & POLLHUP) {
                check(close(sources[i].fd), "close");
                sources[i].fd = -1; /* poll() leaves it out */
                running--;
            }
        }
    }
    return received;
}

int main(int argc, char *argv[])
{
    struct pollfd sources[MAX_SOURCES];
    long expected = 0;
    int n = argc > 1 ? argc - 1 : 1;

    if (n > MAX_SOURCES)
        errx(EXIT_FAILURE, "at most %d sources", MAX_SOURCES);
    check(prctl(PR_SET_NAME, "collector"), "prctl");
    for (int i = 0; i < n; i++) {
        long bytes = argc > 1 ? strtol(argv[i + 1], NULL, 10) : 4000;

        sources[i] = (struct pollfd){.fd = start_source(bytes, sources, i), .events = POLLIN};
        expected += bytes;
    }
    long received = collect(sources, n);
    for (int i = 0; i < n; i++)
        check(wait(NULL), "wait");
    check(printf("received %ld of %ld bytes\n", received, expected), "printf");
    return received == expected ? EXIT_SUCCESS : EXIT_FAILURE;
}
