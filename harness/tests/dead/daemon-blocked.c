/* Waits for the report of a daemon, twice forked and in its own session; the daemon waits for a
 * command that nobody gives. */
#include "stamp.h"

int main(void)
{
    int command[2], report[2];
    EXPECT(pipe(command) == 0 && pipe(report) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(setsid() != -1);
        if (start() != 0)
            _exit(0);
        stamp();
        put(report[1], get(command[0]));
        woken();
    }
    finish(child);
    stamp();
    get(report[0]);
    woken();
}
