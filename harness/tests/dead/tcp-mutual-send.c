/* Two peers write to each other over TCP, more than fits, and neither reads. The kernel goes on
 * asking for room in the other's window, for ever and in vain. */
#include "../live/loopback.h"
#include "stamp.h"

static void overfill(int fd)
{
    static char block[65536];
    while (send(fd, block, sizeof block, MSG_DONTWAIT) > 0)
        ;
    EXPECT(errno == EAGAIN);
    stamp_slow();
    for (;;) /* a little more may fit while the receiver's buffer still grows */
        EXPECT(write(fd, block, sizeof block) > 0);
}

int main(void)
{
    int pair[2];
    tcp_pair(pair);
    overfill(pair[start() == 0]);
}
