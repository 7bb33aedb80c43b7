/* A sender tells a counter of each event by a signal; the counter counts the signals.
 *
 *     broken [EVENTS]
 *
 * The counter has the signal blocked while it must not be disturbed (here it waits for the sender
 * to end). A standard signal that is already pending cannot become pending twice: when the counter
 * lets it in, the handler runs once, whatever the number of events. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void count(int signo)
{
    (void)signo;
    handled++;
}

static void send_events(long events)
{
    for (long i = 0; i < events; i++)
        check(kill(getppid(), SIGUSR1), "kill");
}

int main(int argc, char *argv[])
{
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigset_t usr1;

    check(sigemptyset(&usr1), "sigemptyset");
    check(sigaddset(&usr1, SIGUSR1), "sigaddset");
    check(sigaction(SIGUSR1, &action, NULL), "sigaction");
    check(sigprocmask(SIG_BLOCK, &usr1, NULL), "sigprocmask");

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "sender"), "prctl");
        send_events(events);
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "counter"), "prctl");
    check(wait(NULL), "wait");
    check(sigprocmask(SIG_UNBLOCK, &usr1, NULL), "sigprocmask");

    check(printf("handled %ld of %ld events\n", (long)handled, events), "printf");
    return handled == events ? EXIT_SUCCESS : EXIT_FAILURE;
}
