/* A client asks a server, by a connection for each, to start jobs, which run on when it hangs up.
 *
 *     fixed [REQUESTS [AT_ONCE]]
 *
 * What epoll watches is not the descriptor, but the socket behind it, and that is open as long
 * as a job has inherited it. So the server takes it out of the set before it closes its own
 * descriptor. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sockaddr_un ADDRESS = {.sun_family = AF_UNIX, .sun_path = "\0jobs"};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Asks for jobs, with so many connections open at once; returns how often it was answered. */
static long run_client(long requests, long at_once)
{
    char byte;
    int open[at_once];
    long answered = 0;

    for (long i = 0; i < requests; i++) {
        int *fd = &open[i % at_once];
        if (i >= at_once)
            check(close(*fd), "close");
        *fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
        check(connect(*fd, (const struct sockaddr *)&ADDRESS, sizeof ADDRESS), "connect");
        answered += send(*fd, "?", 1, MSG_NOSIGNAL) == 1 && recv(*fd, &byte, 1, 0) == 1;
    }
    check(close_range(3, ~0U, 0), "close_range");
    return answered;
}

/* Starts a job, which runs until the server closes its end, and waits until it has begun. */
static void start_job(const int ends[2])
{
    char byte;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "job"), "prctl");
        check(close(ends[0]), "close");
        check(write(ends[1], "", 1), "write");
        check(read(ends[1], &byte, 1), "read");
        check(close_range(3, ~0U, 0), "close_range");
        exit(EXIT_SUCCESS);
    }
    check(read(ends[0], &byte, 1), "read");
}

static void watch(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    check(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void run_server(int listener, long connections)
{
    bool open[1024] = {false}; /* by descriptor */
    struct epoll_event event;
    char byte;
    int ends[2], set = check(epoll_create1(0), "epoll_create1");

    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    watch(set, listener);
    while (connections > 0) {
        check(epoll_wait(set, &event, 1, -1), "epoll_wait");
        int fd = event.data.fd;
        if (fd == listener) {
            fd = check(accept(listener, NULL, NULL), "accept");
            open[fd] = true;
            watch(set, fd);
        } else if (open[fd] && event.events & EPOLLHUP) {
            check(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL), "epoll_ctl");
            check(close(fd), "close");
            open[fd] = false;
            connections--;
        } else if (open[fd] && check(recv(fd, &byte, 1, 0), "recv") == 1) {
            start_job(ends);
            check(send(fd, "!", 1, MSG_NOSIGNAL), "send");
        }
    }
    check(close_range(3, ~0U, 0), "close_range");
    while (wait(NULL) > 0)
        continue;
}

int main(int argc, char *argv[])
{
    long requests = argc > 1 ? strtol(argv[1], NULL, 10) : 2;
    int listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

    check(bind(listener, (const struct sockaddr *)&ADDRESS, sizeof ADDRESS), "bind");
    check(listen(listener, 1), "listen");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        run_server(listener, requests);
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(listener), "close");
    long answered = run_client(requests, argc > 2 ? strtol(argv[2], NULL, 10) : 1);
    check(wait(NULL), "wait");
    check(printf("%ld of %ld requests answered\n", answered, requests), "printf");
    return answered == requests ? EXIT_SUCCESS : EXIT_FAILURE;
}
