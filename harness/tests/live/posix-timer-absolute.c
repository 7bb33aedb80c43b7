/* Waits in sigwaitinfo() for a signal that no process will send.
 * Woken by a POSIX timer set to a date of the wall clock: its value is no duration. */
#include "expect.h"

int main(void)
{
    sigset_t set = only(SIGUSR1);
    siginfo_t info;
    EXPECT(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec at = {.it_value = from_now(CLOCK_REALTIME, 30)};
    timer_t timer;
    EXPECT(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
    EXPECT(timer_settime(timer, TIMER_ABSTIME, &at, NULL) == 0);
    EXPECT(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_TIMER);
    EXPECT(timer_delete(timer) == 0);
    return 0;
}
