/* Waits for a System V semaphore that nobody raises.
 * Woken by the duration given to semtimedop(2). */
#include "expect.h"

#include <sys/sem.h>

int main(void)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    EXPECT(id != -1);
    struct sembuf take = {.sem_op = -1};
    const struct timespec limit = {.tv_nsec = 30000000};
    EXPECT(semtimedop(id, &take, 1, &limit) == -1 && errno == EAGAIN);
    EXPECT(semctl(id, 0, IPC_RMID) == 0);
    return 0;
}
