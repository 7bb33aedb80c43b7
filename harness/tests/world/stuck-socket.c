/* stuck-socket STATE - tasks that are stuck over sockets: unix(7), tcp(7), udp(7). */
#include "stuck.h"

#include "../live/loopback.h"

#include <sys/un.h>

static void unix_pair(int pair[2], int type)
{
    MADE();
    EXPECT(socketpair(AF_UNIX, type, 0, pair) == 0);
}

/* Goes on, until no more fits. */
static void fill(int fd)
{
    static char block[1 << 16];
    while (send(fd, block, sizeof block, MSG_DONTWAIT) > 0)
        ;
    EXPECT(errno == EAGAIN);
}

/* Makes the caller "left" with pair[0] and a child "right" with pair[1]; each keeps only its own
 * end, which is returned. */
static int part(const int pair[2])
{
    be("left");
    int mine = start_as("right") == 0;
    EXPECT(close(pair[!mine]) == 0);
    return pair[mine];
}

/* left: for right to speak. */
static void unix_empty(void)
{
    int pair[2];
    char byte;
    unix_pair(pair, SOCK_STREAM);
    int fd = part(pair);
    if (fd == pair[1])
        idle();
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
}

/* left, right: for each other to speak first. */
static void unix_empty_both(void)
{
    int pair[2];
    char byte;
    unix_pair(pair, SOCK_STREAM);
    int fd = part(pair);
    HERE();
    EXPECT(recv(fd, &byte, 1, 0) == 1);
}

/* left, right: for each other to read. */
static void unix_full_both(void)
{
    static char block[1 << 16];
    int pair[2];
    unix_pair(pair, SOCK_STREAM);
    int fd = part(pair);
    fill(fd);
    HERE();
    EXPECT(write(fd, block, sizeof block) == sizeof block);
}

/* left: for right to receive. */
static void unix_datagram_full(void)
{
    int pair[2];
    unix_pair(pair, SOCK_DGRAM);
    int fd = part(pair);
    if (fd == pair[1])
        idle();
    while (send(fd, "d", 1, MSG_DONTWAIT) == 1)
        ;
    EXPECT(errno == EAGAIN);
    HERE();
    EXPECT(send(fd, "d", 1, 0) == 1);
}

/* reader: for itself; it holds both ends. */
static void unix_own(void)
{
    int pair[2];
    char byte;
    unix_pair(pair, SOCK_STREAM);
    be("reader");
    HERE();
    EXPECT(read(pair[0], &byte, 1) == 1);
}

static const struct sockaddr_un AT_SOCKET = {.sun_family = AF_UNIX, .sun_path = "socket"};

static int listen_unix(int backlog)
{
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(listener != -1);
    EXPECT(bind(listener, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
    EXPECT(listen(listener, backlog) == 0);
    return listener;
}

/* server: for a client to connect. */
static void unix_accept(void)
{
    int listener = listen_unix(1);
    be("server");
    HERE();
    EXPECT(accept(listener, NULL, NULL) != -1);
}

/* client: for server to accept the client before it. */
static void unix_backlog_full(void)
{
    int listener = listen_unix(0), before = socket(AF_UNIX, SOCK_STREAM, 0),
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(before != -1 && fd != -1);
    EXPECT(connect(before, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
    start_idle("server");
    be("client");
    EXPECT(close(listener) == 0);
    HERE();
    EXPECT(connect(fd, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
}

/* left, right: for each other to speak first. */
static void tcp_empty_both(void)
{
    int pair[2];
    char byte;
    tcp_pair(pair);
    int fd = part(pair);
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
}

/* left: for right to read. A little more may fit while the receiver's buffer still grows. */
static void tcp_full(void)
{
    static char block[1 << 24];
    int pair[2];
    tcp_pair(pair);
    int fd = part(pair);
    if (fd == pair[1])
        idle();
    HERE();
    EXPECT(write(fd, block, sizeof block) == sizeof block);
}

/* server: for a client to connect. */
static void tcp_accept(void)
{
    struct sockaddr_in address;
    int listener = bind_loopback(SOCK_STREAM, &address);
    EXPECT(listen(listener, 1) == 0);
    be("server");
    HERE();
    EXPECT(accept(listener, NULL, NULL) != -1);
}

/* receiver: for a datagram from anybody. */
static void udp_receive(void)
{
    struct sockaddr_in address;
    char byte;
    int fd = bind_loopback(SOCK_DGRAM, &address);
    be("receiver");
    HERE();
    EXPECT(recv(fd, &byte, 1, 0) == 1);
}

STUCK({"unix-empty", unix_empty}, {"unix-empty-both", unix_empty_both},
      {"unix-full-both", unix_full_both}, {"unix-datagram-full", unix_datagram_full},
      {"unix-own", unix_own}, {"unix-accept", unix_accept},
      {"unix-backlog-full", unix_backlog_full}, {"tcp-empty-both", tcp_empty_both},
      {"tcp-full", tcp_full}, {"tcp-accept", tcp_accept}, {"udp-receive", udp_receive})
