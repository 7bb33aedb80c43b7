/* Several workers sell numbered tickets. How many are sold is one long of shared memory.
 *
 *     fixed-mutex [WORKERS [TICKETS]]
 *
 * A worker holds a mutex from the reading to the writing. That takes longer than one atomic
 * operation, as nobody else sells while it prints; but a number is taken for sold only when its
 * ticket is printed. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct shop { /* in shared memory */
    pthread_mutex_t mutex;
    long sold;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* For the pthread functions, which return the error number. */
static void need(int error, const char *call)
{
    if (error != 0) {
        errno = error;
        err(EXIT_FAILURE, "%s", call);
    }
}

static struct shop *new_shop(void)
{
    pthread_mutexattr_t shared;
    struct shop *shop =
        mmap(NULL, sizeof *shop, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shop == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutexattr_init(&shared), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutex_init(&shop->mutex, &shared), "pthread_mutex_init");
    return shop;
}

static void print_ticket(int printer, long number)
{
    char line[32];
    int length = snprintf(line, sizeof line, "ticket %ld\n", number);

    if (write(printer, line, (size_t)length) != length)
        err(EXIT_FAILURE, "write");
}

static void sell(struct shop *shop, long tickets, int printer)
{
    for (long i = 0; i < tickets; i++) {
        need(pthread_mutex_lock(&shop->mutex), "pthread_mutex_lock");
        long number = shop->sold + 1;
        print_ticket(printer, number);
        shop->sold = number;
        need(pthread_mutex_unlock(&shop->mutex), "pthread_mutex_unlock");
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long tickets = argc > 2 ? atol(argv[2]) : 2;

    if (workers < 1)
        errx(EXIT_FAILURE, "at least one worker");
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct shop *shop = new_shop();
    int printer =
        (int)check(open("tickets", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600), "open tickets");

    for (long w = 0; w < workers; w++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            long share = tickets / workers;
            sell(shop, w < workers - 1 ? share : tickets - share * w, printer);
            check(close(printer), "close");
            exit(EXIT_SUCCESS);
        }
    check(close(printer), "close");
    for (long w = 0; w < workers; w++)
        check(wait(NULL), "wait");
    check(unlink("tickets"), "unlink tickets");
    check(printf("sold %ld of %ld tickets\n", shop->sold, tickets), "printf");
    return shop->sold == tickets ? EXIT_SUCCESS : EXIT_FAILURE;
}
