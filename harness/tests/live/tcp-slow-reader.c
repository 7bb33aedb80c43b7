/* A sender is blocked on a closed TCP window while the reader sleeps.
 * Woken by the window update that follows when the reader reads again. */
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
    EXPECT(close(pair[0]) == 0);
    sleep_ms(50);
    ssize_t n;
    long received = 0;
    while ((n = read(pair[1], block, sizeof block)) > 0)
        received += n;
    EXPECT(n == 0 && received == TOTAL);
    finish(child);
    return 0;
}
