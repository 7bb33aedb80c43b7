/* Another right fix: one process serves both pipes. poll() says which of them is ready, and the end
 * it writes to is non-blocking, so that the parent never waits for one pipe alone.
 *
 *     fixed-poll [BYTES [BLOCK]]
 *
 * Compare with fixed.c, which needs a second process instead. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

/* Sends what the pipe has room for, and never waits; closes it when all is sent. Returns what is
 * still to be sent. */
static size_t send_some(struct pollfd *to, size_t size)
{
    static const char text[4096];
    ssize_t n;

    n = write(to->fd, text, size < sizeof text ? size : sizeof text);
    if (n == -1 && errno == EAGAIN)
        return size;
    size -= check(n, "write");
    if (size == 0) {
        check(close(to->fd), "close");
        to->fd = -1; /* poll() leaves it out */
    }
    return size;
}

/* Serves whichever pipe is ready, until the filter has closed its end. */
static size_t send_and_receive(int to, int from, size_t size)
{
    struct pollfd pipes[] = {{.fd = from, .events = POLLIN}, {.fd = to, .events = POLLOUT}};
    char text[4096];
    size_t received = 0;
    ssize_t n = 1;

    check(fcntl(to, F_SETFL, O_NONBLOCK), "fcntl");
    while (n > 0) {
        check(poll(pipes, 2, -1), "poll");
        if (pipes[0].revents != 0)
            received += n = check(read(from, text, sizeof text), "read");
        if (pipes[1].revents != 0)
            size = send_some(&pipes[1], size);
    }
    return received;
}

/* The filter: passes on what it reads, a block at a time, like dd(1). */
static void filter(int in, int out, size_t block)
{
    char *text = malloc(block);
    size_t filled = 0;
    ssize_t n;

    if (text == NULL)
        err(EXIT_FAILURE, "malloc");
    while ((n = check(read(in, text + filled, block - filled), "read")) > 0) {
        filled += n;
        if (filled == block) {
            check(write(out, text, filled), "write");
            filled = 0;
        }
    }
    check(write(out, text, filled), "write");
    free(text);
}

static pid_t start_filter(const int to[2], const int from[2], size_t block)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "filter"), "prctl");
        check(close(to[1]), "close");
        check(close(from[0]), "close");
        filter(to[0], from[1], block);
        check(close(to[0]), "close");
        check(close(from[1]), "close");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 262144;
    size_t block = argc > 2 ? strtoul(argv[2], NULL, 10) : 4096;
    size_t received;
    int to[2], from[2];
    pid_t pid;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(pipe(to), "pipe");
    check(pipe(from), "pipe");
    pid = start_filter(to, from, block);
    check(close(to[0]), "close");
    check(close(from[1]), "close");

    received = send_and_receive(to[1], from[0], size);
    check(close(from[0]), "close");
    check(waitpid(pid, NULL, 0), "waitpid");

    check(printf("sent %zu bytes, received %zu bytes\n", size, received), "printf");
    return received == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
