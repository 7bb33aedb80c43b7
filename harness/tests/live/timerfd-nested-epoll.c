/* Selects, without a time limit, on an epoll set that holds nothing but another epoll set.
 * Woken because a timerfd is in the inner one. */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    int outer = epoll_create1(0), inner = epoll_create1(0);
    int timer = timerfd_create(CLOCK_BOOTTIME, 0);
    EXPECT(outer != -1 && inner != -1 && timer != -1);
    struct epoll_event event = {.events = EPOLLIN};
    EXPECT(epoll_ctl(inner, EPOLL_CTL_ADD, timer, &event) == 0);
    EXPECT(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event) == 0);
    EXPECT(timerfd_settime(timer, 0, &once, NULL) == 0);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(outer, &readable);
    EXPECT(select(outer + 1, &readable, NULL, NULL, NULL) == 1);
    return 0;
}
