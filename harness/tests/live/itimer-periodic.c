/* Waits in sigsuspend() five times over, each time for as long as nothing happens.
 * Woken each time by a periodic ITIMER_REAL of 8 ms that was armed once. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    const struct itimerval periodic = {.it_value.tv_usec = 8000, .it_interval.tv_usec = 8000};
    EXPECT(setitimer(ITIMER_REAL, &periodic, NULL) == 0);
    while (signals_caught < 5)
        EXPECT(sigsuspend(&open) == -1 && errno == EINTR);
    return 0;
}
