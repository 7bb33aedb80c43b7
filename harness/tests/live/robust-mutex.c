/* Waits for a mutex in shared memory whose owner pauses for ever.
 * Woken because a timer kills the owner; the mutex is robust. */
#include "expect.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>

int main(void)
{
    int ready[2];
    pthread_mutexattr_t attributes;
    pthread_mutex_t *mutex =
        mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(mutex != MAP_FAILED && pipe(ready) == 0);
    EXPECT(pthread_mutexattr_init(&attributes) == 0);
    EXPECT(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    EXPECT(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
    EXPECT(pthread_mutex_init(mutex, &attributes) == 0);
    pid_t child = start();
    if (child == 0) {
        const struct itimerval once = {.it_value.tv_usec = 30000};
        EXPECT(pthread_mutex_lock(mutex) == 0);
        put(ready[1], 'r');
        EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
        for (;;)
            pause();
    }
    EXPECT(get(ready[0]) == 'r');
    EXPECT(pthread_mutex_lock(mutex) == EOWNERDEAD);
    EXPECT(pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0);
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    return 0;
}
