/* A parent starts workers, one after the other, and goes on when each has said by SIGUSR1 that it
 * is ready.
 *
 *     fixed [WORKERS]
 *
 * The signal is blocked while the parent looks whether it has come. sigsuspend(2) lets it in and
 * sleeps in one step, so that there is no moment between the two. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ready;

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void note_ready(int signo)
{
    (void)signo;
    ready = 1;
}

static void wait_until_ready(void)
{
    sigset_t sigusr1, before;

    check(sigemptyset(&sigusr1), "sigemptyset");
    check(sigaddset(&sigusr1, SIGUSR1), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &sigusr1, &before), "sigprocmask");
    while (!ready)
        if (sigsuspend(&before) == -1 && errno != EINTR)
            err(EXIT_FAILURE, "sigsuspend");
    check(sigprocmask(SIG_SETMASK, &before, NULL), "sigprocmask");
}

static pid_t start_worker(pid_t parent)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "worker"), "prctl");
        check(kill(parent, SIGUSR1), "kill");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? strtol(argv[1], NULL, 10) : 2, done;
    struct sigaction action = {.sa_handler = note_ready};
    int status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(sigaction(SIGUSR1, &action, NULL), "sigaction");

    for (done = 0; done < workers; done++) {
        ready = 0;
        pid_t worker = start_worker(getpid());
        wait_until_ready();
        check(waitpid(worker, &status, 0), "waitpid");
        if (status != 0)
            errx(EXIT_FAILURE, "a worker failed");
    }
    check(printf("%ld of %ld workers were ready\n", done, workers), "printf");
    return EXIT_SUCCESS;
}
