/* Waits in epoll_wait(-1) on sets of some hundred descriptors that nobody writes to.
 * Woken by a timerfd at the end of each set, where /proc shows it last. A reader of /proc with room
 * for a part only may be cut off at any place of a line, so that the sets differ in their mixture.
 */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

enum { DESCRIPTORS = 300 };

static void watch(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    EXPECT(fd != -1 && epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
}

/* All but the first `pipes` of them are eventfds. */
static void wait_on_set(int pipes)
{
    const struct itimerspec once = {.it_value.tv_nsec = 10000000};
    struct epoll_event event;
    int set = epoll_create1(0), ends[2], write_end = -1;
    EXPECT(set != -1);
    for (int i = 0; i < DESCRIPTORS; i++) {
        if (i >= pipes) {
            watch(set, eventfd(0, 0));
            continue;
        }
        EXPECT(pipe(ends) == 0);
        watch(set, ends[0]);
        write_end = ends[1];
    }
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(timer != -1 && timerfd_settime(timer, 0, &once, NULL) == 0);
    watch(set, timer);
    EXPECT(epoll_wait(set, &event, 1, -1) == 1 && event.data.fd == timer);
    for (int fd = set; fd <= timer || fd <= write_end; fd++)
        close(fd);
}

int main(void)
{
    for (int pipes = 0; pipes < 60; pipes += 3)
        wait_on_set(pipes);
    return 0;
}
