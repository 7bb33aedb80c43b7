/* A parent gives items to its workers through a box in shared memory that holds one. It does so
 * when all of them are at rest, and wakes them all.
 *
 *     wrong-look-once-more [ITEMS]
 *
 * A worker that has been woken looks into the box again, and waits again if it is empty. But when
 * it is woken for the second time, it takes what must be there. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 2, NO_MORE = 0 };

struct box { /* in shared memory */
    pthread_mutex_t mutex;
    pthread_cond_t filled, rest; /* for the workers, and for the parent */
    bool full;
    int resting; /* workers, since the box was filled */
    long item, handled;
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

static struct box *new_box(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t cond;
    struct box *box =
        mmap(NULL, sizeof *box, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (box == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutexattr_init(&mutex), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutex_init(&box->mutex, &mutex), "pthread_mutex_init");
    need(pthread_condattr_init(&cond), "pthread_condattr_init");
    need(pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_cond_init(&box->filled, &cond), "pthread_cond_init");
    need(pthread_cond_init(&box->rest, &cond), "pthread_cond_init");
    return box;
}

static void rest(struct box *box)
{
    box->resting++;
    need(pthread_cond_signal(&box->rest), "pthread_cond_signal");
    need(pthread_cond_wait(&box->filled, &box->mutex), "pthread_cond_wait");
}

static void work(struct box *box)
{
    need(pthread_mutex_lock(&box->mutex), "pthread_mutex_lock");
    for (;;) {
        if (!box->full)
            rest(box);
        if (!box->full)
            rest(box);
        if (box->item == NO_MORE)
            break;
        box->full = false;
        box->handled++;
    }
    need(pthread_mutex_unlock(&box->mutex), "pthread_mutex_unlock");
}

static void put(struct box *box, long item)
{
    need(pthread_mutex_lock(&box->mutex), "pthread_mutex_lock");
    while (box->resting < WORKERS)
        need(pthread_cond_wait(&box->rest, &box->mutex), "pthread_cond_wait");
    box->item = item;
    box->full = true;
    box->resting = 0;
    need(pthread_cond_broadcast(&box->filled), "pthread_cond_broadcast");
    need(pthread_mutex_unlock(&box->mutex), "pthread_mutex_unlock");
}

int main(int argc, char *argv[])
{
    long items = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    int status, failed = 0;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct box *box = new_box();
    for (int w = 0; w < WORKERS; w++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "worker"), "prctl");
            work(box);
            exit(EXIT_SUCCESS);
        }
    for (long item = 1; item <= items; item++)
        put(box, item);
    put(box, NO_MORE);
    while (wait(&status) > 0)
        failed += status != 0;
    check(printf("items: %ld, handled: %ld\n", items, box->handled), "printf");
    return box->handled == items && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
