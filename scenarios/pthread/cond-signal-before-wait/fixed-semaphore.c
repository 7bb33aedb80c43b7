/* A child adds up numbers in shared memory. The parent waits on a semaphore until the sum is there.
 *
 *     fixed-semaphore [NUMBERS]
 *
 * A semaphore remembers: a post that comes before the wait is there when the wait comes. For one
 * event that happens once it is all that is needed. Compare with fixed.c, for conditions that are
 * more than a count. */
#define _GNU_SOURCE
#include <err.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct board { /* in shared memory */
    sem_t written;
    long sum;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static struct board *new_board(void)
{
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(sem_init(&board->written, 1, 0), "sem_init");
    return board;
}

static void write_sum(struct board *board, long numbers)
{
    long sum = 0;

    for (long i = 1; i <= numbers; i++)
        sum += i;
    board->sum = sum;
    check(sem_post(&board->written), "sem_post");
}

static long read_sum(struct board *board)
{
    check(sem_wait(&board->written), "sem_wait");
    return board->sum;
}

int main(int argc, char *argv[])
{
    long numbers = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    int status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct board *board = new_board();
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "child"), "prctl");
        write_sum(board, numbers);
        exit(EXIT_SUCCESS);
    }
    long sum = read_sum(board);
    check(wait(&status), "wait");
    if (status != 0)
        errx(EXIT_FAILURE, "the child failed");
    check(printf("the sum of 1 to %ld is %ld\n", numbers, sum), "printf");
    return EXIT_SUCCESS;
}
