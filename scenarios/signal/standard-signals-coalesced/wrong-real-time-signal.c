/* A sender tells a counter of each event by a signal; the counter counts the signals.
 *
 *     wrong-real-time-signal [EVENTS]
 *
 * Real-time signals are queued one by one, so each event gets its own. But the queue is bounded
 * (RLIMIT_SIGPENDING), and a kill() that finds it full says nothing: it succeeds, and the signal is
 * merged with those that are pending. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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
        check(kill(getppid(), SIGRTMIN), "kill");
}

/* All processes of a user share one queue, and those that use timers fail when it is full: whatever
 * happens here, leave them most of it. */
static void spare_others(void)
{
    struct rlimit queue;

    check(getrlimit(RLIMIT_SIGPENDING, &queue), "getrlimit");
    if (queue.rlim_cur > 1024)
        queue.rlim_cur = 1024;
    check(setrlimit(RLIMIT_SIGPENDING, &queue), "setrlimit");
}

int main(int argc, char *argv[])
{
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigset_t realtime;

    spare_others();
    check(sigemptyset(&realtime), "sigemptyset");
    check(sigaddset(&realtime, SIGRTMIN), "sigaddset");
    check(sigaction(SIGRTMIN, &action, NULL), "sigaction");
    check(sigprocmask(SIG_BLOCK, &realtime, NULL), "sigprocmask");

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "sender"), "prctl");
        send_events(events);
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "counter"), "prctl");
    check(wait(NULL), "wait");
    check(sigprocmask(SIG_UNBLOCK, &realtime, NULL), "sigprocmask");

    check(printf("handled %ld of %ld events\n", (long)handled, events), "printf");
    return handled == events ? EXIT_SUCCESS : EXIT_FAILURE;
}
