/* Waits in epoll_wait(-1) on sets within sets, with some hundred pipes in all of them, of which
 * nobody else has the write ends. Every set of one level is in every set of the level above. */
#include "stamp.h"

#include <sys/epoll.h>

enum { LEVELS = 3, WIDTH = 20, PIPES = 400 };

static void watch(int set, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    EXPECT(fd != -1 && epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0);
}

int main(void)
{
    int sets[LEVELS][WIDTH], ends[2];
    struct epoll_event event;
    for (int level = 0; level < LEVELS; level++) {
        for (int i = 0; i < WIDTH; i++) {
            sets[level][i] = epoll_create1(0);
            for (int j = 0; j < WIDTH && level > 0; j++)
                watch(sets[level][i], sets[level - 1][j]);
        }
    }
    for (int i = 0; i < PIPES; i++) {
        EXPECT(pipe(ends) == 0);
        watch(sets[LEVELS - 1][0], ends[0]);
    }
    stamp();
    epoll_wait(sets[LEVELS - 1][0], &event, 1, -1);
    woken();
}
