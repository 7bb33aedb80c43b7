/* Three threads wait at a barrier for four.
 * Woken by the fourth, which is late because it sleeps. */
#include "expect.h"

#include <pthread.h>

static pthread_barrier_t barrier;

static void *arrive(void *late)
{
    if (late != NULL)
        sleep_ms(30);
    int result = pthread_barrier_wait(&barrier);
    EXPECT(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    return NULL;
}

int main(void)
{
    pthread_t threads[3];
    EXPECT(pthread_barrier_init(&barrier, NULL, 4) == 0);
    for (int i = 0; i < 3; i++)
        EXPECT(pthread_create(&threads[i], NULL, arrive, i == 2 ? "late" : NULL) == 0);
    arrive(NULL);
    for (int i = 0; i < 3; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
    return 0;
}
