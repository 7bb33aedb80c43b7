/* Both ends of a TCP connection are blocked, one reading the byte that the other has corked; they
 * are in a network namespace of their own, which a look at the outer one does not show.
 * Woken because the kernel sends the rest of a cork after 200 ms. */
#include "loopback.h"

#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>

static void raise_loopback(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(fd != -1 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0 && close(fd) == 0);
}

int main(void)
{
    int pair[2], on = 1;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1) {
        warn("no nested namespaces here, so nothing can hide in one");
        return 0;
    }
    raise_loopback();
    tcp_pair(pair);
    pid_t child = start();
    if (child == 0) {
        put(pair[1], get(pair[1]));
        _exit(0);
    }
    EXPECT(setsockopt(pair[0], IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0);
    put(pair[0], 'c');
    EXPECT(get(pair[0]) == 'c');
    finish(child);
    return 0;
}
