/* The main thread has ended, so the process shows as a zombie; it is not one.
 * Woken because its second thread sleeps, and ends the process. */
#include "expect.h"

#include <pthread.h>

static void *sleep_on(void *unused)
{
    (void)unused;
    sleep_ms(40);
    exit(0);
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, sleep_on, NULL) == 0);
    pthread_exit(NULL);
}
