/* Workers share the licences of a program, one for each of them: a System V semaphore counts those
 * that are free. The first worker creates it and gives it its value.
 *
 *     broken [WORKERS]
 *
 * To create and to give a value are two steps. Between them the semaphore is there for all to see,
 * with the value 0: a worker who comes then is told that there is no licence. Nearly always the
 * next one comes later. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LICENCES }; /* the semaphores of the set */

union semun { /* semctl(2): the program has to define it */
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static int open_licences(key_t key, int licences)
{
    int set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);

    if (set == -1 && errno == EEXIST)
        return check(semget(key, 1, 0), "semget");
    check(set, "semget");
    check(semctl(set, LICENCES, SETVAL, (union semun){.val = licences}), "semctl");
    return set;
}

static bool take_licence(int set)
{
    struct sembuf take = {.sem_num = LICENCES, .sem_op = -1, .sem_flg = IPC_NOWAIT};

    if (semop(set, &take, 1) == 0)
        return true;
    if (errno != EAGAIN)
        err(EXIT_FAILURE, "semop");
    return false;
}

static void give_back(int set)
{
    struct sembuf give = {.sem_num = LICENCES, .sem_op = +1};

    check(semop(set, &give, 1), "semop");
}

static int work(key_t key, int licences)
{
    int set = open_licences(key, licences);

    if (!take_licence(set))
        return EXIT_FAILURE;
    /* here is the work for which the licence is needed */
    give_back(set);
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    int workers = argc > 1 ? atoi(argv[1]) : 2, refused = 0, status;
    key_t key = check(ftok(".", 'L'), "ftok");

    check(prctl(PR_SET_NAME, "office"), "prctl");
    for (int i = 0; i < workers; i++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            exit(work(key, workers));
        }
    for (int i = 0; i < workers; i++) {
        check(wait(&status), "wait");
        refused += status != 0;
    }
    check(semctl(check(semget(key, 1, 0), "semget"), 0, IPC_RMID), "semctl");
    check(printf("%d workers, %d refused\n", workers, refused), "printf");
    return refused == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
