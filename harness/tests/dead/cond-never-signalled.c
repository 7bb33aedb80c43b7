/* The condition was signalled before the waiter waited: the signal is lost. */
#include "stamp.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *wait_for_condition(void *unused)
{
    (void)unused;
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    stamp();
    for (;;) /* a spurious wake-up is no signal */
        EXPECT(pthread_cond_wait(&condition, &mutex) == 0);
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_cond_signal(&condition) == 0);
    EXPECT(pthread_create(&thread, NULL, wait_for_condition, NULL) == 0);
    stamp();
    pthread_join(thread, NULL);
    woken();
}
