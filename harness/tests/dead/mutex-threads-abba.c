/* Each of two threads holds one mutex and asks for the other's; the main thread joins them. */
#include "stamp.h"

#include <pthread.h>
#include <stdint.h>

static pthread_mutex_t mutex[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_barrier_t both_hold_one;

static void *take_both(void *side)
{
    int mine = (int)(intptr_t)side;
    EXPECT(pthread_mutex_lock(&mutex[mine]) == 0);
    pthread_barrier_wait(&both_hold_one);
    stamp();
    pthread_mutex_lock(&mutex[!mine]);
    woken();
}

int main(void)
{
    pthread_t thread[2];
    EXPECT(pthread_barrier_init(&both_hold_one, NULL, 2) == 0);
    EXPECT(pthread_create(&thread[0], NULL, take_both, (void *)0) == 0);
    EXPECT(pthread_create(&thread[1], NULL, take_both, (void *)1) == 0);
    stamp();
    pthread_join(thread[0], NULL);
    woken();
}
