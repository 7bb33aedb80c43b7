/* Two threads hold a lock for reading and both ask for it for writing. */
#include "stamp.h"

#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t both_read;

static void *upgrade(void *unused)
{
    EXPECT(pthread_rwlock_rdlock(&lock) == 0);
    pthread_barrier_wait(&both_read);
    stamp();
    pthread_rwlock_wrlock(&lock);
    woken();
    return unused;
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_barrier_init(&both_read, NULL, 2) == 0);
    EXPECT(pthread_create(&thread, NULL, upgrade, NULL) == 0);
    upgrade(NULL);
}
