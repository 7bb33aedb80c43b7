/* The main thread waits in a join; the other spins until a signal comes that nobody sends.
 * Woken by ITIMER_VIRTUAL, which counts the CPU time that the spinning costs. */
#include "expect.h"

#include <pthread.h>
#include <sys/time.h>

static void *spin(void *unused)
{
    const struct itimerval once = {.it_value.tv_usec = 20000};
    EXPECT(setitimer(ITIMER_VIRTUAL, &once, NULL) == 0);
    while (signals_caught == 0)
        ;
    return unused;
}

int main(void)
{
    pthread_t thread;
    catch_signal(SIGVTALRM, count_signal);
    EXPECT(pthread_create(&thread, NULL, spin, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(signals_caught == 1);
    return 0;
}
