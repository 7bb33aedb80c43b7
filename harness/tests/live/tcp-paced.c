/* A connection may send 5 MB a second (SO_MAX_PACING_RATE); its reader waits for the next piece,
 * and the process that wrote it all waits for the reader. Woken by the pacing timer. */
#include "loopback.h"

enum { TOTAL = 1000000 };

int main(void)
{
    static char block[TOTAL];
    int pair[2];
    unsigned rate = 5000000;
    tcp_pair(pair);
    EXPECT(setsockopt(pair[0], SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof rate) == 0);
    pid_t child = start();
    if (child == 0) {
        for (ssize_t n, received = 0; received < TOTAL; received += n)
            EXPECT((n = read(pair[1], block, sizeof block)) > 0);
        _exit(0);
    }
    double begin = now_ms();
    EXPECT(write(pair[0], block, sizeof block) == sizeof block);
    finish(child);
    EXPECT(now_ms() - begin >= 50);
    return 0;
}
