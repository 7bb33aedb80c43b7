/* broken.c with bigger pipes: 1 MiB each, the most that an unprivileged process may ask for
 * (/proc/sys/fs/pipe-max-size).
 *
 *     wrong-bigger-pipes [BYTES [BLOCK]]
 *
 * The parent still sends everything before it receives anything; a longer text fills both pipes.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
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

static void send_text(int fd, size_t size)
{
    static const char text[4096];

    while (size > 0)
        size -= check(write(fd, text, size < sizeof text ? size : sizeof text), "write");
}

static size_t receive_text(int fd)
{
    char text[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = check(read(fd, text, sizeof text), "read")) > 0)
        total += n;
    return total;
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
    check(fcntl(to[1], F_SETPIPE_SZ, 1 << 20), "fcntl");
    check(fcntl(from[1], F_SETPIPE_SZ, 1 << 20), "fcntl");
    pid = start_filter(to, from, block);
    check(close(to[0]), "close");
    check(close(from[1]), "close");

    send_text(to[1], size);
    check(close(to[1]), "close");
    received = receive_text(from[0]);
    check(close(from[0]), "close");
    check(waitpid(pid, NULL, 0), "waitpid");

    check(printf("sent %zu bytes, received %zu bytes\n", size, received), "printf");
    return received == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
