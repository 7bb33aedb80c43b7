/* A parent starts workers, one after the other, and goes on when each has said by SIGUSR1 that it
 * is ready. There is no handler, and no flag.
 *
 *     fixed-sigwait [WORKERS]
 *
 * The signal is blocked for good. One that comes early stays pending, and sigwaitinfo(2) takes it
 * from there, as a message is taken from a queue. Compare with fixed.c, which keeps the handler,
 * for programs that have other things to do as well. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
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

static void wait_until_ready(const sigset_t *sigusr1)
{
    while (sigwaitinfo(sigusr1, NULL) == -1)
        if (errno != EINTR)
            err(EXIT_FAILURE, "sigwaitinfo");
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
    sigset_t sigusr1;
    int status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(sigemptyset(&sigusr1), "sigemptyset");
    check(sigaddset(&sigusr1, SIGUSR1), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &sigusr1, NULL), "sigprocmask");

    for (done = 0; done < workers; done++) {
        pid_t worker = start_worker(getpid());
        wait_until_ready(&sigusr1);
        check(waitpid(worker, &status, 0), "waitpid");
        if (status != 0)
            errx(EXIT_FAILURE, "a worker failed");
    }
    check(printf("%ld of %ld workers were ready\n", done, workers), "printf");
    return EXIT_SUCCESS;
}
