/* The thread that armed the timer has ended; only the main thread is left, in sigsuspend().
 * Woken by the timer all the same: ITIMER_REAL belongs to the process. */
#include "expect.h"

#include <pthread.h>
#include <sys/time.h>

static void *arm(void *unused)
{
    const struct itimerval once = {.it_value.tv_usec = 30000};
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    return unused;
}

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    catch_signal(SIGALRM, count_signal);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, arm, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    return 0;
}
