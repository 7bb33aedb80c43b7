/* Joins a fresh thread, 300 times over, while a second thread does the same.
 * Woken by the thread's end: the kernel clears its id and wakes the futex. */
#include "expect.h"

#include <pthread.h>

static void *end_at_once(void *unused)
{
    return unused;
}

static void *churn(void *unused)
{
    for (int i = 0; i < 300; i++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, end_at_once, NULL) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    return unused;
}

int main(void)
{
    pthread_t other;
    EXPECT(pthread_create(&other, NULL, churn, NULL) == 0);
    churn(NULL);
    EXPECT(pthread_join(other, NULL) == 0);
    return 0;
}
