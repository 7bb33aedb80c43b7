/* Polls a descriptor without a time limit.
 * Woken because it is a timerfd, set to a date of the wall clock. */
#include "expect.h"

#include <poll.h>
#include <sys/timerfd.h>

int main(void)
{
    struct itimerspec at = {.it_value = from_now(CLOCK_REALTIME, 30)};
    struct pollfd set = {.fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), .events = POLLIN};
    EXPECT(set.fd != -1);
    EXPECT(timerfd_settime(set.fd, TFD_TIMER_ABSTIME, &at, NULL) == 0);
    EXPECT(poll(&set, 1, -1) == 1);
    return 0;
}
