/* Waits for a semaphore that nobody seems to be there to post.
 * Woken by a POSIX timer that makes a new thread (SIGEV_THREAD); a helper thread of libc's,
 * asleep in sigwaitinfo() until then, starts it. */
#include "expect.h"

#include <semaphore.h>

static sem_t rung;

static void ring(union sigval unused)
{
    (void)unused;
    EXPECT(sem_post(&rung) == 0);
}

int main(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = ring};
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    timer_t timer;
    EXPECT(sem_init(&rung, 0, 0) == 0);
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &once, NULL) == 0);
    EXPECT(sem_wait(&rung) == 0);
    return 0;
}
