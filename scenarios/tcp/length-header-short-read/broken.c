/* A client sends notes to a server: of each the length, in four bytes, then the text. It sends them
 * in blocks, and a block only when all before it is acknowledged, so as not to flood the server.
 *
 *     broken [BLOCK]
 *
 * The server goes on until it has the whole text, but asks one recv() for the four bytes of the
 * length. When a block ends among them, it gets the first of them only. Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char stream[] = "\0\0\0\7buy ink\0\0\0\17return the book"
                             "\0\0\0\13call mother\0\0\0\5sleep";
enum { NOTES = 4 };

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

/* An acknowledgement is one byte, which says how many have been received. */
static void send_blocks(int fd, const char *bytes, size_t size, size_t block)
{
    uint8_t count;

    for (size_t sent = 0, acknowledged = 0; sent < size;) {
        size_t n = size - sent < block ? size - sent : block;

        sent += check(send(fd, bytes + sent, n, MSG_NOSIGNAL), "send");
        for (; acknowledged < sent; acknowledged += count)
            if (recv(fd, &count, sizeof count, 0) != sizeof count)
                errx(EXIT_FAILURE, "the server hung up");
    }
}

/* Receives what has come, at most `size` bytes, and acknowledges it. Returns 0 at the end. */
static size_t receive_some(int fd, void *buffer, size_t size)
{
    uint8_t count = check(recv(fd, buffer, size, 0), "recv");

    if (count > 0)
        check(send(fd, &count, sizeof count, MSG_NOSIGNAL), "send");
    return count;
}

/* Goes on until it has `size` bytes; returns less only if the connection ends before. */
static size_t receive_all(int fd, void *buffer, size_t size)
{
    size_t total = 0, n;

    while (total < size && (n = receive_some(fd, (char *)buffer + total, size - total)) > 0)
        total += n;
    return total;
}

/* Returns 0 if no note has come, or none that could be right. */
static int receive_note(int fd)
{
    char text[4096];
    uint32_t length = 0;

    if (receive_some(fd, &length, sizeof length) == 0)
        return 0;
    length = ntohl(length);
    if (length > sizeof text)
        warnx("a note of %u bytes", length);
    return length <= sizeof text && receive_all(fd, text, length) == length;
}

int main(int argc, char *argv[])
{
    size_t block = argc > 1 ? strtoul(argv[1], NULL, 10) : 16;
    struct sockaddr_in address;
    int listener = listen_here(&address), received = 0, fd;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(listener), "close");
        fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
        check(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
        send_blocks(fd, stream, sizeof stream - 1, block);
        check(close(fd), "close");
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    fd = check(accept(listener, NULL, NULL), "accept");
    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)), "setsockopt");
    while (receive_note(fd))
        received++;
    check(close(fd), "close");
    check(close(listener), "close");
    check(wait(NULL), "wait");
    check(printf("received %d of %d notes\n", received, NOTES), "printf");
    return received == NOTES ? EXIT_SUCCESS : EXIT_FAILURE;
}
