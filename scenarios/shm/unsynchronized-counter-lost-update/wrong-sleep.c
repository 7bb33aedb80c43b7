/* wrong-sleep.c - several workers sell numbered tickets, and each sleeps long enough for those
 * before it to be done: they never meet. But nothing says that they are. A sleep promises that it
 * does not end early, and nothing about what others have done by then: whoever was stopped or
 * swapped out in the middle of a sale goes on later than anybody has planned for.
 *
 * Usage: wrong-sleep [WORKERS TICKETS]      Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
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

/* A sale takes a few microseconds. */
enum { AMPLE_TIME = 100000 };

static void sell(long *sold, long tickets, int printer)
{
    for (long i = 0; i < tickets; i++) {
        long number = *sold + 1;
        print_ticket(printer, number);
        *sold = number;
    }
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long tickets = argc > 2 ? atol(argv[2]) : 2;

    if (workers < 1)
        errx(2, "usage: %s [WORKERS TICKETS]", argv[0]);
    prctl(PR_SET_NAME, "parent");
    long *sold =
        mmap(NULL, sizeof *sold, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sold == MAP_FAILED)
        err(1, "mmap");
    int printer = open("tickets", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600);
    if (printer == -1)
        err(1, "open tickets");

    for (long w = 0; w < workers; w++) {
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, "worker");
            if (usleep((useconds_t)w * AMPLE_TIME) == -1)
                err(1, "usleep");
            long share = tickets / workers;
            sell(sold, w < workers - 1 ? share : tickets - share * w, printer);
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
    if (printf("sold %ld of %ld tickets\n", *sold, tickets) < 0)
        err(1, "printf");
    return *sold == tickets ? 0 : 1;
}
