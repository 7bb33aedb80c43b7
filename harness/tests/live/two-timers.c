/* One process has two timers; the first has rung and woken nobody who went on.
 * Woken by the second: a watcher that remembers one timer a process misses it. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGUSR1);
    catch_signal(SIGALRM, SIG_IGN);
    catch_signal(SIGUSR1, count_signal);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    const struct itimerspec later = {.it_value.tv_nsec = 60000000};
    const struct itimerval soon = {.it_value.tv_usec = 5000};
    timer_t timer;
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &later, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    EXPECT(timer_delete(timer) == 0);
    return 0;
}
