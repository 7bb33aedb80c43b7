/* A relay: each process starts its successor and ends at once, so that exactly one fresh process
 * lives beside a reader that is blocked all the time. No list of processes stays true.
 * Woken by the 300th, which writes. */
#include "expect.h"

int main(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    pid_t first = start();
    if (first == 0) {
        EXPECT(close(ends[0]) == 0);
        for (int i = 1; i < 300; i++)
            if (start() != 0)
                _exit(0);
        put(ends[1], 'r');
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0);
    EXPECT(get(ends[0]) == 'r');
    EXPECT(read(ends[0], &byte, 1) == 0);
    finish(first);
    return 0;
}
