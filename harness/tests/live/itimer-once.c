/* Waits in sigsuspend() for a signal that no process will send.
 * Woken by a one-shot ITIMER_REAL after 30 ms. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    const struct itimerval once = {.it_value.tv_usec = 30000};
    double begin = now_ms();
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && errno == EINTR);
    EXPECT(signals_caught == 1 && now_ms() - begin >= 30);
    return 0;
}
