/* Workers share the licences of a program, one for each of them: a System V semaphore counts those
 * that are free. Whoever comes first gives it its value.
 *
 *     fixed [WORKERS]
 *
 * A second semaphore of the set says whether the first has its value. One semop(2) looks at the one
 * and changes both, all or nothing: there is no moment between. It relies on Linux, where new
 * semaphores are 0. Compare with broken.c. */
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

enum { LICENCES, HAS_VALUE }; /* the semaphores of the set */

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static int open_licences(key_t key, int licences)
{
    int set = check(semget(key, 2, IPC_CREAT | 0600), "semget");
    struct sembuf first[] = {
        {.sem_num = HAS_VALUE, .sem_op = 0, .sem_flg = IPC_NOWAIT}, /* fails unless it is 0 */
        {.sem_num = HAS_VALUE, .sem_op = +1},
        {.sem_num = LICENCES, .sem_op = licences},
    };

    if (semop(set, first, 3) == -1 && errno != EAGAIN)
        err(EXIT_FAILURE, "semop");
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
