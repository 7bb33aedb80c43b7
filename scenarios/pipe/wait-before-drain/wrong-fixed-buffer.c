/* fixed.c, but the output goes into a buffer of 1 MiB, which must surely be enough: the parent
 * reads until the child has closed its end or the buffer is full, then waits for the child to end.
 *
 *     wrong-fixed-buffer [BYTES]
 *
 * With the buffer full, the parent waits again for a child that has more to write. Compare with
 * fixed.c, which reads to the end whatever it keeps. */
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

static void write_output(int fd, size_t size)
{
    static const char text[4096];

    while (size > 0)
        size -= check(write(fd, text, size < sizeof text ? size : sizeof text), "write");
}

static size_t read_output(int fd)
{
    static char text[1 << 20];
    size_t total = 0;
    ssize_t n;

    while ((n = check(read(fd, text + total, sizeof text - total), "read")) > 0)
        total += n;
    return total;
}

static pid_t start_child(const int output[2], size_t size)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "child"), "prctl");
        check(close(output[0]), "close");
        write_output(output[1], size);
        check(close(output[1]), "close");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 262144;
    size_t received;
    int output[2], status;
    pid_t child;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(pipe(output), "pipe");
    child = start_child(output, size);
    check(close(output[1]), "close");
    received = read_output(output[0]);
    check(waitpid(child, &status, 0), "waitpid");
    check(close(output[0]), "close");
    if (status != 0)
        errx(EXIT_FAILURE, "the child failed");
    check(printf("received %zu bytes\n", received), "printf");
    return EXIT_SUCCESS;
}
