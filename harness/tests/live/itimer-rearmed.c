/* Waits in sigsuspend() beside a one-shot timer that has already expired.
 * Woken because the signal's handler arms it again, four times over. */
#include "expect.h"

#include <sys/time.h>

static void arm(void)
{
    const struct itimerval once = {.it_value.tv_usec = 8000};
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
}

static void ring(int signal)
{
    (void)signal;
    if (++signals_caught < 4)
        arm();
}

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, ring);
    arm();
    while (signals_caught < 4)
        EXPECT(sigsuspend(&open) == -1 && errno == EINTR);
    return 0;
}
