/* A launcher starts the commands that it is given, all at once, waits for them, and counts those
 * that have failed.
 *
 *     wrong-access [COMMAND...]
 *
 * A COMMAND is the path of a program. The launcher first asks whether it can be executed. The
 * answer is about the permissions of a file. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
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

/* Returns whether the command can be started. */
static bool start(const char *command)
{
    if (access(command, X_OK) == -1) {
        warn("%s", command);
        return false;
    }
    if (check(fork(), "fork") == 0) {
        execl(command, command, (char *)NULL);
        warn("%s", command);
    }
    return true;
}

int main(int argc, char *argv[])
{
    static char *two[] = {"/nonexistent", "/bin/true"};
    char **commands = argc > 1 ? argv + 1 : two;
    int n = argc > 1 ? argc - 1 : 2, failed = 0, status;

    check(prctl(PR_SET_NAME, "launcher"), "prctl");
    for (int i = 0; i < n; i++) {
        failed += !start(commands[i]);
        check(printf("%s\n", commands[i]), "printf");
    }
    while (wait(&status) > 0)
        failed += status != 0;
    check(printf("%d commands, %d failed\n", n, failed), "printf");
    return EXIT_SUCCESS;
}
