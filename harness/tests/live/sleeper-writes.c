/* A parent reads from a pipe, a second child waits for its sibling's lock on nothing but a pipe.
 * Woken by the first child, which sleeps 40 ms and then writes to both. */
#include "expect.h"

int main(void)
{
    int one[2], two[2];
    EXPECT(pipe(one) == 0 && pipe(two) == 0);
    pid_t sleeper = start();
    if (sleeper == 0) {
        sleep_ms(40);
        put(one[1], '1');
        put(two[1], '2');
        _exit(0);
    }
    pid_t reader = start();
    if (reader == 0)
        _exit(get(two[0]) == '2' ? 0 : 1);
    EXPECT(get(one[0]) == '1');
    finish(sleeper);
    finish(reader);
    return 0;
}
