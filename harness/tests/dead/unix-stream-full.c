/* Parent and child write into the two ends of a unix socket until both directions are full. */
#include "stamp.h"

#include <sys/socket.h>

int main(void)
{
    static char block[4096];
    int pair[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    int mine = pair[start() == 0];
    while (send(mine, block, sizeof block, MSG_DONTWAIT) > 0)
        ;
    EXPECT(errno == EAGAIN);
    stamp();
    while (write(mine, block, sizeof block) > 0)
        ;
    woken();
}
