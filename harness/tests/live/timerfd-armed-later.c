/* Reads from a timerfd that is not armed.
 * Woken because its child, asleep until then, arms it. */
#include "expect.h"

#include <sys/timerfd.h>

int main(void)
{
    unsigned long long expirations;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1);
    pid_t child = start();
    if (child == 0) {
        const struct itimerspec soon = {.it_value.tv_nsec = 15000000};
        sleep_ms(15);
        EXPECT(timerfd_settime(fd, 0, &soon, NULL) == 0);
        _exit(0);
    }
    EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations);
    finish(child);
    return 0;
}
