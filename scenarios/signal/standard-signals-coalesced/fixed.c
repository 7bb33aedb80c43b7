/* A sender tells a counter of each event by a signal; the counter counts the signals.
 *
 *     fixed [EVENTS]
 *
 * The count is kept in shared memory. The signal only says that there is something to count, and
 * the handler takes all of it: one signal or a hundred, it is the same. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;
static atomic_int *pending; /* shared: events that the sender has told and nobody has counted */

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void count(int signo)
{
    (void)signo;
    handled += atomic_exchange(pending, 0);
}

static void send_events(long events)
{
    for (long i = 0; i < events; i++) {
        atomic_fetch_add(pending, 1);
        check(kill(getppid(), SIGUSR1), "kill");
    }
}

int main(int argc, char *argv[])
{
    long events = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigset_t usr1;

    pending =
        mmap(NULL, sizeof *pending, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pending == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");

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
    check(munmap(pending, sizeof *pending), "munmap");

    check(printf("handled %ld of %ld events\n", (long)handled, events), "printf");
    return handled == events ? EXIT_SUCCESS : EXIT_FAILURE;
}
