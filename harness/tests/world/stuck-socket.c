/* stuck-socket STATE - tasks that are stuck over sockets: unix(7), tcp(7), udp(7). */
#include "stuck.h"

#include "../live/loopback.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
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

/* left, right: for a datagram of the other. */
static void unix_datagram_empty_both(void)
{
    int pair[2];
    char byte;
    unix_pair(pair, SOCK_DGRAM);
    int fd = part(pair);
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
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

static int open_unix(int type)
{
    int fd = socket(AF_UNIX, type, 0);
    EXPECT(fd != -1);
    return fd;
}

static int bind_unix(int type)
{
    int fd = open_unix(type);
    EXPECT(bind(fd, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
    return fd;
}

static int listen_unix(int backlog)
{
    int listener = bind_unix(SOCK_STREAM);
    EXPECT(listen(listener, backlog) == 0);
    return listener;
}

static int connect_unix(void)
{
    int fd = open_unix(SOCK_STREAM);
    EXPECT(connect(fd, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
    return fd;
}

/* server: for a client to connect. */
static void unix_accept(void)
{
    int listener = listen_unix(1);
    be("server");
    HERE();
    EXPECT(accept(listener, NULL, NULL) != -1);
}

/* server: for a client to connect, by poll(2). */
static void unix_accept_polled(void)
{
    struct pollfd listener = {.fd = listen_unix(1), .events = POLLIN};
    be("server");
    HERE();
    EXPECT(poll(&listener, 1, -1) == 1);
}

/* server: the same, after it was told of a client and did not accept it. */
static void unix_accept_told(void)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    int epoll = epoll_create1(0);
    EXPECT(epoll != -1 && epoll_ctl(epoll, EPOLL_CTL_ADD, listen_unix(1), &event) == 0);
    connect_unix();
    EXPECT(epoll_wait(epoll, &event, 1, -1) == 1);
    be("server");
    HERE();
    EXPECT(epoll_wait(epoll, &event, 1, -1) == 1);
}

/* client: for server to accept the client before it. */
static void unix_backlog_full(void)
{
    int listener = listen_unix(0);
    connect_unix();
    start_idle("server");
    be("client");
    EXPECT(close(listener) == 0);
    int fd = open_unix(SOCK_STREAM);
    HERE();
    EXPECT(connect(fd, (const struct sockaddr *)&AT_SOCKET, sizeof AT_SOCKET) == 0);
}

static void enter(const char *directory)
{
    EXPECT(mkdir(directory, 0700) == 0);
    EXPECT(chdir(directory) == 0);
}

/* client: as before; another server has a socket of the same name in another directory. */
static void unix_backlog_full_elsewhere(void)
{
    enter("here");
    int here = listen_unix(0);
    start_idle("other");
    EXPECT(close(here) == 0);
    enter("there");
    unix_backlog_full();
}

/* Waits for `client` to end, as "server". */
static void wait_for_client(pid_t client)
{
    int status;
    be("server");
    HERE();
    EXPECT(waitpid(client, &status, 0) == client);
}

/* client: for server to answer, who has not accepted it, but waits for it to end. */
static void unix_unaccepted(void)
{
    char byte;
    int listener = listen_unix(1);
    pid_t client = start_as("client");
    if (client > 0)
        wait_for_client(client);
    EXPECT(close(listener) == 0);
    int fd = connect_unix();
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
}

/* sender: for receiver to receive; the socket is known by its path alone. */
static void unix_datagram_full_named(void)
{
    int receiver = bind_unix(SOCK_DGRAM), fd = open_unix(SOCK_DGRAM);
    const struct sockaddr *to = (const struct sockaddr *)&AT_SOCKET;
    start_idle("receiver");
    be("sender");
    EXPECT(close(receiver) == 0);
    while (sendto(fd, "d", 1, MSG_DONTWAIT, to, sizeof AT_SOCKET) == 1)
        ;
    EXPECT(errno == EAGAIN);
    HERE();
    EXPECT(sendto(fd, "d", 1, 0, to, sizeof AT_SOCKET) == 1);
}

/* receiver: for a datagram from anybody. */
static void unix_datagram_receive(void)
{
    char byte;
    int fd = bind_unix(SOCK_DGRAM);
    be("receiver");
    HERE();
    EXPECT(recv(fd, &byte, 1, 0) == 1);
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

/* client: for server to answer, who has not accepted it, but waits for it to end; other listens at
 * the same port of another address. */
static void tcp_unaccepted(void)
{
    struct sockaddr_in address;
    char byte;
    int elsewhere = bind_loopback(SOCK_STREAM, &address);
    EXPECT(listen(elsewhere, 1) == 0);
    start_idle("other");
    EXPECT(close(elsewhere) == 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(listener != -1 && fd != -1);
    EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(listen(listener, 1) == 0);
    pid_t client = start_as("client");
    if (client > 0)
        wait_for_client(client);
    EXPECT(close(listener) == 0);
    connect_to(fd, &address);
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
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
      {"unix-datagram-full-named", unix_datagram_full_named},
      {"unix-datagram-empty-both", unix_datagram_empty_both},
      {"unix-datagram-receive", unix_datagram_receive}, {"unix-own", unix_own},
      {"unix-accept", unix_accept}, {"unix-accept-polled", unix_accept_polled},
      {"unix-accept-told", unix_accept_told}, {"unix-backlog-full", unix_backlog_full},
      {"unix-backlog-full-elsewhere", unix_backlog_full_elsewhere},
      {"unix-unaccepted", unix_unaccepted}, {"tcp-empty-both", tcp_empty_both},
      {"tcp-full", tcp_full}, {"tcp-accept", tcp_accept}, {"tcp-unaccepted", tcp_unaccepted},
      {"udp-receive", udp_receive})
