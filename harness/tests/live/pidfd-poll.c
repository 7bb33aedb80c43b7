/* Polls one descriptor, a pidfd, without a time limit.
 * Woken by the end of the child, which sleeps. */
#include "expect.h"

#include <poll.h>
#include <sys/syscall.h>

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        _exit(0);
    }
    struct pollfd set = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    EXPECT(set.fd != -1);
    EXPECT(poll(&set, 1, -1) == 1);
    finish(child);
    return 0;
}
