/* A runner of tests: it runs each test in a process of its own, so that one that crashes does not
 * take the runner along, and shows on one line how far it is.
 *
 *     fixed [TESTS]
 *
 * The runner forks with an empty buffer. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
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

static void test(int number)
{
    check(prctl(PR_SET_NAME, "test"), "prctl");
    check(printf("%d ok, ", number), "printf");
    exit(EXIT_SUCCESS);
}

int main(int argc, char *argv[])
{
    int tests = argc > 1 ? atoi(argv[1]) : 2, failed = 0, status;

    check(prctl(PR_SET_NAME, "runner"), "prctl");
    check(printf("%d tests: ", tests), "printf");
    for (int i = 1; i <= tests; i++) {
        check(fflush(stdout), "fflush");
        pid_t child = check(fork(), "fork");

        if (child == 0)
            test(i);
        check(waitpid(child, &status, 0), "waitpid");
        failed += status != 0;
    }
    check(printf("%d failed\n", failed), "printf");
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
