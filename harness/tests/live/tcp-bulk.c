/* Sends 8 MiB over TCP, far more than fits; the sender blocks again and again on a full buffer.
 * Woken by the acknowledgements of what the reader has taken. */
#include "loopback.h"

enum { TOTAL = 8 << 20 };

int main(void)
{
    static char block[65536];
    int pair[2];
    tcp_pair(pair);
    pid_t child = start();
    if (child == 0) {
        EXPECT(close(pair[1]) == 0);
        for (int sent = 0; sent < TOTAL; sent += (int)sizeof block)
            EXPECT(write(pair[0], block, sizeof block) == sizeof block);
        _exit(0);
    }
    ssize_t n;
    long received = 0;
    EXPECT(close(pair[0]) == 0);
    while ((n = read(pair[1], block, sizeof block)) > 0)
        received += n;
    EXPECT(n == 0 && received == TOTAL);
    finish(child);
    return 0;
}
