/* Two servers exchange their tables over one TCP connection, a table in each direction.
 *
 *     broken [BYTES]
 *
 * Each side sends its whole table before it receives. What is sent and not yet received stands in
 * the buffers of the two sockets; when they are full, both wait for a reader, and neither is one.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 16384 };

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

/* Sends the next piece of a table of which `left` bytes are to be sent; returns its size. */
static size_t send_piece(int fd, size_t left)
{
    static const char table[CHUNK];

    return check(send(fd, table, left < CHUNK ? left : CHUNK, MSG_NOSIGNAL), "send");
}

/* Receives from a table of which `left` bytes are to come; returns how many came. */
static size_t receive_piece(int fd, size_t left)
{
    static char table[CHUNK];
    size_t n = check(recv(fd, table, left < CHUNK ? left : CHUNK, 0), "recv");

    if (n == 0)
        errx(EXIT_FAILURE, "the other side hung up");
    return n;
}

/* Sends a table and receives one, both of `size` bytes; returns how many have been received. */
static size_t exchange(int fd, size_t size)
{
    size_t sent = 0, received = 0;

    while (sent < size)
        sent += send_piece(fd, size - sent);
    while (received < size)
        received += receive_piece(fd, size - received);
    return received;
}

static void run_client(const struct sockaddr_in *address, size_t size)
{
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)address, sizeof *address), "connect");
    exchange(fd, size);
    check(close(fd), "close");
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 8388608, received;
    struct sockaddr_in address;
    int listener = listen_here(&address), fd, status;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(listener), "close");
        run_client(&address, size);
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    fd = check(accept(listener, NULL, NULL), "accept");
    received = exchange(fd, size);
    check(close(fd), "close");
    check(close(listener), "close");
    check(wait(&status), "wait");

    check(printf("exchanged %zu bytes each way\n", received), "printf");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
