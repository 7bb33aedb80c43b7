/* Waits for a named POSIX semaphore that nobody posts; its child waits for the same. */
#include "stamp.h"

#include <semaphore.h>

int main(void)
{
    sem_t *semaphore = sem_open("/dead", O_CREAT | O_EXCL, 0600, 0);
    EXPECT(semaphore != SEM_FAILED);
    start();
    stamp();
    sem_wait(semaphore);
    woken();
}
