/* Four processes are blocked for 0.2 s, on a pipe, a semaphore, a signal and a child.
 * Woken by the fifth, which makes no system call for all that time because it computes. */
#include "expect.h"

#include <semaphore.h>
#include <sys/mman.h>

static void compute(double ms)
{
    for (double end = now_ms() + ms; now_ms() < end;)
        for (volatile int n = 0; n < 1000000; n++)
            ;
}

int main(void)
{
    int ends[2];
    sem_t *semaphore =
        mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(semaphore != MAP_FAILED && sem_init(semaphore, 1, 0) == 0 && pipe(ends) == 0);
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    pid_t reader = start();
    if (reader == 0)
        _exit(get(ends[0]) == 's' ? 0 : 1);
    pid_t waiter = start();
    if (waiter == 0)
        _exit(sem_wait(semaphore) == 0 ? 0 : 1);
    pid_t listener = start();
    if (listener == 0)
        _exit(sigwaitinfo(&set, NULL) == SIGUSR1 ? 0 : 1);
    pid_t spinner = start();
    if (spinner == 0) {
        compute(200);
        put(ends[1], 's');
        EXPECT(sem_post(semaphore) == 0 && kill(listener, SIGUSR1) == 0);
        _exit(0);
    }
    finish(reader);
    finish(waiter);
    finish(listener);
    finish(spinner);
    return 0;
}
