/* Two peers write to each other over TCP, more than fits, and neither reads; the kernel asks again
 * and again for room in the closed windows, and is told that there is none.
 * Woken because one socket has a TCP_USER_TIMEOUT: the kernel gives the connection up. */
#include "loopback.h"

#include <netinet/tcp.h>

/* Writes until the connection is given up. */
static void overfill(int fd)
{
    static char block[65536];
    catch_signal(SIGPIPE, SIG_IGN);
    while (write(fd, block, sizeof block) > 0)
        ;
    EXPECT(errno == ETIMEDOUT || errno == ECONNRESET || errno == EPIPE);
}

int main(void)
{
    int pair[2];
    unsigned limit_ms = 800;
    tcp_pair(pair);
    EXPECT(setsockopt(pair[0], IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof limit_ms) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(close(pair[0]) == 0);
        overfill(pair[1]);
        _exit(0);
    }
    EXPECT(close(pair[1]) == 0);
    overfill(pair[0]);
    finish(child);
    return 0;
}
