/* A child that was stopped in poll(-1) and continued sits in restart_syscall(2); its parent waits
 * for it. Woken by a second child, which sleeps and then writes. */
#include "expect.h"

#include <poll.h>

int main(void)
{
    int ends[2], status;
    EXPECT(pipe(ends) == 0);
    pid_t poller = start();
    if (poller == 0) {
        struct pollfd set = {.fd = ends[0], .events = POLLIN};
        EXPECT(poll(&set, 1, -1) == 1);
        _exit(0);
    }
    sleep_ms(10);
    EXPECT(kill(poller, SIGSTOP) == 0);
    EXPECT(waitpid(poller, &status, WUNTRACED) == poller && WIFSTOPPED(status));
    EXPECT(kill(poller, SIGCONT) == 0);
    pid_t writer = start();
    if (writer == 0) {
        sleep_ms(30);
        put(ends[1], 'w');
        _exit(0);
    }
    finish(poller);
    finish(writer);
    return 0;
}
