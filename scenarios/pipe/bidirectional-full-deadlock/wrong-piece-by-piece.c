/* The parent sends the filter a piece of the text, receives the result of that piece, and so on: no
 * more than one piece is ever in the pipes, so that neither can get full.
 *
 *     wrong-piece-by-piece [BYTES [BLOCK]]
 *
 * That takes for granted that the filter answers each piece. One that works on larger blocks (a
 * compressor), or answers only at the end (sort), waits for more while the parent waits for the
 * answer. Compare with fixed.c. */
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

/* Sends the text a piece at a time, and receives the result of each before it sends the next. */
static size_t send_and_receive(int to, int from, size_t size)
{
    char piece[4096] = {0};
    size_t received = 0;

    while (received < size) {
        size_t left = size - received;
        size_t length = left < sizeof piece ? left : sizeof piece;

        check(write(to, piece, length), "write");
        for (size_t n; length > 0; length -= n, received += n)
            if ((n = check(read(from, piece, length), "read")) == 0)
                errx(EXIT_FAILURE, "the filter has ended early");
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
    check(close(to[1]), "close");
    check(close(from[0]), "close");
    check(waitpid(pid, NULL, 0), "waitpid");

    check(printf("sent %zu bytes, received %zu bytes\n", size, received), "printf");
    return received == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
