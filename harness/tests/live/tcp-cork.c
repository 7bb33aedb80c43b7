/* A byte lies in a corked TCP socket; its writer waits for the answer, the reader for the byte.
 * Woken because the kernel sends the rest of a cork after 200 ms. */
#include "loopback.h"

#include <netinet/tcp.h>

int main(void)
{
    int pair[2], on = 1;
    tcp_pair(pair);
    pid_t child = start();
    if (child == 0) {
        put(pair[1], get(pair[1]));
        _exit(0);
    }
    EXPECT(setsockopt(pair[0], IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0);
    double begin = now_ms();
    put(pair[0], 'c');
    EXPECT(get(pair[0]) == 'c');
    EXPECT(now_ms() - begin >= 100);
    finish(child);
    return 0;
}
