/* Pauses after its one-shot timer has rung: the signal came before it waited for it. */
#include "stamp.h"

#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    const struct itimerval once = {.it_value.tv_usec = 5000};
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    stamp_slow();
    pause();
    woken();
}
