/* Waits in epoll_wait(-1) on a set in which /proc shows the number of an eventfd.
 * Woken by the timerfd that had the number when it was added, and lives on under another. */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 60000000};
    int set = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(set != -1 && timer != -1 && timerfd_settime(timer, 0, &once, NULL) == 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4711};
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, timer, &event) == 0);
    EXPECT(dup(timer) != -1 && close(timer) == 0 && eventfd(0, 0) == timer);
    EXPECT(epoll_wait(set, &event, 1, -1) == 1 && event.data.u64 == 4711);
    return 0;
}
