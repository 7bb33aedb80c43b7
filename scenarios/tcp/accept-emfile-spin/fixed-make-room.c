/* A server greets each client, and keeps the connection until the client ends it. It may have few
 * descriptors; and a client makes more connections than that, before it ends any.
 *
 *     fixed-make-room [CONNECTIONS [DESCRIPTORS]]
 *
 * When accept() fails for want of a descriptor, the connection stays in the queue. The server ends
 * one that is idle, and so has room for this one. Compare with broken.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket that listens on a free port of this machine, and fills in its address. accept()
 * will not wait. */
static int listen_here(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(fd, (struct sockaddr *)address, size), "bind");
    check(listen(fd, 1), "listen");
    check(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

/* Does what `ulimit -S -n` does in a shell, up to the hard limit. */
static void limit_descriptors(rlim_t descriptors)
{
    struct rlimit limit;

    check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = descriptors < limit.rlim_max ? descriptors : limit.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

/* Returns when the last client has gone. There is room for so many. */
static void run_server(int listener, int connections)
{
    struct pollfd set[1 + connections];
    int served = 0, fd;

    set[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    do {
        check(poll(set, 1 + served, -1), "poll");
        for (int i = served; i > 0; i--)
            if (set[i].revents != 0) {
                check(close(set[i].fd), "close");
                set[i] = set[served--];
            }
        if (set[0].revents == 0)
            continue;
        fd = accept(listener, NULL, NULL);
        if (fd != -1) {
            check(send(fd, "hello", 5, MSG_NOSIGNAL), "send");
            set[++served] = (struct pollfd){.fd = fd, .events = POLLIN};
        } else if (errno == EMFILE && served > 1) {
            check(close(set[1].fd), "close");
            set[1] = set[served--];
        }
    } while (served > 0);
}

/* On each connection comes a greeting, or its end. */
static void run_client(const struct sockaddr_in *address, int connections)
{
    int fd[connections];
    char greeting[5];

    for (int i = 0; i < connections; i++) {
        fd[i] = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
        check(connect(fd[i], (const struct sockaddr *)address, sizeof *address), "connect");
        check(recv(fd[i], greeting, sizeof greeting, 0), "recv");
    }
    for (int i = 0; i < connections; i++)
        check(close(fd[i]), "close");
}

int main(int argc, char *argv[])
{
    int connections = argc > 1 ? atoi(argv[1]) : 13, descriptors = argc > 2 ? atoi(argv[2]) : 10;
    struct sockaddr_in address;
    int listener = listen_here(&address);

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        limit_descriptors(descriptors);
        run_server(listener, connections);
        check(close(listener), "close");
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(listener), "close");
    run_client(&address, connections);
    check(wait(NULL), "wait");
    check(printf("%d connections, all greeted or turned away\n", connections), "printf");
    return EXIT_SUCCESS;
}
