/* Reads from a timerfd that was set to an hour and then disarmed. */
#include "stamp.h"

#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec hour = {.it_value.tv_sec = 3600}, never = {0};
    unsigned long long expirations;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1);
    EXPECT(timerfd_settime(fd, 0, &hour, NULL) == 0);
    EXPECT(timerfd_settime(fd, 0, &never, NULL) == 0);
    stamp_slow();
    EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations);
    woken();
}
