/* wrong-sleep.c - a copy shop with one scanner and one printer, each guarded by a System V
 * semaphore. Each worker starts when those before it should be done with their pages, so that two
 * never need the devices at once. But a sleep promises only that it does not end early, and nothing
 * about how far others have come: a worker that was swapped out with the scanner in its hands is
 * still there when the next one wakes up.
 *
 * Usage: wrong-sleep [WORKERS PAGES]        Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AMPLE_TIME = 100000 }; /* a page takes a few microseconds */

enum device { SCANNER, PRINTER };

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

static void change(int set, unsigned short device, short by)
{
    struct sembuf operation = {.sem_num = device, .sem_op = by};

    check(semop(set, &operation, 1), "semop");
}

static void copy(int set, unsigned short first, unsigned short second, long pages)
{
    for (long i = 0; i < pages; i++) {
        change(set, first, -1);
        change(set, second, -1);
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
    check(prctl(PR_SET_NAME, "shop"), "prctl");
    unsigned short number[] = {1, 1};
    int set = check(semget(IPC_PRIVATE, 2, 0600), "semget");
    check(semctl(set, 0, SETALL, (union semun){.array = number}), "semctl");

    for (long w = 0; w < workers; w++) {
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, w % 2 == 0 ? "left" : "right"), "prctl");
            check(usleep((useconds_t)w * AMPLE_TIME), "usleep");
            if (w % 2 == 0)
                copy(set, SCANNER, PRINTER, pages);
            else
                copy(set, PRINTER, SCANNER, pages);
            exit(EXIT_SUCCESS);
        }
    }
    for (long w = 0; w < workers; w++) {
        int status;
        check(wait(&status), "wait");
        done += status == 0 ? pages : 0;
    }
    check(semctl(set, 0, IPC_RMID), "semctl IPC_RMID");
    check(printf("copied %ld of %ld pages\n", done, workers * pages), "printf");
    return done == workers * pages ? EXIT_SUCCESS : EXIT_FAILURE;
}
