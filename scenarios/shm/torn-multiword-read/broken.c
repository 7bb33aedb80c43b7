/* A navigator keeps the last two fixes of a ship, when it was where, in shared memory. A display
 * takes snapshots, and tells how far the ship has come from one to the other.
 *
 *     broken [MILES SNAPSHOTS]
 *
 * The ship comes a mile ahead from fix to fix. The navigator moves the latest one to the place of
 * the last, and stores the new one. A display that comes in between sees half of an old record and
 * half of a new one. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fix {
    long at, mile; /* `at` in nanoseconds */
};

struct board { /* in shared memory */
    struct fix last, latest;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static long now(void)
{
    struct timespec time;

    check(clock_gettime(CLOCK_MONOTONIC, &time), "clock_gettime");
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void navigate(struct board *board, long miles)
{
    for (long mile = 2; mile <= miles; mile++) {
        board->last = board->latest;
        board->latest = (struct fix){now(), mile};
    }
}

static long display(struct board *board, long snapshots)
{
    long torn = 0;

    for (long s = 0; s < snapshots; s++) {
        struct fix last = board->last, latest = board->latest;
        torn += latest.mile - last.mile != 1;
    }
    check(printf("snapshots: %ld, torn: %ld\n", snapshots, torn), "printf");
    return torn;
}

int main(int argc, char *argv[])
{
    long miles = argc > 1 ? strtol(argv[1], NULL, 10) : 2;
    long snapshots = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(prctl(PR_SET_NAME, "navigator"), "prctl");
    board->last = (struct fix){now(), 0};
    board->latest = (struct fix){now(), 1};
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "display"), "prctl");
        exit(display(board, snapshots) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    navigate(board, miles);
    check(wait(&status), "wait");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
