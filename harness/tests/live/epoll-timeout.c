/* Waits for a pipe that it alone has open, by epoll_wait(2) and by epoll_pwait2(2).
 * Woken each time when the call's own time limit is over. */
#include "expect.h"

#include <sys/epoll.h>

int main(void)
{
    int ends[2], set = epoll_create1(0);
    EXPECT(pipe(ends) == 0 && set != -1);
    struct epoll_event event = {.events = EPOLLIN};
    const struct timespec limit = {.tv_nsec = 20000000};
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event) == 0);
    double begin = now_ms();
    EXPECT(epoll_wait(set, &event, 1, 20) == 0);
    EXPECT(epoll_pwait2(set, &event, 1, &limit, NULL) == 0);
    EXPECT(now_ms() - begin >= 40);
    return 0;
}
