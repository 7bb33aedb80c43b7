/* Write, write, read: the second small write is held back until the first is acknowledged (Nagle),
 * and the receiver delays its acknowledgement. Both sides are blocked, with nothing on the wire.
 * Woken by the receiver's delayed-acknowledgement timer, after 40 ms. */
#include "loopback.h"

#include <netinet/tcp.h>

static void delay_acknowledgements(int fd)
{
    int off = 0;
    EXPECT(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off) == 0);
}

int main(void)
{
    int pair[2];
    tcp_pair(pair);
    delay_acknowledgements(pair[1]);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 2; i++) {
            EXPECT(get(pair[1]) == '1' && get(pair[1]) == '2');
            delay_acknowledgements(pair[1]);
            put(pair[1], '3');
        }
        _exit(0);
    }
    double begin = now_ms();
    for (int i = 0; i < 2; i++) {
        put(pair[0], '1');
        put(pair[0], '2');
        EXPECT(get(pair[0]) == '3');
    }
    EXPECT(now_ms() - begin >= 30);
    finish(child);
    return 0;
}
