/* A server sends records through a pipe to a recorder, which is done at end-of-file. Before that it
 * starts a helper, another program, which runs until the server closes the helper's input.
 *
 *     wrong-close-loop [RECORDS [LOWEST]]
 *
 * The descriptors of the pipe are LOWEST or more. The helper's process closes more descriptors than
 * the server will ever have open. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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

static void make_pipe(int ends[2], int lowest)
{
    check(pipe(ends), "pipe");
    for (int i = 0; i < 2; i++)
        if (ends[i] < lowest) {
            int low = ends[i];

            ends[i] = check(fcntl(low, F_DUPFD, lowest), "fcntl");
            check(close(low), "close");
        }
}

static size_t read_to_end(int fd)
{
    char bytes[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = check(read(fd, bytes, sizeof bytes), "read")) > 0)
        total += n;
    check(close(fd), "close");
    return total;
}

static pid_t start_recorder(const int records[2])
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "recorder"), "prctl");
        check(close(records[1]), "close");
        check(printf("recorded %zu bytes\n", read_to_end(records[0])), "printf");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

/* The helper is this program once more, with its input as standard input. */
static pid_t start_helper(const int input[2])
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(dup2(input[0], STDIN_FILENO), "dup2");
        for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
            close(fd);
        check(execlp(program_invocation_name, "server", "helper", NULL), "execlp");
    }
    return pid;
}

int main(int argc, char *argv[])
{
    static const char record[] = "a record\n";
    int records[2], input[2], status[2];

    if (argc > 1 && strcmp(argv[1], "helper") == 0) {
        check(prctl(PR_SET_NAME, "helper"), "prctl");
        return read_to_end(STDIN_FILENO) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    make_pipe(records, argc > 2 ? atoi(argv[2]) : 0);
    pid_t recorder = start_recorder(records);
    check(close(records[0]), "close");
    check(pipe2(input, O_CLOEXEC), "pipe2");
    pid_t helper = start_helper(input);
    check(close(input[0]), "close");

    for (int left = argc > 1 ? atoi(argv[1]) : 10; left > 0; left--)
        check(write(records[1], record, strlen(record)), "write");
    check(close(records[1]), "close");
    check(waitpid(recorder, &status[0], 0), "waitpid");
    check(close(input[1]), "close");
    check(waitpid(helper, &status[1], 0), "waitpid");
    return status[0] == 0 && status[1] == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
