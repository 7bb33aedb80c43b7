/* Two processes pass a byte to and fro over TCP. Each looks blocked nearly all the time, and at
 * many instants both are: the byte is then on its way in a softirq. Woken by its arrival. */
#include "loopback.h"

int main(void)
{
    int pair[2];
    tcp_pair(pair);
    pid_t child = start();
    if (child == 0) {
        EXPECT(close(pair[0]) == 0);
        for (int i = 0; i < 500; i++)
            put(pair[1], get(pair[1]));
        _exit(0);
    }
    EXPECT(close(pair[1]) == 0);
    for (int i = 0; i < 500; i++) {
        put(pair[0], 'p');
        EXPECT(get(pair[0]) == 'p');
    }
    finish(child);
    return 0;
}
