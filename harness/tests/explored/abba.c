/* abba KIND - two tasks take the same two locks, each in its own order: System V semaphores
 * ("semop"), POSIX ones ("sem"), mutexes of two processes ("shared") or of two threads ("mutex").
 */
#include "../live/expect.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/sem.h>

static struct locks {
    sem_t sems[2];
    pthread_mutex_t mutexes[2];
} * locks;
static int set;
static const char *kind;

static void change(int lock, short by)
{
    struct sembuf operation = {.sem_num = (unsigned short)lock, .sem_op = by};
    EXPECT(semop(set, &operation, 1) == 0);
}

static void take(int lock)
{
    if (strcmp(kind, "semop") == 0)
        change(lock, -1);
    else if (strcmp(kind, "sem") == 0)
        EXPECT(sem_wait(&locks->sems[lock]) == 0);
    else
        EXPECT(pthread_mutex_lock(&locks->mutexes[lock]) == 0);
}

static void give(int lock)
{
    if (strcmp(kind, "semop") == 0)
        change(lock, 1);
    else if (strcmp(kind, "sem") == 0)
        EXPECT(sem_post(&locks->sems[lock]) == 0);
    else
        EXPECT(pthread_mutex_unlock(&locks->mutexes[lock]) == 0);
}

static void *use_both(void *first)
{
    int one = first != NULL, other = 1 - one;
    take(one);
    take(other);
    give(other);
    give(one);
    return NULL;
}

static void prepare(void)
{
    pthread_mutexattr_t shared;
    locks = mmap(NULL, sizeof *locks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(locks != MAP_FAILED);
    EXPECT(pthread_mutexattr_init(&shared) == 0);
    EXPECT(pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) == 0);
    for (int i = 0; i < 2; i++) {
        EXPECT(sem_init(&locks->sems[i], 1, 1) == 0);
        EXPECT(pthread_mutex_init(&locks->mutexes[i], &shared) == 0);
    }
    if (strcmp(kind, "semop") == 0) {
        EXPECT((set = semget(IPC_PRIVATE, 2, 0600)) != -1);
        change(0, 1);
        change(1, 1);
    }
}

int main(int argc, char *argv[])
{
    kind = argc > 1 ? argv[1] : "semop";
    prepare();
    if (strcmp(kind, "mutex") == 0) {
        pthread_t other;
        EXPECT(pthread_create(&other, NULL, use_both, locks) == 0);
        use_both(NULL);
        EXPECT(pthread_join(other, NULL) == 0);
        return 0;
    }
    pid_t child = start();
    use_both(child == 0 ? locks : NULL);
    if (child == 0)
        _exit(0);
    finish(child);
    if (strcmp(kind, "semop") == 0)
        EXPECT(semctl(set, 0, IPC_RMID) == 0);
    return 0;
}
