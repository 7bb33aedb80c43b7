/* Each of two processes holds one System V semaphore and asks for the other's. */
#include "stamp.h"

#include <sys/sem.h>

static void change(int id, unsigned short number, short by)
{
    struct sembuf operation = {.sem_num = number, .sem_op = by};
    EXPECT(semop(id, &operation, 1) == 0);
}

int main(void)
{
    int id = semget(IPC_PRIVATE, 4, 0600); /* 0, 1: the locks; 2, 3: "I hold mine" */
    EXPECT(id != -1);
    change(id, 0, 1);
    change(id, 1, 1);
    unsigned short mine = start() == 0 ? 1 : 0, other = !mine;
    change(id, mine, -1);
    change(id, 2 + mine, 1);
    change(id, 2 + other, -1);
    stamp();
    change(id, other, -1);
    woken();
}
