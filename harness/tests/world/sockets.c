/* sockets - sends over the loopback interface what programs do send there, over IPv4 and IPv6, and
 * tells how little it takes at once. */
#include "../live/expect.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { MUCH = 200000, LARGE_DATAGRAM = 60000 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* A socket of `type` at a free port of the loopback interface. */
static int bound(int family, int type, union address *address, socklen_t *length)
{
    *address = (union address){.any.sa_family = (sa_family_t)family};
    if (family == AF_INET)
        address->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        address->v6.sin6_addr = in6addr_loopback;
    *length = family == AF_INET ? sizeof address->v4 : sizeof address->v6;
    int fd = socket(family, type, 0);
    EXPECT(fd != -1 && bind(fd, &address->any, *length) == 0);
    EXPECT(getsockname(fd, &address->any, length) == 0);
    return fd;
}

static int connected(int family, int type, const union address *address, socklen_t length)
{
    int fd = socket(family, type, 0);
    EXPECT(fd != -1 && connect(fd, &address->any, length) == 0);
    return fd;
}

/* Returns the size of a segment. */
static int stream(int family)
{
    static char bytes[MUCH];
    union address address;
    socklen_t length, size = sizeof(int);
    int segment, listener = bound(family, SOCK_STREAM, &address, &length);
    EXPECT(listen(listener, 1) == 0);
    pid_t child = start();
    if (child == 0) {
        int client = connected(family, SOCK_STREAM, &address, length);
        EXPECT(write(client, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
        _exit(0);
    }
    int server = accept(listener, NULL, NULL);
    EXPECT(server != -1);
    EXPECT(recv(server, bytes, sizeof bytes, MSG_WAITALL) == (ssize_t)sizeof bytes);
    EXPECT(getsockopt(server, IPPROTO_TCP, TCP_MAXSEG, &segment, &size) == 0);
    finish(child);
    return segment;
}

/* A datagram arrives whole, whatever pieces it travels in. */
static void datagrams(int family)
{
    static char bytes[LARGE_DATAGRAM];
    union address address;
    socklen_t length;
    int server = bound(family, SOCK_DGRAM, &address, &length);
    int client = connected(family, SOCK_DGRAM, &address, length);
    for (int i = 0; i < 10; i++) {
        EXPECT(write(client, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
        EXPECT(read(server, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
    }
}

/* Returns how many datagrams a unix socket takes that nobody reads. */
static int unix_queue(void)
{
    const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "queue"};
    int server = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0), n = 0;
    EXPECT(bind(server, (const struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(connect(client, (const struct sockaddr *)&address, sizeof address) == 0);
    while (send(client, "x", 1, MSG_DONTWAIT) == 1)
        n++;
    EXPECT(errno == EAGAIN && unlink(address.sun_path) == 0);
    return n;
}

int main(void)
{
    struct ifreq lo = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(fd != -1 && ioctl(fd, SIOCGIFMTU, &lo) == 0);
    datagrams(AF_INET);
    datagrams(AF_INET6);
    int v4 = stream(AF_INET), v6 = stream(AF_INET6);
    printf("mtu %d, segments %d and %d, unix datagrams %d\n", lo.ifr_mtu, v4, v6, unix_queue());
    return 0;
}
