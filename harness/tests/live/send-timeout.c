/* Writes into a unix socket until it is full, and nobody reads.
 * Woken by the socket's SO_SNDTIMEO. */
#include "loopback.h"

int main(void)
{
    static const char block[4096];
    int pair[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    set_timeout(pair[0], SO_SNDTIMEO, 30);
    double begin = now_ms();
    while (write(pair[0], block, sizeof block) > 0)
        ;
    EXPECT(errno == EAGAIN && now_ms() - begin >= 20);
    return 0;
}
