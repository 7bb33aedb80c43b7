/* Two processes pass a byte to and fro through two pipes; each looks blocked nearly all the time.
 * Woken by the other's byte. */
#include "expect.h"

int main(void)
{
    int there[2], back[2];
    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 1000; i++)
            put(back[1], get(there[0]));
        _exit(0);
    }
    for (int i = 0; i < 1000; i++) {
        put(there[1], 'p');
        EXPECT(get(back[0]) == 'p');
    }
    finish(child);
    return 0;
}
