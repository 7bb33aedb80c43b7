/* handshake - shared memory, System V semaphores and signals awaited by sigsuspend(2), used as they
 * should be. */
#include "../live/expect.h"

#include <sys/sem.h>
#include <sys/shm.h>

static int set;

static void change(short by)
{
    struct sembuf operation = {.sem_op = by};
    while (semop(set, &operation, 1) != 0)
        EXPECT(errno == EINTR);
}

static void add_one(int *counter)
{
    change(-1);
    int before = *counter;
    EXPECT(getppid() != -1);
    *counter = before + 1;
    change(1);
}

int main(void)
{
    int segment = shmget(IPC_PRIVATE, sizeof(int), 0600), status;
    EXPECT(segment != -1);
    int *counter = shmat(segment, NULL, 0);
    EXPECT(counter != (void *)-1);
    EXPECT(shmctl(segment, IPC_RMID, NULL) == 0);
    EXPECT((set = semget(IPC_PRIVATE, 1, 0600)) != -1);
    change(1);
    catch_signal(SIGUSR1, count_signal);
    sigset_t open = block_signal(SIGUSR1);
    pid_t child = start();
    if (child == 0) {
        add_one(counter);
        EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    add_one(counter);
    while (signals_caught == 0)
        sigsuspend(&open);
    while (waitpid(child, &status, 0) == -1)
        EXPECT(errno == EINTR);
    printf("counted to %d\n", *counter);
    EXPECT(status == 0 && *counter == 2);
    EXPECT(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
