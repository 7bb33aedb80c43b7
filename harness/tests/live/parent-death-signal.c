/* A grandchild pauses for ever and the main process reads from a pipe that it holds open.
 * Woken by the parent-death signal (prctl(2)): the child between them sleeps, then ends. */
#include "expect.h"

#include <sys/prctl.h>

int main(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        int ready[2];
        EXPECT(pipe(ready) == 0);
        if (start() == 0) {
            EXPECT(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
            put(ready[1], 'r');
            for (;;)
                pause();
        }
        EXPECT(get(ready[0]) == 'r');
        sleep_ms(30);
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0);
    EXPECT(read(ends[0], &byte, 1) == 0);
    finish(child);
    return 0;
}
