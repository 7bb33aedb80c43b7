/* broken.c, but a producer who sees no free slot first waits a second, without the guard: time
 * enough for the consumer to make room.
 *
 *     wrong-sleep [PRIMES [FROM]]
 *
 * The consumer needs a few microseconds, and no test will ever see it fail. But a second is a guess
 * about a consumer that may be stopped, swapped out, or wait for a processor for longer. Compare
 * with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 8 };

struct buffer { /* in shared memory */
    sem_t guard, free, items;
    long in, out; /* how many were put in, and taken out */
    long slot[SLOTS];
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void put(struct buffer *buffer, long item)
{
    int room;

    check(sem_getvalue(&buffer->free, &room), "sem_getvalue");
    if (room == 0)
        check(nanosleep(&(struct timespec){.tv_sec = 1}, NULL), "nanosleep");
    check(sem_wait(&buffer->guard), "sem_wait");
    check(sem_wait(&buffer->free), "sem_wait");
    buffer->slot[buffer->in++ % SLOTS] = item;
    check(sem_post(&buffer->guard), "sem_post");
    check(sem_post(&buffer->items), "sem_post");
}

static long take(struct buffer *buffer)
{
    check(sem_wait(&buffer->items), "sem_wait");
    check(sem_wait(&buffer->guard), "sem_wait");
    long item = buffer->slot[buffer->out++ % SLOTS];
    check(sem_post(&buffer->guard), "sem_post");
    check(sem_post(&buffer->free), "sem_post");
    return item;
}

static bool is_prime(long number)
{
    for (long divisor = 2; divisor * divisor <= number; divisor++)
        if (number % divisor == 0)
            return false;
    return number > 1;
}

static void produce(struct buffer *buffer, long primes, long from)
{
    for (long number = from; primes > 0; number++)
        if (is_prime(number)) {
            put(buffer, number);
            primes--;
        }
}

int main(int argc, char *argv[])
{
    long primes = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
    long from = argc > 2 ? strtol(argv[2], NULL, 10) : 1000000000;
    long sum = 0;
    int status;

    check(prctl(PR_SET_NAME, "consumer"), "prctl");
    struct buffer *buffer =
        mmap(NULL, sizeof *buffer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (buffer == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(sem_init(&buffer->guard, 1, 1), "sem_init");
    check(sem_init(&buffer->free, 1, SLOTS), "sem_init");
    check(sem_init(&buffer->items, 1, 0), "sem_init");

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "producer"), "prctl");
        produce(buffer, primes, from);
        exit(EXIT_SUCCESS);
    }
    for (long i = 0; i < primes; i++)
        sum += take(buffer);
    check(wait(&status), "wait");
    if (status != 0)
        errx(EXIT_FAILURE, "the producer failed");
    check(printf("%ld primes from %ld on, their sum is %ld\n", primes, from, sum), "printf");
    return EXIT_SUCCESS;
}
