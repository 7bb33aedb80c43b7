/* A parent starts workers, one after the other, and goes on when each has said by SIGUSR1 that it
 * is ready.
 *
 *     broken [WORKERS]
 *
 * The parent looks whether the signal has come, and sleeps if not. A signal that comes between the
 * look and the sleep sets the flag and wakes nobody; no other will come. Nearly always the parent
 * sleeps long before the worker has come so far. Compare with fixed.c. */
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
    while (!ready)
        if (pause() == -1 && errno != EINTR)
            err(EXIT_FAILURE, "pause");
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
