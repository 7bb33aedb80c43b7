/* A launcher starts the commands that it is given, all at once, waits for them, and counts those
 * that have failed.
 *
 *     wrong-exit [COMMAND...]
 *
 * A COMMAND is the path of a program. If it cannot be executed, the child ends as programs do:
 * exit() prints what it has a copy of, the launcher's output up to here. Compare with fixed.c. */
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

static void start(const char *command)
{
    if (check(fork(), "fork") == 0) {
        execl(command, command, (char *)NULL);
        warn("%s", command);
        exit(127);
    }
}

int main(int argc, char *argv[])
{
    static char *two[] = {"/nonexistent", "/bin/true"};
    char **commands = argc > 1 ? argv + 1 : two;
    int n = argc > 1 ? argc - 1 : 2, failed = 0, status;

    check(prctl(PR_SET_NAME, "launcher"), "prctl");
    for (int i = 0; i < n; i++) {
        start(commands[i]);
        check(printf("%s\n", commands[i]), "printf");
    }
    while (wait(&status) > 0)
        failed += status != 0;
    check(printf("%d commands, %d failed\n", n, failed), "printf");
    return EXIT_SUCCESS;
}
