/* Two processes take turns by two System V semaphores. At each moment one of them is blocked and
 * the other about to be. Woken by the other's semop(2). */
#include "expect.h"

#include <sys/sem.h>

static void change(int id, unsigned short number, short by)
{
    struct sembuf operation = {.sem_num = number, .sem_op = by};
    EXPECT(semop(id, &operation, 1) == 0);
}

int main(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    EXPECT(id != -1);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 1000; i++) {
            change(id, 0, -1);
            change(id, 1, 1);
        }
        _exit(0);
    }
    for (int i = 0; i < 1000; i++) {
        change(id, 0, 1);
        change(id, 1, -1);
    }
    finish(child);
    EXPECT(semctl(id, 0, IPC_RMID) == 0);
    return 0;
}
