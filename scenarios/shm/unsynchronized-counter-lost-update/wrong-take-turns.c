/* wrong-take-turns.c - several workers sell numbered tickets, strictly in turn: each one posts the
 * semaphore of the next. No update is lost, but the workers must all have the same number of
 * tickets: whoever has more waits for a turn from a worker that has finished.
 *
 * Usage: wrong-take-turns [WORKERS TICKETS]         Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_ticket(int printer, long number)
{
    char line[32];
    int length = snprintf(line, sizeof line, "ticket %ld\n", number);

    if (write(printer, line, (size_t)length) != length)
        err(1, "write");
}

/* What the workers share. A worker may sell a ticket when its turn is posted. */
struct shared {
    long sold;
    sem_t turn[];
};

static void sell(struct shared *shared, long tickets, int printer, long me, long next)
{
    for (long i = 0; i < tickets; i++) {
        if (sem_wait(&shared->turn[me]) == -1)
            err(1, "sem_wait");
        long number = shared->sold + 1;
        print_ticket(printer, number);
        shared->sold = number;
        if (sem_post(&shared->turn[next]) == -1)
            err(1, "sem_post");
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long tickets = argc > 2 ? atol(argv[2]) : 2;

    if (workers < 1)
        errx(2, "usage: %s [WORKERS TICKETS]", argv[0]);
    prctl(PR_SET_NAME, "parent");
    size_t size = sizeof(struct shared) + (size_t)workers * sizeof(sem_t);
    struct shared *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(1, "mmap");
    for (long w = 0; w < workers; w++)
        if (sem_init(&shared->turn[w], 1, w == 0) == -1)
            err(1, "sem_init");
    int printer = open("tickets", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600);
    if (printer == -1)
        err(1, "open tickets");

    for (long w = 0; w < workers; w++) {
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, "worker");
            long share = tickets / workers;
            sell(shared, w < workers - 1 ? share : tickets - share * w, printer, w,
                 (w + 1) % workers);
            if (close(printer) == -1)
                err(1, "close");
            _exit(0);
        }
    }
    if (close(printer) == -1)
        err(1, "close");
    for (long w = 0; w < workers; w++)
        if (wait(NULL) == -1)
            err(1, "wait");
    if (unlink("tickets") == -1)
        err(1, "unlink tickets");
    if (printf("sold %ld of %ld tickets\n", shared->sold, tickets) < 0)
        err(1, "printf");
    return shared->sold == tickets ? 0 : 1;
}
