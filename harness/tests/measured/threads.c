/* threads - a producer and a consumer share a buffer of one place, with a mutex, and a condition
 * for each of its states. */
#include "../live/expect.h"

#include <pthread.h>

enum { ITEMS = 2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static bool full;
static int place;

static void lock_when(bool wanted, pthread_cond_t *condition)
{
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    while (full != wanted)
        EXPECT(pthread_cond_wait(condition, &mutex) == 0);
}

static void unlock_and_tell(pthread_cond_t *condition)
{
    full = !full;
    EXPECT(pthread_cond_signal(condition) == 0);
    EXPECT(pthread_mutex_unlock(&mutex) == 0);
}

static void *produce(void *unused)
{
    for (int i = 1; i <= ITEMS; i++) {
        lock_when(false, &emptied);
        place = i;
        unlock_and_tell(&filled);
    }
    return unused;
}

int main(void)
{
    pthread_t producer;
    int sum = 0;
    EXPECT(pthread_create(&producer, NULL, produce, NULL) == 0);
    for (int i = 0; i < ITEMS; i++) {
        lock_when(true, &filled);
        sum += place;
        unlock_and_tell(&emptied);
    }
    EXPECT(pthread_join(producer, NULL) == 0);
    printf("%d\n", sum);
    return 0;
}
