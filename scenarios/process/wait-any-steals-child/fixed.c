/* A runner starts a job, and beside it a hook, a program that may or may not be installed. It waits
 * for both, and says how the job has ended.
 *
 *     fixed [HOOK [END]]
 *
 * HOOK is the path of the program; END is how the job ends: `well` or `badly`.
 * A hook that is not there is not waited for. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <spawn.h>
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

/* Returns -1 if there is no such hook. */
static pid_t start_hook(char *path)
{
    pid_t pid;

    errno = posix_spawn(&pid, path, NULL, NULL, (char *[]){path, NULL}, environ);
    if (errno == 0)
        return pid;
    warn("%s", path);
    return -1;
}

static void end_hook(pid_t hook)
{
    if (hook != -1)
        check(waitpid(hook, NULL, 0), "waitpid");
}

static pid_t start_job(const char *end)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "job"), "prctl");
        exit(strcmp(end, "well") == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    static char missing[] = "/missing";
    int status;

    check(prctl(PR_SET_NAME, "runner"), "prctl");
    pid_t hook = start_hook(argc > 1 ? argv[1] : missing);
    pid_t job = start_job(argc > 2 ? argv[2] : "well");
    end_hook(hook);
    check(waitpid(job, &status, 0), "waitpid");
    check(printf("the job has %s\n", status == 0 ? "succeeded" : "failed"), "printf");
    return EXIT_SUCCESS;
}
