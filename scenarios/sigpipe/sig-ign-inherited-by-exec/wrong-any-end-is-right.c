/* A server greets a client, runs a generator, takes the first bytes of its output, and ends it by
 * closing the pipe, as head(1) does.
 *
 *     wrong-any-end-is-right [BYTES [leave | fail]]
 *
 * With `leave` the client leaves before it is greeted; with `fail` the generator has nothing to
 * print, and fails. The program is its own generator when it is called with `generate`.
 *
 * The server ignores SIGPIPE, and the generator inherits that. As the server ends the generator
 * itself, it takes no notice of how the generator ends; nor, therefore, of a generator that has
 * failed. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void greet_client(bool has_left)
{
    int ends[2];

    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    if (has_left)
        check(shutdown(ends[1], SHUT_RDWR), "shutdown");
    if (write(ends[0], "hello\n", 6) == -1 && errno != EPIPE)
        err(EXIT_FAILURE, "write");
    check(close(ends[0]), "close");
    check(close(ends[1]), "close");
}

/* The generator: prints until SIGPIPE ends it. */
static void generate(const char *mode)
{
    check(prctl(PR_SET_NAME, "generator"), "prctl");
    if (strcmp(mode, "fail") == 0)
        errx(EXIT_FAILURE, "there is nothing to print");
    for (;;)
        check(write(STDOUT_FILENO, "line\n", 5), "write");
}

static pid_t start_generator(int output, const char *mode)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(dup2(output, STDOUT_FILENO), "dup2");
        check(execlp(program_invocation_name, "generator", "generate", mode, NULL), "execlp");
    }
    return pid;
}

static size_t read_up_to(size_t size, int fd)
{
    char text[512];
    size_t left = size;
    ssize_t n = 1;

    while (left > 0 && n > 0) {
        n = check(read(fd, text, left < sizeof text ? left : sizeof text), "read");
        left -= n;
    }
    return size - left;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    const char *mode = argc > 2 ? argv[2] : "";
    int output[2];

    if (argc > 1 && strcmp(argv[1], "generate") == 0)
        generate(mode);
    check(prctl(PR_SET_NAME, "server"), "prctl");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        err(EXIT_FAILURE, "signal");
    greet_client(strcmp(mode, "leave") == 0);
    check(pipe2(output, O_CLOEXEC), "pipe2");
    pid_t generator = start_generator(output[1], mode);
    check(close(output[1]), "close");
    size_t received = read_up_to(size, output[0]);
    check(close(output[0]), "close");
    check(waitpid(generator, NULL, 0), "waitpid"); /* however it ended: it has been stopped */
    check(printf("%zu bytes, the generator was stopped\n", received), "printf");
    return EXIT_SUCCESS;
}
