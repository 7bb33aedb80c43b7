/* fixed-one-order.c - a copy shop with one scanner and one printer, each guarded by a System V
 * semaphore. A worker takes the scanner before the printer, whatever its kind. Whoever holds the
 * printer has all it needs.
 *
 * Usage: fixed-one-order [WORKERS PAGES]        Compare with broken.c and fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum device { SCANNER, PRINTER };

union semun { /* semctl(2): the program has to define it */
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void change(int set, unsigned short device, short by)
{
    struct sembuf operation = {.sem_num = device, .sem_op = by};

    if (semop(set, &operation, 1) == -1)
        err(1, "semop");
}

static void copy(int set, unsigned short first, unsigned short second, long pages)
{
    for (long i = 0; i < pages; i++) {
        change(set, SCANNER, -1);
        change(set, PRINTER, -1);
        /* here the page is scanned and printed */
        change(set, second, +1);
        change(set, first, +1);
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long pages = argc > 2 ? atol(argv[2]) : 1; /* of each worker */
    long done = 0;

    if (workers < 1)
        errx(2, "usage: %s [WORKERS PAGES]", argv[0]);
    prctl(PR_SET_NAME, "shop");
    unsigned short number[] = {1, 1};
    int set = semget(IPC_PRIVATE, 2, 0600);
    if (set == -1 || semctl(set, 0, SETALL, (union semun){.array = number}) == -1)
        err(1, "semget");

    for (long w = 0; w < workers; w++) {
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, w % 2 == 0 ? "left" : "right");
            if (w % 2 == 0)
                copy(set, SCANNER, PRINTER, pages);
            else
                copy(set, PRINTER, SCANNER, pages);
            _exit(0);
        }
    }
    for (long w = 0; w < workers; w++) {
        int status;
        if (wait(&status) == -1)
            err(1, "wait");
        done += status == 0 ? pages : 0;
    }
    if (semctl(set, 0, IPC_RMID) == -1)
        err(1, "semctl IPC_RMID");
    printf("copied %ld of %ld pages\n", done, workers * pages);
    return done == workers * pages ? 0 : 1;
}
