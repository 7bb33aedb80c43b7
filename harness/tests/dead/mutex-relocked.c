/* A thread locks the ordinary mutex that it holds already. */
#include "stamp.h"

#include <pthread.h>

int main(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    stamp();
    pthread_mutex_lock(&mutex);
    woken();
}
