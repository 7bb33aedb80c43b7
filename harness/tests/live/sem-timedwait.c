/* Waits for a POSIX semaphore that nobody posts.
 * Woken by the date given to sem_timedwait(3). */
#include "expect.h"

#include <semaphore.h>

int main(void)
{
    sem_t semaphore;
    struct timespec limit = from_now(CLOCK_REALTIME, 30);
    EXPECT(sem_init(&semaphore, 0, 0) == 0);
    EXPECT(sem_timedwait(&semaphore, &limit) == -1 && errno == ETIMEDOUT);
    return 0;
}
