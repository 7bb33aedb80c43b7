/* Waits in sigwaitinfo() beside a periodic timer that was disarmed after four rings.
 * Woken the last time by a second timer, armed by the process before. */
#include "expect.h"

static timer_t make_timer(int signal)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal};
    timer_t timer;
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    return timer;
}

int main(void)
{
    block_signal(SIGUSR1);
    block_signal(SIGUSR2);
    sigset_t beats = only(SIGUSR1), end = only(SIGUSR2);
    timer_t beat = make_timer(SIGUSR1), last = make_timer(SIGUSR2);
    const struct itimerspec each_5_ms = {.it_value.tv_nsec = 5000000,
                                         .it_interval.tv_nsec = 5000000};
    const struct itimerspec never = {0}, after_50_ms = {.it_value.tv_nsec = 50000000};
    EXPECT(timer_settime(last, 0, &after_50_ms, NULL) == 0);
    EXPECT(timer_settime(beat, 0, &each_5_ms, NULL) == 0);
    for (int i = 0; i < 4; i++)
        EXPECT(sigwaitinfo(&beats, NULL) == SIGUSR1);
    EXPECT(timer_settime(beat, 0, &never, NULL) == 0);
    EXPECT(sigwaitinfo(&end, NULL) == SIGUSR2);
    EXPECT(timer_delete(beat) == 0 && timer_delete(last) == 0);
    return 0;
}
