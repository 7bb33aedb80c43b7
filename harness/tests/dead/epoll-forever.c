/* Waits without a time limit on an epoll set: a pipe, an eventfd and a set within the set. */
#include "stamp.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

int main(void)
{
    int ends[2], outer = epoll_create1(0), inner = epoll_create1(0), event_fd = eventfd(0, 0);
    struct epoll_event event = {.events = EPOLLIN};
    EXPECT(pipe(ends) == 0 && outer != -1 && inner != -1 && event_fd != -1);
    EXPECT(epoll_ctl(inner, EPOLL_CTL_ADD, event_fd, &event) == 0);
    EXPECT(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event) == 0);
    EXPECT(epoll_ctl(outer, EPOLL_CTL_ADD, ends[0], &event) == 0);
    stamp();
    epoll_wait(outer, &event, 1, -1);
    woken();
}
