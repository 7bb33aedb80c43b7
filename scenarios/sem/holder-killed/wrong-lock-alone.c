/* Tellers pay out of one account in shared memory, until all requests are done. A mutex guards
 * the account; every payment is also written to a journal.
 *
 *     wrong-lock-alone [BALANCE AMOUNT...]
 *
 * The mutex is robust, as in fixed.c: when its owner has been killed, the next teller gets it, and
 * goes on as if nothing had happened. The lock is in order again, but the account may not be: its
 * owner died while it was changing it. Compare with fixed.c. */
#define _GNU_SOURCE
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TELLERS = 3 };

struct account {
    pthread_mutex_t lock;
    long opening, balance, paid; /* opening == balance + paid, unless somebody is inside */
    int requests;                /* so many are done, or were at least begun */
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void need(int error, const char *call)
{
    errno = error;
    check(-error, call);
}

static void make_lock(struct account *account)
{
    pthread_mutexattr_t attributes;

    need(pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
    need(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), "setpshared");
    need(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), "setrobust");
    need(pthread_mutex_init(&account->lock, &attributes), "pthread_mutex_init");
}

static void lock(struct account *account)
{
    int error = pthread_mutex_lock(&account->lock);

    if (error == EOWNERDEAD)
        error = pthread_mutex_consistent(&account->lock);
    need(error, "pthread_mutex_lock");
}

static void unlock(struct account *account)
{
    need(pthread_mutex_unlock(&account->lock), "pthread_mutex_unlock");
}

static void pay(struct account *account, long amount)
{
    assert(amount > 0);
    account->balance -= amount;
    int journal = check(open("journal", O_WRONLY | O_APPEND), "open");
    check(dprintf(journal, "%ld\n", amount), "write");
    check(close(journal), "close");
    account->paid += amount;
}

static void serve(struct account *account, char *amounts[])
{
    for (lock(account); amounts[account->requests] != NULL; lock(account)) {
        pay(account, strtol(amounts[account->requests++], NULL, 10));
        unlock(account);
    }
    unlock(account);
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "100", "10", "0", "20", "30", NULL};
    char **words = argc > 1 ? argv : standard;
    int status, lost = 0;

    check(prctl(PR_SET_NAME, "bank"), "prctl");
    check(close(check(creat("journal", 0600), "creat")), "close");
    struct account *account =
        mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (account == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    account->opening = account->balance = strtol(words[1], NULL, 10);
    make_lock(account);

    for (int t = 0; t < TELLERS; t++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "teller"), "prctl");
            serve(account, words + 2);
            exit(EXIT_SUCCESS);
        }
    for (int t = 0; t < TELLERS; t++) {
        check(wait(&status), "wait");
        lost += status != 0;
    }

    lock(account);
    check(unlink("journal"), "unlink");
    check(printf("requests %d, paid %ld, balance %ld, tellers lost %d\n", account->requests,
                 account->paid, account->balance, lost),
          "printf");
    return account->paid + account->balance == account->opening ? EXIT_SUCCESS : EXIT_FAILURE;
}
