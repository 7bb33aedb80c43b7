/* broken.c, but the child waits a tenth of a second before it writes the sum: time enough for the
 * parent to wait for it.
 *
 *     wrong-sleep [NUMBERS]
 *
 * The parent needs a few microseconds, and no test will ever see it fail. But a tenth of a second
 * is a guess about a parent that may be stopped, swapped out, or wait for a processor for longer;
 * nothing makes it wait first. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct board { /* in shared memory */
    pthread_mutex_t mutex;
    pthread_cond_t written;
    long sum;
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

static struct board *new_board(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t cond;
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutexattr_init(&mutex), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutex_init(&board->mutex, &mutex), "pthread_mutex_init");
    need(pthread_condattr_init(&cond), "pthread_condattr_init");
    need(pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_cond_init(&board->written, &cond), "pthread_cond_init");
    return board;
}

static void write_sum(struct board *board, long numbers)
{
    long sum = 0;

    for (long i = 1; i <= numbers; i++)
        sum += i;
    need(pthread_mutex_lock(&board->mutex), "pthread_mutex_lock");
    board->sum = sum;
    need(pthread_cond_signal(&board->written), "pthread_cond_signal");
    need(pthread_mutex_unlock(&board->mutex), "pthread_mutex_unlock");
}

static long read_sum(struct board *board)
{
    need(pthread_mutex_lock(&board->mutex), "pthread_mutex_lock");
    need(pthread_cond_wait(&board->written, &board->mutex), "pthread_cond_wait");
    long sum = board->sum;
    need(pthread_mutex_unlock(&board->mutex), "pthread_mutex_unlock");
    return sum;
}

int main(int argc, char *argv[])
{
    long numbers = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    int status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct board *board = new_board();
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "child"), "prctl");
        check(nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL), "nanosleep");
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
