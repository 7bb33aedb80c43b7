/* Reads from a descriptor, each time until it is ready, five times over.
 * Woken by a periodic timerfd: between expiry and interrupt its time left reads as 0, which is
 * also what a disarmed one shows. */
#include "expect.h"

#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec each_6_ms = {.it_value.tv_nsec = 6000000,
                                         .it_interval.tv_nsec = 6000000};
    unsigned long long expirations;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1);
    EXPECT(timerfd_settime(fd, 0, &each_6_ms, NULL) == 0);
    for (int i = 0; i < 5; i++)
        EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations);
    return 0;
}
