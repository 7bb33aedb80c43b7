/* A supervisor starts a worker, and stops it by SIGTERM when it is told to stop itself. It keeps
 * SIGTERM blocked, and takes it by sigwaitinfo(2) when it has nothing else to do.
 *
 *     fixed [early | tidy]
 *
 * With `early` the supervisor is told to stop before it starts the worker; with `tidy` the worker
 * has a file that it removes in the end. The program is its own worker when it is called with
 * `work`.
 *
 * The supervisor gives back the mask that it was started with between fork(2) and execve(2), for
 * the sake of the worker. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void tidy_up(int signo)
{
    (void)signo;
    _exit(unlink("worker.pid") == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* The worker: says on its standard output that it is ready, and works until SIGTERM ends it. */
static void work(bool tidy)
{
    struct sigaction action = {.sa_handler = tidy_up};

    check(prctl(PR_SET_NAME, "worker"), "prctl");
    if (tidy) {
        check(sigaction(SIGTERM, &action, NULL), "sigaction");
        check(close((int)check(creat("worker.pid", 0600), "creat")), "close");
    }
    check(write(STDOUT_FILENO, "!", 1), "write");
    check(pause(), "pause");
}

static pid_t start_worker(int ready, const char *mode, const sigset_t *mask)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(sigprocmask(SIG_SETMASK, mask, NULL), "sigprocmask");
        check(dup2(ready, STDOUT_FILENO), "dup2");
        check(execlp(program_invocation_name, "worker", "work", mode, NULL), "execlp");
    }
    return pid;
}

/* What an operator does: kill PID-OF-THE-SUPERVISOR. */
static void order_to_stop(void)
{
    check(kill(getpid(), SIGTERM), "kill");
}

int main(int argc, char *argv[])
{
    const char *mode = argc > 1 ? argv[argc - 1] : "";
    bool early = strcmp(mode, "early") == 0;
    sigset_t sigterm, before;
    int ready[2];
    char sign;

    if (argc > 2)
        work(strcmp(mode, "tidy") == 0);
    check(prctl(PR_SET_NAME, "supervisor"), "prctl");
    check(sigemptyset(&sigterm), "sigemptyset");
    check(sigaddset(&sigterm, SIGTERM), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &sigterm, &before), "sigprocmask");
    check(pipe2(ready, O_CLOEXEC), "pipe2");
    if (early)
        order_to_stop();
    pid_t worker = start_worker(ready[1], mode, &before);
    check(close(ready[1]), "close");
    bool was_ready = check(read(ready[0], &sign, 1), "read") == 1;
    check(close(ready[0]), "close");
    if (!early)
        order_to_stop();

    check(sigwaitinfo(&sigterm, NULL), "sigwaitinfo");
    check(kill(worker, SIGTERM), "kill");
    check(waitpid(worker, NULL, 0), "waitpid");
    check(printf("stopped a worker that was %s\n", was_ready ? "ready" : "not ready"), "printf");
    return was_ready ? EXIT_SUCCESS : EXIT_FAILURE;
}
