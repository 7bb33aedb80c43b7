/* loopback.h - sockets on 127.0.0.1, at ports the kernel chooses. */
#ifndef BROKENPIPE_TESTS_LOOPBACK_H
#define BROKENPIPE_TESTS_LOOPBACK_H

#include "expect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A socket of `type` bound to a free port; its address goes to `address`. */
static inline int bind_loopback(int type, struct sockaddr_in *address)
{
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, type, 0);
    EXPECT(fd != -1);
    EXPECT(bind(fd, (struct sockaddr *)address, length) == 0);
    EXPECT(getsockname(fd, (struct sockaddr *)address, &length) == 0);
    return fd;
}

static inline void connect_to(int fd, const struct sockaddr_in *address)
{
    EXPECT(connect(fd, (const struct sockaddr *)address, sizeof *address) == 0);
}

/* The two ends of one TCP connection. */
static inline void tcp_pair(int pair[2])
{
    struct sockaddr_in address;
    int listener = bind_loopback(SOCK_STREAM, &address);
    EXPECT(listen(listener, 1) == 0);
    EXPECT((pair[0] = socket(AF_INET, SOCK_STREAM, 0)) != -1);
    connect_to(pair[0], &address);
    EXPECT((pair[1] = accept(listener, NULL, NULL)) != -1);
    EXPECT(close(listener) == 0);
}

static inline void set_timeout(int fd, int option, long ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    EXPECT(setsockopt(fd, SOL_SOCKET, option, &t, sizeof t) == 0);
}

#endif
