/* A clerk moves amounts from one account to another, in shared memory. The parent starts another
 * clerk for each one that dies.
 *
 *     fixed [AMOUNT...]
 *
 * A clerk that is to move more than there is aborts, with the accounts locked. The mutex is robust:
 * the next clerk gets it, takes back what was half done, and says with pthread_mutex_consistent()
 * that the mutex may be used as before. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOTAL = 100 };

struct accounts {
    long from, to;
};

struct bank { /* in shared memory */
    pthread_mutex_t mutex;
    int next; /* amount that nobody has taken yet */
    struct accounts now, before;
    atomic_bool moving; /* from `before` to `now`, which is not complete */
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

static struct bank *new_bank(void)
{
    pthread_mutexattr_t kind;
    struct bank *bank =
        mmap(NULL, sizeof *bank, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (bank == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    need(pthread_mutexattr_init(&kind), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST), "setrobust");
    need(pthread_mutex_init(&bank->mutex, &kind), "pthread_mutex_init");
    bank->now.from = TOTAL;
    return bank;
}

static void lock_bank(struct bank *bank)
{
    int error = pthread_mutex_lock(&bank->mutex);

    if (error == EOWNERDEAD) {
        if (bank->moving)
            bank->now = bank->before;
        bank->moving = false;
        error = pthread_mutex_consistent(&bank->mutex);
    }
    need(error, "pthread_mutex_lock");
}

static void work(struct bank *bank, char *amounts[])
{
    lock_bank(bank);
    while (amounts[bank->next] != NULL) {
        long amount = strtol(amounts[bank->next++], NULL, 10);
        if (amount > bank->now.from)
            abort();
        bank->before = bank->now;
        bank->moving = true;
        atomic_signal_fence(memory_order_seq_cst); /* nothing of the change comes before it */
        bank->now.from -= amount;
        check(dprintf(STDERR_FILENO, "moving %ld\n", amount), "dprintf");
        bank->now.to += amount;
        bank->moving = false;
        need(pthread_mutex_unlock(&bank->mutex), "pthread_mutex_unlock");
        lock_bank(bank);
    }
    need(pthread_mutex_unlock(&bank->mutex), "pthread_mutex_unlock");
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "30", "500", "20", NULL};
    char **amounts = (argc > 1 ? argv : standard) + 1;
    int status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    struct bank *bank = new_bank();
    do {
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "clerk"), "prctl");
            work(bank, amounts);
            exit(EXIT_SUCCESS);
        }
        check(wait(&status), "wait");
    } while (WIFSIGNALED(status));
    if (status != 0)
        errx(EXIT_FAILURE, "a clerk gave up");
    check(printf("%ld moved, %ld left\n", bank->now.to, bank->now.from), "printf");
    return bank->now.from + bank->now.to == TOTAL ? EXIT_SUCCESS : EXIT_FAILURE;
}
