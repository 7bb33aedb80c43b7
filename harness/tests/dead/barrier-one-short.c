/* Three threads arrive at a barrier for four. */
#include "stamp.h"

#include <pthread.h>

static pthread_barrier_t barrier;

static void *arrive(void *unused)
{
    stamp();
    pthread_barrier_wait(&barrier);
    woken();
    return unused;
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_barrier_init(&barrier, NULL, 4) == 0);
    EXPECT(pthread_create(&thread, NULL, arrive, NULL) == 0);
    EXPECT(pthread_create(&thread, NULL, arrive, NULL) == 0);
    arrive(NULL);
}
