/* Two threads wait: one in sigwaitinfo(), the other for the first to end.
 * Woken by a POSIX timer whose signal goes to the one thread only (SIGEV_THREAD_ID). */
#include "expect.h"

#include <pthread.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void *wait_for_own_timer(void *unused)
{
    sigset_t set = only(SIGUSR1);
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
    event.sigev_notify_thread_id = gettid();
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    timer_t timer;
    EXPECT(timer_create(CLOCK_BOOTTIME, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &once, NULL) == 0);
    EXPECT(sigwaitinfo(&set, NULL) == SIGUSR1);
    EXPECT(timer_delete(timer) == 0);
    return unused;
}

int main(void)
{
    block_signal(SIGUSR1);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, wait_for_own_timer, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}
