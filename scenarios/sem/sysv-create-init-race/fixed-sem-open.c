/* Workers share the licences of a program, one for each of them: a named POSIX semaphore counts
 * those that are free.
 *
 *     fixed-sem-open [WORKERS]
 *
 * sem_open(3) creates it with its value, in one step: the value of the first worker counts, that of
 * the others is ignored. Compare with fixed.c, which keeps the System V semaphore. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_NAME = 64 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static sem_t *open_licences(const char *name, unsigned number)
{
    sem_t *licences = sem_open(name, O_CREAT, 0600, number);

    if (licences == SEM_FAILED)
        err(EXIT_FAILURE, "sem_open");
    return licences;
}

static bool take_licence(sem_t *licences)
{
    if (sem_trywait(licences) == 0)
        return true;
    if (errno != EAGAIN)
        err(EXIT_FAILURE, "sem_trywait");
    return false;
}

static int work(const char *name, unsigned number)
{
    sem_t *licences = open_licences(name, number);
    bool allowed = take_licence(licences);

    if (allowed) /* here is the work for which the licence is needed */
        check(sem_post(licences), "sem_post");
    check(sem_close(licences), "sem_close");
    return allowed ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    int workers = argc > 1 ? atoi(argv[1]) : 2, refused = 0, status;
    char name[MAX_NAME]; /* of this office alone */

    check(prctl(PR_SET_NAME, "office"), "prctl");
    snprintf(name, sizeof name, "/licences-%ld", (long)getpid());
    for (int i = 0; i < workers; i++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            exit(work(name, workers));
        }
    for (int i = 0; i < workers; i++) {
        check(wait(&status), "wait");
        refused += status != 0;
    }
    check(sem_unlink(name), "sem_unlink");
    check(printf("%d workers, %d refused\n", workers, refused), "printf");
    return refused == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
