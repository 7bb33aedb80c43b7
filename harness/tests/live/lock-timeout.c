/* Asks for locks that the same thread holds: a mutex, one with priority inheritance, and a
 * read-write lock. Woken each time by the date given to the call. */
#include "expect.h"

#include <pthread.h>

static void try_mutex(int protocol)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex;
    EXPECT(pthread_mutexattr_init(&attributes) == 0);
    EXPECT(pthread_mutexattr_setprotocol(&attributes, protocol) == 0);
    EXPECT(pthread_mutex_init(&mutex, &attributes) == 0);
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    struct timespec limit = from_now(CLOCK_REALTIME, 20);
    EXPECT(pthread_mutex_timedlock(&mutex, &limit) == ETIMEDOUT);
}

int main(void)
{
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    try_mutex(PTHREAD_PRIO_NONE);
    try_mutex(PTHREAD_PRIO_INHERIT);
    EXPECT(pthread_rwlock_rdlock(&lock) == 0);
    struct timespec limit = from_now(CLOCK_REALTIME, 20);
    EXPECT(pthread_rwlock_timedwrlock(&lock, &limit) == ETIMEDOUT);
    return 0;
}
