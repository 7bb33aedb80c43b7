/* The main thread joins A, A joins B, and B joins the main thread. */
#include "stamp.h"

#include <pthread.h>

static pthread_t main_thread, a, b;
static pthread_barrier_t all_known;

static void *join(void *other)
{
    pthread_barrier_wait(&all_known);
    stamp();
    pthread_join(*(pthread_t *)other, NULL);
    woken();
}

int main(void)
{
    main_thread = pthread_self();
    EXPECT(pthread_barrier_init(&all_known, NULL, 3) == 0);
    EXPECT(pthread_create(&a, NULL, join, &b) == 0);
    EXPECT(pthread_create(&b, NULL, join, &main_thread) == 0);
    join(&a);
}
