/* fixed-one-order.c - a copy shop with one scanner and one printer, each guarded by a System V
 * semaphore. A worker asks the desk for its next page with empty hands, then takes the scanner
 * before the printer, whatever its kind. Whoever holds the printer has all it needs.
 *
 * Usage: fixed-one-order [WORKERS PAGES]        Compare with broken.c and fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
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

static void tell(int peer, long number)
{
    if (write(peer, &number, sizeof number) != sizeof number)
        err(1, "write");
}

static long hear(int peer)
{
    long number;

    if (read(peer, &number, sizeof number) != sizeof number)
        err(1, "read");
    return number;
}

static void copy(int set, unsigned short first, unsigned short second, int desk, long pages)
{
    long page = 0;

    for (long i = 0; i < pages; i++) {
        tell(desk, page); /* the one that is done; 0: none yet */
        page = hear(desk);
        change(set, SCANNER, -1);
        change(set, PRINTER, -1);
        /* here the page is scanned and printed */
        change(set, second, +1);
        change(set, first, +1);
    }
    tell(desk, page);
}

/* Hands out the pages in rounds, one a worker, and returns how many came back done. */
static long serve(const int worker[], long workers, long pages)
{
    long next = 0, done = 0;

    for (long round = 0; round <= pages; round++) {
        for (long w = 0; w < workers; w++)
            done += hear(worker[w]) > 0;
        for (long w = 0; w < workers && round < pages; w++)
            tell(worker[w], ++next);
    }
    return done;
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long pages = argc > 2 ? atol(argv[2]) : 10; /* of each worker */

    if (workers < 1)
        errx(2, "usage: %s [WORKERS PAGES]", argv[0]);
    prctl(PR_SET_NAME, "desk");
    unsigned short number[] = {1, 1};
    int set = semget(IPC_PRIVATE, 2, 0600);
    if (set == -1 || semctl(set, 0, SETALL, (union semun){.array = number}) == -1)
        err(1, "semget");

    int worker[workers];
    for (long w = 0; w < workers; w++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
            err(1, "socketpair");
        worker[w] = pair[0];
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            for (long other = 0; other <= w; other++)
                close(worker[other]);
            prctl(PR_SET_NAME, w % 2 == 0 ? "left" : "right");
            if (w % 2 == 0)
                copy(set, SCANNER, PRINTER, pair[1], pages);
            else
                copy(set, PRINTER, SCANNER, pair[1], pages);
            close(pair[1]);
            _exit(0);
        }
        close(pair[1]);
    }

    long done = serve(worker, workers, pages);
    for (long w = 0; w < workers; w++) {
        close(worker[w]);
        if (wait(NULL) == -1)
            err(1, "wait");
    }
    if (semctl(set, 0, IPC_RMID) == -1)
        err(1, "semctl IPC_RMID");
    printf("copied %ld of %ld pages\n", done, workers * pages);
    return done == workers * pages ? 0 : 1;
}
