/* A client offers a file to a server, which has a newer version and sends that in return.
 *
 *     wrong-receive-some [OFFERED [STORED]]
 *
 * The server receives what it has no use for up to a limit, since a client might never stop. But
 * the client has every right to a longer file. Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 8388608 };

static char bytes[16384];

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket that listens on a free port of this machine, and fills in its address. */
static int listen_here(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(fd, (struct sockaddr *)address, size), "bind");
    check(listen(fd, 1), "listen");
    check(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

static size_t piece(size_t left)
{
    return left < sizeof bytes ? left : sizeof bytes;
}

/* Sends `size` bytes, or fewer if the other end has hung up. */
static void send_bytes(int fd, size_t size)
{
    ssize_t n = 0;

    while (size > 0 && (n = send(fd, bytes, piece(size), MSG_NOSIGNAL)) > 0)
        size -= n;
    if (n == -1 && errno != ECONNRESET && errno != EPIPE)
        err(EXIT_FAILURE, "send");
}

/* Receives `size` bytes, or fewer if the connection ends before. Returns how many. */
static size_t receive_bytes(int fd, size_t size)
{
    size_t received = 0;
    ssize_t n = 0;

    while (received < size && (n = recv(fd, bytes, piece(size - received), 0)) > 0)
        received += n;
    if (n == -1 && errno != ECONNRESET)
        err(EXIT_FAILURE, "recv");
    return received;
}

static void run_server(int fd, size_t stored)
{
    uint32_t length;

    if (recv(fd, &length, sizeof length, MSG_WAITALL) != sizeof length)
        errx(EXIT_FAILURE, "the client hung up");
    receive_bytes(fd, ntohl(length) < MOST ? ntohl(length) : MOST);
    send_bytes(fd, stored);
}

int main(int argc, char *argv[])
{
    size_t offered = argc > 1 ? strtoul(argv[1], NULL, 10) : 8388608;
    size_t stored = argc > 2 ? strtoul(argv[2], NULL, 10) : 200000, received;
    uint32_t length = htonl(offered);
    struct sockaddr_in address;
    int listener = listen_here(&address), fd;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        fd = check(accept(listener, NULL, NULL), "accept");
        check(close(listener), "close");
        run_server(fd, stored);
        check(close(fd), "close");
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(listener), "close");
    fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
    check(send(fd, &length, sizeof length, MSG_NOSIGNAL), "send");
    send_bytes(fd, offered);
    received = receive_bytes(fd, stored);
    check(close(fd), "close");
    check(wait(NULL), "wait");
    check(printf("received %s of it\n", received == stored ? "all" : "a part"), "printf");
    return received == stored ? EXIT_SUCCESS : EXIT_FAILURE;
}
