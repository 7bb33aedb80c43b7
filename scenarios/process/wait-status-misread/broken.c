/* A runner starts jobs, one after the other, and says by its exit status whether all have
 * succeeded.
 *
 *     broken [END [JOBS]]
 *
 * END is how the jobs end: `well`, `badly` (with exit status 1) or `killed` (by a signal).
 * A child that was killed has no exit status; in its place there are 8 bits of value 0. Compare
 * with fixed.c. */
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

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void do_job(const char *end)
{
    check(prctl(PR_SET_NAME, "job"), "prctl");
    if (strcmp(end, "killed") == 0)
        check(raise(SIGKILL), "raise");
    exit(strcmp(end, "well") == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void run_jobs(int jobs, const char *end)
{
    bool failed = false;
    int status;

    check(prctl(PR_SET_NAME, "runner"), "prctl");
    while (jobs-- > 0) {
        pid_t job = check(fork(), "fork");

        if (job == 0)
            do_job(end);
        check(waitpid(job, &status, 0), "waitpid");
        if (WEXITSTATUS(status) != 0)
            failed = true;
    }
    exit(failed ? EXIT_FAILURE : EXIT_SUCCESS);
}

int main(int argc, char *argv[])
{
    const char *end = argc > 1 ? argv[1] : "killed";
    int jobs = argc > 2 ? atoi(argv[2]) : 1, status;

    check(prctl(PR_SET_NAME, "caller"), "prctl");
    pid_t runner = check(fork(), "fork");
    if (runner == 0)
        run_jobs(jobs, end);
    check(waitpid(runner, &status, 0), "waitpid");
    check(printf("the jobs have %s\n", status == 0 ? "succeeded" : "failed"), "printf");
    return EXIT_SUCCESS;
}
