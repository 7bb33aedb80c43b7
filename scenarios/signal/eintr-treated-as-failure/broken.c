/* A worker adds up numbers, and tells the parent of each step by SIGUSR1. The parent counts the
 * steps in a handler, and waits for the sum by ppoll(2), which lets SIGUSR1 in meanwhile.
 *
 *     broken [STEPS]
 *
 * A signal that comes while ppoll() waits ends it with EINTR, which is no failure: nothing has come
 * yet, that is all. Here every error is one. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t steps;
static int noted[2]; /* a pipe: a byte for each step that the parent has counted */

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void note_step(int signo)
{
    (void)signo;
    steps++;
    if (write(noted[1], "", 1) == -1)
        _exit(EXIT_FAILURE);
}

/* Signals do not count: the next one is sent when this one has been counted. */
static void add_up(int to, long count)
{
    long sum = 0;
    char note;

    for (long step = 1; step <= count; step++) {
        sum += step;
        check(kill(getppid(), SIGUSR1), "kill");
        if (check(read(noted[0], &note, 1), "read") == 0)
            errx(EXIT_FAILURE, "the parent has gone");
    }
    check(write(to, &sum, sizeof sum), "write");
}

static bool wait_for_sum(int from, const sigset_t *let_in, long *sum)
{
    struct pollfd watched = {from, POLLIN, 0};

    if (ppoll(&watched, 1, NULL, let_in) == -1) {
        warn("ppoll");
        return false;
    }
    return check(read(from, sum, sizeof *sum), "read") == sizeof *sum;
}

int main(int argc, char *argv[])
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1, sum = 0;
    struct sigaction action = {.sa_handler = note_step};
    sigset_t sigusr1, before;
    int out[2];

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(sigemptyset(&sigusr1), "sigemptyset");
    check(sigaddset(&sigusr1, SIGUSR1), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &sigusr1, &before), "sigprocmask");
    check(sigaction(SIGUSR1, &action, NULL), "sigaction");
    check(pipe(noted), "pipe");
    check(pipe(out), "pipe");

    pid_t worker = check(fork(), "fork");
    if (worker == 0) {
        check(prctl(PR_SET_NAME, "worker"), "prctl");
        check(close(noted[1]), "close");
        check(close(out[0]), "close");
        add_up(out[1], count);
        check(close(noted[0]), "close");
        check(close(out[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(close(noted[0]), "close");
    check(close(out[1]), "close");
    bool done = wait_for_sum(out[0], &before, &sum);
    if (!done)
        check(kill(worker, SIGKILL), "kill");
    check(waitpid(worker, NULL, 0), "waitpid");
    check(close(out[0]), "close");
    check(close(noted[1]), "close");
    check(printf("sum %ld after %d of %ld steps\n", sum, (int)steps, count), "printf");
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
