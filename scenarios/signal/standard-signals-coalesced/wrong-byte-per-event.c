/* A sender tells a counter of each event by a signal; the counter counts the signals.
 *
 *     wrong-byte-per-event [EVENTS]
 *
 * Bytes in a pipe do not merge as signals do: the sender writes one for each event, and the counter
 * counts them when it comes to it. But the pipe holds only so many, and then the sender waits for
 * a counter that waits for the sender. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void send_events(int to, long events)
{
    for (long i = 0; i < events; i++)
        check(write(to, "!", 1), "write");
}

static long count_events(int from)
{
    char bytes[4096];
    long handled = 0, n;

    while ((n = check(read(from, bytes, sizeof bytes), "read")) > 0)
        handled += n;
    return handled;
}

int main(int argc, char *argv[])
{
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    int bell[2];

    check(pipe(bell), "pipe");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "sender"), "prctl");
        check(close(bell[0]), "close");
        send_events(bell[1], events);
        check(close(bell[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "counter"), "prctl");
    check(close(bell[1]), "close");
    check(wait(NULL), "wait");

    long handled = count_events(bell[0]);
    check(close(bell[0]), "close");

    check(printf("handled %ld of %ld events\n", handled, events), "printf");
    return handled == events ? EXIT_SUCCESS : EXIT_FAILURE;
}
