/* Polls the pidfd of a child that pauses for ever. */
#include "stamp.h"

#include <poll.h>
#include <sys/syscall.h>

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        stamp();
        pause();
        woken();
    }
    struct pollfd set = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN};
    EXPECT(set.fd != -1);
    stamp();
    poll(&set, 1, -1);
    woken();
}
