/* A shell gives a command its here-document through a pipe: it starts the command, then writes the
 * text into the pipe.
 *
 *     fixed [BYTES]
 *
 * The command reads while the shell writes, so a full pipe is only a short wait. Compare with
 * broken.c. */
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

static void write_document(int fd, size_t size)
{
    static const char text[4096];

    while (size > 0)
        size -= check(write(fd, text, size < sizeof text ? size : sizeof text), "write");
}

/* The command: reads its input to the end and says how much that was. */
static void command(int fd)
{
    char text[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = check(read(fd, text, sizeof text), "read")) > 0)
        total += n;
    check(printf("the command read %zu bytes\n", total), "printf");
}

static pid_t start_command(const int document[2])
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "command"), "prctl");
        check(close(document[1]), "close");
        command(document[0]);
        check(close(document[0]), "close");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 262144;
    int document[2], status;
    pid_t pid;

    check(prctl(PR_SET_NAME, "shell"), "prctl");
    check(pipe(document), "pipe");
    pid = start_command(document);
    check(close(document[0]), "close");
    write_document(document[1], size);
    check(close(document[1]), "close");
    check(waitpid(pid, &status, 0), "waitpid");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
