/* Two processes wake each other by eventfds: one reads, the other waits in epoll_wait(-1).
 * Woken by the other's write. */
#include "expect.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

int main(void)
{
    unsigned long long one = 1, count;
    int there = eventfd(0, 0), back = eventfd(0, 0), set = epoll_create1(0);
    EXPECT(there != -1 && back != -1 && set != -1);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 500; i++) {
            EXPECT(read(there, &count, sizeof count) == sizeof count && count == 1);
            EXPECT(write(back, &one, sizeof one) == sizeof one);
        }
        _exit(0);
    }
    struct epoll_event event = {.events = EPOLLIN};
    EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, back, &event) == 0);
    for (int i = 0; i < 500; i++) {
        EXPECT(write(there, &one, sizeof one) == sizeof one);
        EXPECT(epoll_wait(set, &event, 1, -1) == 1);
        EXPECT(read(back, &count, sizeof count) == sizeof count && count == 1);
    }
    finish(child);
    return 0;
}
