/* Another right fix: the document goes into a memory file, which has no reader to wait for. The
 * shell may then write all of it before it starts the command.
 *
 *     fixed-memory-file [BYTES]
 *
 * Compare with fixed.c, which keeps the pipe and starts the command first. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
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

static pid_t start_command(int document)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "command"), "prctl");
        command(document);
        check(close(document), "close");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 262144;
    int document, status;
    pid_t pid;

    check(prctl(PR_SET_NAME, "shell"), "prctl");
    document = check(memfd_create("here-document", 0), "memfd_create");
    write_document(document, size);
    check(lseek(document, 0, SEEK_SET), "lseek");
    pid = start_command(document);
    check(close(document), "close");
    check(waitpid(pid, &status, 0), "waitpid");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
