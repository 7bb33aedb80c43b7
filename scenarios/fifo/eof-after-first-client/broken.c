/* A server takes requests from a FIFO. A client visits it several times: it opens the FIFO, writes
 * its requests and closes it again, as several clients would, one after the other.
 *
 *     broken [VISITS [REQUESTS]]
 *
 * When the first visit is over nobody has the FIFO open for writing, and the server reads the
 * end-of-file that every reader of a pipe stops at. After each visit the client asks through a
 * socket whether all has been read, so that the order is always the same. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct request {
    char text[64];
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void visit(long visits, long count, int control)
{
    struct request request = {"please"};
    char answer;

    for (long i = 0; i < visits; i++) {
        int requests = check(open("requests", O_WRONLY), "open");
        for (long j = 0; j < count; j++)
            check(write(requests, &request, sizeof request), "write");
        check(close(requests), "close");

        check(write(control, "?", 1), "write");
        if (check(read(control, &answer, 1), "read") == 0)
            return; /* the server has gone */
    }
}

/* Counts the requests that can be read now. Returns false at the end of file. */
static bool take_requests(int requests, long *served)
{
    struct request request;
    ssize_t n;

    while ((n = read(requests, &request, sizeof request)) > 0)
        ++*served;
    if (n < 0 && errno != EAGAIN)
        err(EXIT_FAILURE, "read");
    return n != 0;
}

/* Serves until all clients have gone, or the control socket is closed. */
static long serve(int control)
{
    int requests = check(open("requests", O_RDONLY | O_NONBLOCK), "open");
    struct pollfd watched[] = {{requests, POLLIN, 0}, {control, POLLIN, 0}};
    long served = 0;
    char question;

    for (;;) {
        check(poll(watched, 2, -1), "poll");
        if (!take_requests(requests, &served))
            break;
        if (watched[1].revents != 0) {
            if (check(read(control, &question, 1), "read") == 0)
                break;
            check(write(control, "!", 1), "write");
        }
    }
    check(close(requests), "close");
    return served;
}

int main(int argc, char *argv[])
{
    long visits = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    int control[2];

    check(mkfifo("requests", 0600), "mkfifo");
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, control), "socketpair");

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(control[0]), "close");
        visit(visits, count, control[1]);
        check(close(control[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    check(close(control[1]), "close");
    long served = serve(control[0]);

    check(shutdown(control[0], SHUT_WR), "shutdown");
    check(wait(NULL), "wait");
    check(close(control[0]), "close");
    check(unlink("requests"), "unlink");
    check(printf("served %ld of %ld requests\n", served, visits * count), "printf");
    return served == visits * count ? EXIT_SUCCESS : EXIT_FAILURE;
}
