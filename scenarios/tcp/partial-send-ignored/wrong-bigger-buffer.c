/* A server sends the same document to all its clients at once. So as not to wait for any of them,
 * its sockets do not block; and it gives each little memory, for there may be many.
 *
 *     wrong-bigger-buffer [BYTES [CLIENTS]]
 *
 * The server gives each client more memory: room for the document that did not fit. It may ask for
 * as much as it likes, and gets what net.core.wmem_max allows. Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 200000 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket that listens on a free port of this machine, and fills in its address. What it
 * accepts has its small send buffer. */
static int listen_here(struct sockaddr_in *address)
{
    const int room = ROOM;
    socklen_t size = sizeof *address;
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room), "setsockopt");
    check(bind(fd, (struct sockaddr *)address, size), "bind");
    check(listen(fd, SOMAXCONN), "listen");
    check(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

static void run_server(int listener, const char *document, size_t size, int clients)
{
    struct pollfd set[clients];

    for (int i = 0; i < clients; i++) {
        int fd = check(accept4(listener, NULL, NULL, SOCK_NONBLOCK), "accept4");

        set[i] = (struct pollfd){.fd = fd, .events = POLLOUT};
    }
    for (int left = clients; left > 0;) {
        check(poll(set, clients, -1), "poll");
        for (int i = 0; i < clients; i++) {
            if (set[i].revents == 0)
                continue;
            check(send(set[i].fd, document, size, MSG_NOSIGNAL), "send");
            check(close(set[i].fd), "close");
            set[i].fd = -1; /* poll() skips it */
            left--;
        }
    }
}

/* Returns how many bytes come before the end. */
static size_t run_client(const struct sockaddr_in *address)
{
    char bytes[16384];
    size_t received = 0;
    ssize_t n;
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)address, sizeof *address), "connect");
    while ((n = check(recv(fd, bytes, sizeof bytes, 0), "recv")) > 0)
        received += n;
    check(close(fd), "close");
    return received;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 170000;
    int clients = argc > 2 ? atoi(argv[2]) : 2, satisfied = 0, status;
    char *document = calloc(size, 1);
    struct sockaddr_in address;
    int listener = listen_here(&address);

    if (document == NULL)
        err(EXIT_FAILURE, "calloc");
    check(prctl(PR_SET_NAME, "server"), "prctl");
    for (int i = 0; i < clients; i++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "client"), "prctl");
            check(close(listener), "close");
            free(document);
            return run_client(&address) == size ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    run_server(listener, document, size, clients);
    check(close(listener), "close");
    free(document);
    for (int i = 0; i < clients; i++) {
        check(wait(&status), "wait");
        satisfied += status == 0;
    }
    check(printf("%d of %d clients received all of %zu bytes\n", satisfied, clients, size),
          "printf");
    return satisfied == clients ? EXIT_SUCCESS : EXIT_FAILURE;
}
