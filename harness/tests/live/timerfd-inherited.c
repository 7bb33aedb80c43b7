/* A child that has armed nothing reads from a descriptor, and its parent waits for it.
 * Woken because the descriptor is a timerfd that the parent armed before fork(2). */
#include "expect.h"

#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1);
    EXPECT(timerfd_settime(fd, 0, &once, NULL) == 0);
    pid_t child = start();
    if (child == 0) {
        unsigned long long expirations;
        EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations);
        _exit(0);
    }
    EXPECT(close(fd) == 0);
    finish(child);
    return 0;
}
