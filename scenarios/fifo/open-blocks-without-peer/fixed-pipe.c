/* A supervisor starts services, one after the other. A service says through a pipe that it is
 * ready; the supervisor waits for that before it starts the next one.
 *
 *     fixed-pipe [SERVICE...]
 *
 * A SERVICE is good, or bad: it finds a mistake in its configuration and ends; or missing: there is
 * no such program.
 *
 * The pipe is open from the beginning: the service inherits its write end, and the kernel closes it
 * when the service ends. Nobody has to open anything, so nobody can fail to. Compare with fixed.c,
 * for services that are given a name only. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_SERVICES = 16 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void serve(const char *kind, int ready)
{
    if (strcmp(kind, "bad") != 0)
        check(write(ready, "!", 1), "write");
    check(close(ready), "close");
    if (strcmp(kind, "bad") == 0)
        exit(EXIT_FAILURE);
    check(pause(), "pause"); /* its work: until a signal ends it */
}

static pid_t start_service(const char *kind, const int ready[2])
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "service"), "prctl");
        if (strcmp(kind, "missing") == 0)
            exit(127); /* as after an execve(2) that failed */
        check(close(ready[0]), "close");
        serve(kind, ready[1]);
        exit(EXIT_SUCCESS);
    }
    return pid;
}

static bool wait_until_ready(int ready)
{
    char sign;
    ssize_t n = check(read(ready, &sign, 1), "read");

    check(close(ready), "close");
    return n == 1;
}

int main(int argc, char *argv[])
{
    char *usual[] = {"good", "bad", "good"}, **kinds = argc > 1 ? argv + 1 : usual;
    int n = argc > 1 ? argc - 1 : 3, n_ready = 0;
    pid_t services[MAX_SERVICES];

    if (n > MAX_SERVICES)
        errx(EXIT_FAILURE, "at most %d services", MAX_SERVICES);
    check(prctl(PR_SET_NAME, "supervisor"), "prctl");
    for (int i = 0; i < n; i++) {
        int ready[2];
        check(pipe(ready), "pipe");
        services[i] = start_service(kinds[i], ready);
        check(close(ready[1]), "close");
        n_ready += wait_until_ready(ready[0]);
    }
    for (int i = 0; i < n; i++) {
        check(kill(services[i], SIGTERM), "kill");
        check(waitpid(services[i], NULL, 0), "waitpid");
    }
    check(printf("%d of %d services were ready\n", n_ready, n), "printf");
    return EXIT_SUCCESS;
}
