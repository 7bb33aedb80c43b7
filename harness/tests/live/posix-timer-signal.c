/* Waits in sigsuspend() for a signal that no process will send.
 * Woken by a POSIX timer, relative, one-shot. */
#include "expect.h"

int main(void)
{
    sigset_t open = block_signal(SIGRTMIN);
    catch_signal(SIGRTMIN, count_signal);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    timer_t timer;
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &once, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    EXPECT(timer_delete(timer) == 0);
    return 0;
}
