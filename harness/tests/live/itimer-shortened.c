/* Waits in sigsuspend() for a timer that was set to an hour.
 * Woken after 25 ms, because the timer was set again; the first value no longer counts. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    const struct itimerval hour = {.it_value.tv_sec = 3600}, soon = {.it_value.tv_usec = 25000};
    struct itimerval before;
    EXPECT(setitimer(ITIMER_REAL, &hour, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &soon, &before) == 0);
    EXPECT(before.it_value.tv_sec >= 3500);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    return 0;
}
