/* Workers take jobs from a list in shared memory and leave the results there. The parent starts
 * another worker for each one that dies.
 *
 *     fixed-atomic [WORD...]
 *
 * A job is to turn a word into a price. A worker that comes upon anything else aborts. It takes a
 * job by one atomic operation, and leaves the price in a place that is its own: there is nothing to
 * lock, so that nobody can die with it locked. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 2 };

struct list { /* in shared memory */
    int jobs;
    atomic_int next; /* the first that nobody has taken yet */
    long price[];    /* what came of each job, or 0 */
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static struct list *new_list(int jobs)
{
    struct list *list = mmap(NULL, sizeof *list + (size_t)jobs * sizeof list->price[0],
                             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (list == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    list->jobs = jobs;
    return list;
}

static void work(struct list *list, char *words[])
{
    int job;

    while ((job = atomic_fetch_add(&list->next, 1)) < list->jobs) {
        check(dprintf(STDERR_FILENO, "job %d: %s\n", job, words[job]), "dprintf");
        long price = strtol(words[job], NULL, 10);
        if (price <= 0)
            abort();
        list->price[job] = price;
    }
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
