/* Reads from a descriptor that nobody writes to.
 * Woken because it is a timerfd, set to 30 ms. */
#include "expect.h"

#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    unsigned long long expirations;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1);
    EXPECT(timerfd_settime(fd, 0, &once, NULL) == 0);
    EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations);
    EXPECT(expirations == 1);
    return 0;
}
