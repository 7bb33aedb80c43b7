/* sysv - System V's three: two processes add to a number in shared memory, each with the semaphore
 * taken, and the child says by a message that it is done. */
#include "../live/expect.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

struct message {
    long type;
    int sum;
};

static void change(int set, short by)
{
    struct sembuf operation = {.sem_op = by, .sem_flg = SEM_UNDO};
    EXPECT(semop(set, &operation, 1) == 0);
}

static void add(int set, volatile int *number, int n)
{
    change(set, -1);
    int before = *number;
    EXPECT(getppid() != -1); /* here the other may come in between, were it not for the semaphore */
    *number = before + n;
    change(set, 1);
}

int main(void)
{
    int queue = msgget(IPC_PRIVATE, 0600), set = semget(IPC_PRIVATE, 1, 0600),
        segment = shmget(IPC_PRIVATE, sizeof(int), 0600);
    EXPECT(queue != -1 && set != -1 && segment != -1 && semctl(set, 0, SETVAL, 1) == 0);
    volatile int *number = shmat(segment, NULL, 0);
    EXPECT(number != (void *)-1 && shmctl(segment, IPC_RMID, NULL) == 0);
    struct message done = {.type = 1};
    pid_t child = start();
    add(set, number, child == 0 ? 1 : 2);
    if (child == 0) {
        EXPECT(msgsnd(queue, &done, sizeof done.sum, 0) == 0);
        _exit(0);
    }
    EXPECT(msgrcv(queue, &done, sizeof done.sum, 1, 0) == sizeof done.sum);
    printf("%d\n", *number);
    finish(child);
    EXPECT(semctl(set, 0, IPC_RMID) == 0 && msgctl(queue, IPC_RMID, NULL) == 0);
    return 0;
}
