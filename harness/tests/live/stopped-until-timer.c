/* A child has stopped itself, its parent waits for it to end, and nobody else is there.
 * Woken by a POSIX timer whose signal is SIGCONT. */
#include "expect.h"

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT};
        const struct itimerspec each_20_ms = {.it_value.tv_nsec = 20000000,
                                              .it_interval.tv_nsec = 20000000};
        timer_t timer;
        EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
        EXPECT(timer_settime(timer, 0, &each_20_ms, NULL) == 0);
        EXPECT(raise(SIGSTOP) == 0);
        _exit(0);
    }
    finish(child);
    return 0;
}
