/* A parent waits for the first process of a nested pid namespace, and that one for its own child.
 * Woken by the end of the innermost, which sleeps. */
#include "expect.h"

#include <sched.h>

int main(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWPID) == -1) {
        warn("no nested namespaces here, so nothing can hide in one");
        return 0;
    }
    pid_t first = start();
    if (first == 0) {
        EXPECT(getpid() == 1);
        pid_t second = start();
        if (second == 0) {
            sleep_ms(40);
            _exit(0);
        }
        finish(second);
        _exit(0);
    }
    finish(first);
    return 0;
}
