/* A thread waits for a condition that nobody signals; the main thread waits for that thread.
 * Woken by the date given to pthread_cond_timedwait(3). */
#include "expect.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *wait_for_condition(void *unused)
{
    struct timespec limit = from_now(CLOCK_REALTIME, 30);
    int result = 0;
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    while (result == 0)
        result = pthread_cond_timedwait(&condition, &mutex, &limit);
    EXPECT(result == ETIMEDOUT && pthread_mutex_unlock(&mutex) == 0);
    return unused;
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, wait_for_condition, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}
