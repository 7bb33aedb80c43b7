/* A child that has made itself undumpable shows an ordinary user nothing of itself in /proc; its
 * parent waits for it. Woken by the end of its sleep. */
#include "expect.h"

#include <sys/prctl.h>

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        EXPECT(prctl(PR_SET_DUMPABLE, 0) == 0);
        sleep_ms(40);
        _exit(0);
    }
    finish(child);
    return 0;
}
