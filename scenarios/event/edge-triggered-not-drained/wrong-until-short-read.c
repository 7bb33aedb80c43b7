/* A client sends a request to a server, says that this was all, and waits for the answer. The
 * server is started on demand, when the request is there, and answers with the request's size.
 *
 *     wrong-until-short-read [BYTES]
 *
 * The server reads on as long as the buffer gets full. One that does not get full shows that
 * there is no more data: but the end of the request is no data, and is not told a second time.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUFFER = 1024 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Adds what can be read to the size of the request. Returns whether that was its end. */
static bool read_request(int fd, long *size)
{
    char buffer[BUFFER];
    ssize_t n;

    do {
        n = read(fd, buffer, sizeof buffer);
        if (n == -1 && errno == EAGAIN)
            return false;
        *size += check(n, "read");
    } while (n == sizeof buffer);
    return n == 0;
}

static void serve(int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int set = check(epoll_create1(0), "epoll_create1");
    long size = 0;
    bool ended = false;

    check(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
    check(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    while (!ended) {
        check(epoll_wait(set, &event, 1, -1), "epoll_wait");
        ended = read_request(fd, &size);
    }
    check(send(fd, &size, sizeof size, MSG_NOSIGNAL), "send");
    check(close(set), "close");
}

/* Sends a request of that size, as a whole. */
static void send_request(int fd, size_t size)
{
    char *request = calloc(size, 1);

    if (request == NULL)
        err(EXIT_FAILURE, "calloc");
    if ((size_t)check(send(fd, request, size, MSG_DONTWAIT), "send") != size)
        errx(EXIT_FAILURE, "the request is larger than what a socket holds");
    check(shutdown(fd, SHUT_WR), "shutdown");
    free(request);
}

int main(int argc, char *argv[])
{
    long size = argc > 1 ? strtol(argv[1], NULL, 10) : 4096, answer = 0;
    int ends[2];

    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    send_request(ends[0], size);
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        check(close(ends[0]), "close");
        serve(ends[1]);
        check(close(ends[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(close(ends[1]), "close");
    check(recv(ends[0], &answer, sizeof answer, MSG_WAITALL), "recv");
    check(close(ends[0]), "close");
    check(wait(NULL), "wait");
    check(printf("%ld of %ld bytes arrived\n", answer, size), "printf");
    return answer == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
