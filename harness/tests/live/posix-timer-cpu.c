/* A parent waits for its child, and the child for a signal that nobody sends.
 * Woken by a POSIX timer on the CPU clock of the child, whose second thread computes. */
#include "expect.h"

#include <pthread.h>

static void *compute(void *unused)
{
    for (volatile unsigned long n = 0;; n++)
        ;
    return unused;
}

static int child(void)
{
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    const struct itimerspec once = {.it_value.tv_nsec = 20000000};
    timer_t timer;
    pthread_t thread;
    EXPECT(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &once, NULL) == 0);
    EXPECT(pthread_create(&thread, NULL, compute, NULL) == 0);
    EXPECT(sigwaitinfo(&set, NULL) == SIGUSR1);
    _exit(0);
}

int main(void)
{
    pid_t pid = start();
    if (pid == 0)
        return child();
    finish(pid);
    return 0;
}
