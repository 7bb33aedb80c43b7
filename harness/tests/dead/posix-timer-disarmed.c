/* Waits for the signal of a POSIX timer that was set to an hour and then disarmed. */
#include "stamp.h"

int main(void)
{
    const struct itimerspec hour = {.it_value.tv_sec = 3600}, never = {0};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    sigset_t set = only(SIGUSR1);
    timer_t timer;
    block_signal(SIGUSR1);
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &hour, NULL) == 0);
    EXPECT(timer_settime(timer, 0, &never, NULL) == 0);
    stamp();
    sigwaitinfo(&set, NULL);
    woken();
}
