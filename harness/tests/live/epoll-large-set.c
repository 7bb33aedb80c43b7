/* Waits in epoll_wait(-1) on a set of some hundred descriptors that nobody writes to.
 * Woken by a timerfd at the end of the set, where /proc shows it last. */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static void watch(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    EXPECT(fd != -1 && epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
}

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 60000000};
    int set = epoll_create1(0);
    EXPECT(set != -1);
    for (int i = 0; i < 34; i++) {
        int ends[2];
        EXPECT(pipe(ends) == 0);
        watch(set, ends[0]);
    }
    for (int i = 0; i < 366; i++)
        watch(set, eventfd(0, 0));
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(timer != -1 && timerfd_settime(timer, 0, &once, NULL) == 0);
    watch(set, timer);
    struct epoll_event event;
    EXPECT(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == timer);
    return 0;
}
