/* Several workers sell numbered tickets. How many are sold is one long of shared memory.
 *
 *     fixed [WORKERS [TICKETS]]
 *
 * A worker takes the next number for sold in one atomic operation, and prints that ticket. No other
 * worker can come between the reading and the writing. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdatomic.h>
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

static void sell(atomic_long *sold, long tickets, int printer)
{
    for (long i = 0; i < tickets; i++) {
        long number = atomic_fetch_add(sold, 1) + 1;
        print_ticket(printer, number);
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long tickets = argc > 2 ? atol(argv[2]) : 2;

    if (workers < 1)
        errx(EXIT_FAILURE, "at least one worker");
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    atomic_long *sold =
        mmap(NULL, sizeof *sold, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sold == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    int printer =
        (int)check(open("tickets", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600), "open tickets");

    for (long w = 0; w < workers; w++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            long share = tickets / workers;
            sell(sold, w < workers - 1 ? share : tickets - share * w, printer);
            check(close(printer), "close");
            exit(EXIT_SUCCESS);
        }
    check(close(printer), "close");
    for (long w = 0; w < workers; w++)
        check(wait(NULL), "wait");
    check(unlink("tickets"), "unlink tickets");
    check(printf("sold %ld of %ld tickets\n", *sold, tickets), "printf");
    return *sold == tickets ? EXIT_SUCCESS : EXIT_FAILURE;
}
