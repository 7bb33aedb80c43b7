/* Waits in sigsuspend() beside a timer that the program has tried to disarm.
 * Woken by it all the same: the attempt was not valid, and failed. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    const struct itimerval once = {.it_value.tv_usec = 30000};
    const struct itimerval wrong = {.it_interval.tv_usec = 1000000};
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &wrong, NULL) == -1 && errno == EINVAL);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    return 0;
}
