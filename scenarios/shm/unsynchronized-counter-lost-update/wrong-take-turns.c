/* Several workers sell numbered tickets. How many are sold is one long of shared memory.
 *
 *     wrong-take-turns [WORKERS [TICKETS]]
 *
 * They sell strictly in turn: each one posts the semaphore of the next. No update is lost, but the
 * workers must all have the same number of tickets: whoever has more waits for a turn from a worker
 * that has finished. Compare with fixed.c. */
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

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void print_ticket(int printer, long number)
{
    char line[32];
    int length = snprintf(line, sizeof line, "ticket %ld\n", number);

    if (write(printer, line, (size_t)length) != length)
        err(EXIT_FAILURE, "write");
}

/* What the workers share. A worker may sell a ticket when its turn is posted. */
struct shared {
    long sold;
    sem_t turn[];
};

static void sell(struct shared *shared, long tickets, int printer, long me, long next)
{
    for (long i = 0; i < tickets; i++) {
        check(sem_wait(&shared->turn[me]), "sem_wait");
        long number = shared->sold + 1;
        print_ticket(printer, number);
        shared->sold = number;
        check(sem_post(&shared->turn[next]), "sem_post");
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long tickets = argc > 2 ? atol(argv[2]) : 2;

    if (workers < 1)
        errx(EXIT_FAILURE, "at least one worker");
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    size_t size = sizeof(struct shared) + (size_t)workers * sizeof(sem_t);
    struct shared *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    for (long w = 0; w < workers; w++)
        check(sem_init(&shared->turn[w], 1, w == 0), "sem_init");
    int printer =
        (int)check(open("tickets", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600), "open tickets");

    for (long w = 0; w < workers; w++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            long share = tickets / workers;
            sell(shared, w < workers - 1 ? share : tickets - share * w, printer, w,
                 (w + 1) % workers);
            check(close(printer), "close");
            exit(EXIT_SUCCESS);
        }
    check(close(printer), "close");
    for (long w = 0; w < workers; w++)
        check(wait(NULL), "wait");
    check(unlink("tickets"), "unlink tickets");
    check(printf("sold %ld of %ld tickets\n", shared->sold, tickets), "printf");
    return shared->sold == tickets ? EXIT_SUCCESS : EXIT_FAILURE;
}
