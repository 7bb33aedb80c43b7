/* Each of two processes holds one mutex in shared memory and asks for the other's. */
#include "stamp.h"

#include <pthread.h>
#include <sys/mman.h>

struct shared {
    pthread_mutex_t mutex[2];
    pthread_barrier_t both_hold_one;
};

int main(void)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attributes;
    pthread_barrierattr_t barrier;
    EXPECT(shared != MAP_FAILED);
    EXPECT(pthread_mutexattr_init(&attributes) == 0 && pthread_barrierattr_init(&barrier) == 0);
    EXPECT(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    EXPECT(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED) == 0);
    for (int i = 0; i < 2; i++)
        EXPECT(pthread_mutex_init(&shared->mutex[i], &attributes) == 0);
    EXPECT(pthread_barrier_init(&shared->both_hold_one, &barrier, 2) == 0);
    int mine = start() == 0;
    EXPECT(pthread_mutex_lock(&shared->mutex[mine]) == 0);
    int result = pthread_barrier_wait(&shared->both_hold_one);
    EXPECT(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    stamp();
    pthread_mutex_lock(&shared->mutex[!mine]);
    woken();
}
