/* A parent waits for a System V semaphore to become 0 and a child to end; the child, which should
 * lower it, waits for it to rise above what it is. */
#include "stamp.h"

#include <sys/sem.h>

static void change(int id, short by)
{
    struct sembuf operation = {.sem_op = by};
    EXPECT(semop(id, &operation, 1) == 0);
}

int main(void)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    EXPECT(id != -1);
    change(id, 1);
    bool child = start() == 0;
    stamp();
    change(id, child ? -2 : 0);
    woken();
}
