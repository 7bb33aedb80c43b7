/* A relay of threads: each starts its successor, detached, and ends; the main thread waits for a
 * semaphore. Listing the threads may end early when one dies at the wrong moment.
 * Woken by the 300th thread. */
#include "expect.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>

static sem_t arrived;

static void *run(void *left)
{
    intptr_t n = (intptr_t)left;
    pthread_t next;
    if (n == 0) {
        EXPECT(sem_post(&arrived) == 0);
        return NULL;
    }
    EXPECT(pthread_create(&next, NULL, run, (void *)(n - 1)) == 0);
    EXPECT(pthread_detach(next) == 0);
    return NULL;
}

int main(void)
{
    pthread_t first;
    EXPECT(sem_init(&arrived, 0, 0) == 0);
    EXPECT(pthread_create(&first, NULL, run, (void *)300) == 0);
    EXPECT(pthread_detach(first) == 0);
    EXPECT(sem_wait(&arrived) == 0);
    return 0;
}
