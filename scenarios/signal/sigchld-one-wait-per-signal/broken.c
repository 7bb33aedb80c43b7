/* A server starts jobs and takes note of their end when SIGCHLD comes.
 *
 *     broken [JOB...]
 *
 * A job is `ok` (succeeds), `fail` (fails) or `long` (works until the server shuts down). The
 * server lets SIGCHLD in at two places only; here it makes sure that several jobs have died by
 * then. Their deaths are one pending signal, the handler waits for one child, and the others stay
 * zombies. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_JOBS = 64 };

static volatile sig_atomic_t failures;

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void reap(int signo)
{
    int saved_errno = errno, status;

    (void)signo;
    if (waitpid(-1, &status, WNOHANG) > 0 && status != 0)
        failures++;
    errno = saved_errno;
}

static pid_t start_job(const char *job, const int stop[2])
{
    pid_t pid = check(fork(), "fork");
    char nothing;

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "job"), "prctl");
        check(close(stop[1]), "close");
        if (strcmp(job, "long") == 0)
            check(read(stop[0], &nothing, 1), "read");
        check(close(stop[0]), "close");
        exit(strcmp(job, "fail") == 0 ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    return pid;
}

/* Is the child dead and not yet waited for? Waits until it is dead, unless `flags` is WNOHANG. */
static bool is_zombie(pid_t pid, int flags)
{
    siginfo_t info = {0};

    if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT | flags) == 0)
        return info.si_pid == pid;
    if (errno != ECHILD)
        err(EXIT_FAILURE, "waitid");
    return false;
}

static void let_in(const sigset_t *signals)
{
    check(sigprocmask(SIG_UNBLOCK, signals, NULL), "sigprocmask");
    check(sigprocmask(SIG_BLOCK, signals, NULL), "sigprocmask");
}

int main(int argc, char *argv[])
{
    static char *five[] = {"ok", "ok", "ok", "ok", "ok"};
    char **job = argc > 1 ? argv + 1 : five;
    int jobs = argc > 1 ? argc - 1 : 5, failing = 0, zombies = 0;
    pid_t pid[MAX_JOBS];
    int stop[2];
    struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigset_t sigchld;

    if (jobs > MAX_JOBS)
        errx(EXIT_FAILURE, "more than %d jobs", MAX_JOBS);
    check(prctl(PR_SET_NAME, "server"), "prctl");
    check(sigemptyset(&sigchld), "sigemptyset");
    check(sigaddset(&sigchld, SIGCHLD), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &sigchld, NULL), "sigprocmask");
    check(sigaction(SIGCHLD, &action, NULL), "sigaction");
    check(pipe(stop), "pipe");

    for (int i = 0; i < jobs; i++) {
        pid[i] = start_job(job[i], stop);
        failing += strcmp(job[i], "fail") == 0;
    }
    for (int i = 0; i < jobs; i++)
        if (strcmp(job[i], "long") != 0)
            is_zombie(pid[i], 0);
    let_in(&sigchld);

    check(close(stop[0]), "close"); /* shut down: the long jobs read end-of-file */
    check(close(stop[1]), "close");
    for (int i = 0; i < jobs; i++)
        if (strcmp(job[i], "long") == 0)
            is_zombie(pid[i], 0);
    let_in(&sigchld);

    for (int i = 0; i < jobs; i++)
        zombies += is_zombie(pid[i], WNOHANG);
    check(printf("%d jobs: %d of %d failures noticed, %d zombies\n", jobs, (int)failures, failing,
                 zombies),
          "printf");
    return failures == failing && zombies == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
