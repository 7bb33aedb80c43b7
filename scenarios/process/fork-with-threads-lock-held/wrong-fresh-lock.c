/* A thread loads new prices, and keeps the list locked until they are complete. Meanwhile a helper
 * process is forked, which adds the tax to the price of ARTICLE (0 to 7).
 *
 *     wrong-fresh-lock [ARTICLE]
 *
 * Half of the prices are in when the helper is forked. The helper makes the lock anew; what it was
 * to guard is still half old, half new. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PRICES = 8, HALF = PRICES / 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char prices[PRICES] = {100, 100, 100, 100, 100, 100, 100, 100};
static sem_t half; /* posted when half of the new prices are in the list */

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* For the functions of POSIX threads, which return an error number. */
static void check_thread(int error, const char *call)
{
    errno = error;
    check(error == 0 ? 0 : -1, call);
}

static void close_three(int a, int b, int c)
{
    check(close(a), "close");
    check(close(b), "close");
    check(close(c), "close");
}

static void *load_prices(void *feed)
{
    check(prctl(PR_SET_NAME, "loader"), "prctl");
    check_thread(pthread_mutex_lock(&lock), "pthread_mutex_lock");
    for (int i = 0; i < PRICES; i++) {
        check(read(*(int *)feed, &prices[i], 1), "read");
        if (i + 1 == HALF)
            check(sem_post(&half), "sem_post");
    }
    check_thread(pthread_mutex_unlock(&lock), "pthread_mutex_unlock");
    return NULL;
}

static unsigned char look_up(unsigned char article)
{
    check_thread(pthread_mutex_lock(&lock), "pthread_mutex_lock");
    unsigned char price = prices[article];
    check_thread(pthread_mutex_unlock(&lock), "pthread_mutex_unlock");
    return price;
}

static void help(int parent)
{
    unsigned char article = 0, price;

    check(prctl(PR_SET_NAME, "helper"), "prctl");
    check(read(parent, &article, 1), "read");
    price = look_up(article);
    price += price / 4;
    check(write(parent, &price, 1), "write");
    check(close(parent), "close");
    _exit(EXIT_SUCCESS);
}

/* In the child of fork() there is one thread: nobody else can hold the lock. */
static void renew_lock(void)
{
    check_thread(pthread_mutex_init(&lock, NULL), "pthread_mutex_init");
}

int main(int argc, char *argv[])
{
    unsigned char article = argc > 1 ? atoi(argv[1]) % PRICES : 0, price = 0;
    static const unsigned char new_prices[PRICES] = {120, 120, 120, 120, 120, 120, 120, 120};
    int feed[2], pair[2], status;
    pthread_t loader;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(pipe(feed), "pipe");
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    check_thread(pthread_atfork(NULL, NULL, renew_lock), "pthread_atfork");
    check(sem_init(&half, 0, 0), "sem_init");
    check_thread(pthread_create(&loader, NULL, load_prices, &feed[0]), "pthread_create");
    check(write(feed[1], new_prices, HALF), "write");
    check(sem_wait(&half), "sem_wait");

    pid_t helper = check(fork(), "fork");
    if (helper == 0) {
        close_three(feed[0], feed[1], pair[0]);
        help(pair[1]);
    }
    check(close(pair[1]), "close");
    check(write(feed[1], new_prices + HALF, HALF), "write");
    check(write(pair[0], &article, 1), "write");
    check(read(pair[0], &price, 1), "read");
    check(waitpid(helper, &status, 0), "waitpid");
    check_thread(pthread_join(loader, NULL), "pthread_join");
    close_three(feed[0], feed[1], pair[0]);
    check(printf("price %d\n", price), "printf");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
