/* Waits in epoll_wait(-1) for a pipe that nobody writes to.
 * Woken because a timerfd is in the same set. */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    int ends[2], set = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(pipe(ends) == 0 && set != -1 && timer != -1);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[0]};
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    event.data.fd = timer;
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, timer, &event) == 0);
    EXPECT(timerfd_settime(timer, 0, &once, NULL) == 0);
    EXPECT(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == timer);
    return 0;
}
