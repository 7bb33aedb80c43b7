/* Sends datagrams into a unix socket until it takes no more; the receiver waits for its child, who
 * is the sender. */
#include "stamp.h"

#include <sys/socket.h>

int main(void)
{
    int pair[2];
    EXPECT(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    pid_t child = start();
    if (child == 0) {
        while (send(pair[0], "d", 1, MSG_DONTWAIT) == 1)
            ;
        EXPECT(errno == EAGAIN);
        stamp();
        send(pair[0], "d", 1, 0);
        woken();
    }
    stamp();
    finish(child);
    woken();
}
