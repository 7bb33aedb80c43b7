/* A client uploads a record of known size to a server. The server acknowledges what has arrived,
 * and the client sends a block only when all before it is acknowledged, so as not to flood the
 * server.
 *
 *     wrong-second-recv [BYTES]
 *
 * The record came in two pieces: so the server receives the first piece, and then the rest. It
 * counts on a number of pieces, and a larger record comes in more. Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1000 };

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

/* Waits until the server has acknowledged something more; returns how much in all. No signal is
 * handled here that could end MSG_WAITALL early. */
static size_t await_acknowledgement(int fd)
{
    uint32_t total;

    if (recv(fd, &total, sizeof total, MSG_WAITALL) != sizeof total)
        errx(EXIT_FAILURE, "the server hung up before the end of the record");
    return ntohl(total);
}

static void run_client(const struct sockaddr_in *address, size_t size)
{
    static const char block[BLOCK];
    size_t sent = 0, acknowledged = 0;
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)address, sizeof *address), "connect");
    while (sent < size) {
        size_t n = size - sent < BLOCK ? size - sent : BLOCK;

        sent += check(send(fd, block, n, MSG_NOSIGNAL), "send");
        while (acknowledged < sent)
            acknowledged = await_acknowledgement(fd);
    }
    check(close(fd), "close");
}

static void acknowledge(int fd, size_t received)
{
    uint32_t total = htonl(received);

    check(send(fd, &total, sizeof total, MSG_NOSIGNAL), "send");
}

/* Returns how many bytes of the record have been received. */
static size_t receive_record(int fd, char *record, size_t size)
{
    size_t n = check(recv(fd, record, size, 0), "recv");

    acknowledge(fd, n);
    if (n < size) {
        n += check(recv(fd, record + n, size - n, 0), "recv");
        acknowledge(fd, n);
    }
    return n;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000, received;
    char *record = malloc(size);
    struct sockaddr_in address;
    int listener = listen_here(&address), fd;

    if (record == NULL)
        err(EXIT_FAILURE, "malloc");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(listener), "close");
        free(record);
        run_client(&address, size);
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    fd = check(accept(listener, NULL, NULL), "accept");
    received = receive_record(fd, record, size);
    check(close(fd), "close");
    check(close(listener), "close");
    check(wait(NULL), "wait");
    free(record);

    check(printf("received %zu of %zu bytes\n", received, size), "printf");
    return received == size ? EXIT_SUCCESS : EXIT_FAILURE;
}
