/* Waits for a pipe whose other end belongs to no child any more: a daemon, twice forked and in its
 * own session, holds it and sleeps. Woken by the daemon's report. */
#include "expect.h"

int main(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(setsid() != -1);
        if (start() != 0)
            _exit(0);
        EXPECT(close(ends[0]) == 0);
        sleep_ms(30);
        put(ends[1], 'd');
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0);
    finish(child);
    EXPECT(get(ends[0]) == 'd');
    EXPECT(read(ends[0], &byte, 1) == 0);
    return 0;
}
