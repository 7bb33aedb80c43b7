/* The main thread has ended and shows as a zombie; the second thread pauses for ever. */
#include "stamp.h"

#include <pthread.h>

static void *rest(void *main_thread)
{
    EXPECT(pthread_join(*(pthread_t *)main_thread, NULL) == 0);
    stamp();
    pause();
    woken();
}

int main(void)
{
    static pthread_t self;
    pthread_t thread;
    self = pthread_self();
    EXPECT(pthread_create(&thread, NULL, rest, &self) == 0);
    pthread_exit(NULL);
}
