/* Waits in epoll_wait(-1) on a set that seems to hold one eventfd that nobody writes to.
 * Woken by a timerfd that no process has a descriptor of: it lies in the queue of a unix socket,
 * and the set still watches it under the number that the eventfd has now. */
#include "pass_fd.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    int pair[2], set = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && set != -1 && timer != -1);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 4711};
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, timer, &event) == 0);
    EXPECT(timerfd_settime(timer, 0, &once, NULL) == 0);
    send_fd(pair[0], timer);
    int never = eventfd(0, 0);
    EXPECT(never != -1 && dup2(never, timer) == timer && close(never) == 0);
    EXPECT(epoll_wait(set, &event, 1, -1) == 1 && event.data.u64 == 4711);
    return 0;
}
