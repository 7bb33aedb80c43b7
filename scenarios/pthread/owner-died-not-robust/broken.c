/* Workers take jobs from a list in shared memory and leave the results there. The parent starts
 * another worker for each one that dies.
 *
 *     broken [WORD...]
 *
 * A job is to turn a word into a price. A worker that comes upon anything else aborts, with the
 * list locked. The mutex of a dead process stays locked: whoever wants it next waits for ever.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 2 };

struct list { /* in shared memory */
    pthread_mutex_t mutex;
    int jobs, next; /* how many there are, and the first that nobody has taken yet */
    long price[];   /* what came of each job, or 0 */
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

static struct list *new_list(int jobs)
{
    pthread_mutexattr_t kind;
    struct list *list = mmap(NULL, sizeof *list + (size_t)jobs * sizeof list->price[0],
                             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (list == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutexattr_init(&kind), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutex_init(&list->mutex, &kind), "pthread_mutex_init");
    list->jobs = jobs;
    return list;
}

static void lock_list(struct list *list)
{
    need(pthread_mutex_lock(&list->mutex), "pthread_mutex_lock");
}

static void work(struct list *list, char *words[])
{
    lock_list(list);
    while (list->next < list->jobs) {
        int job = list->next++;
        check(dprintf(STDERR_FILENO, "job %d: %s\n", job, words[job]), "dprintf");
        long price = strtol(words[job], NULL, 10);
        if (price <= 0)
            abort();
        list->price[job] = price;
        need(pthread_mutex_unlock(&list->mutex), "pthread_mutex_unlock");
        lock_list(list);
    }
    need(pthread_mutex_unlock(&list->mutex), "pthread_mutex_unlock");
}

static void start_worker(struct list *list, char *words[])
{
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "worker"), "prctl");
        work(list, words);
        exit(EXIT_SUCCESS);
    }
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "10", "20", "x", "30", NULL};
    char **words = (argc > 1 ? argv : standard) + 1;
    struct list *list = new_list(argc > 1 ? argc - 1 : 4);
    int status, failed = 0;
    long sum = 0;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    for (int w = 0; w < WORKERS; w++)
        start_worker(list, words);
    while (wait(&status) > 0)
        if (WIFSIGNALED(status))
            start_worker(list, words);
    for (int job = 0; job < list->jobs; job++) {
        sum += list->price[job];
        failed += list->price[job] == 0;
    }
    check(printf("%d jobs, %d failed, sum of prices %ld\n", list->jobs, failed, sum), "printf");
    return EXIT_SUCCESS;
}
