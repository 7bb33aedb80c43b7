/* A launcher starts the commands that it is given, all at once, waits for them, and counts those
 * that have failed.
 *
 *     fixed-posix-spawn [COMMAND...]
 *
 * A COMMAND is the path of a program. If it cannot be executed, posix_spawn() tells the launcher,
 * and there is no child. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <spawn.h>
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

/* Returns whether the command could be started. */
static bool start(char *command)
{
    pid_t pid;

    errno = posix_spawn(&pid, command, NULL, NULL, (char *[]){command, NULL}, environ);
    if (errno == 0)
        return true;
    warn("%s", command);
    return false;
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
