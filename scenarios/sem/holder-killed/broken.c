/* Tellers pay out of one account in shared memory, until all requests are done. A semaphore guards
 * the account; every payment is also written to a journal.
 *
 *     broken [BALANCE AMOUNT...]
 *
 * A request for nothing breaks an assertion, and the teller that has it is killed while it holds
 * the semaphore. A semaphore has no owner: nobody gives it back, and the other tellers wait for
 * ever. Compare with fixed.c. */
#define _GNU_SOURCE
#include <assert.h>
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TELLERS = 3 };

struct account {
    sem_t lock;
    long opening, balance, paid; /* opening == balance + paid, unless somebody is inside */
    int requests;                /* so many are done, or were at least begun */
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void make_lock(struct account *account)
{
    check(sem_init(&account->lock, 1, 1), "sem_init");
}

static void lock(struct account *account)
{
    check(sem_wait(&account->lock), "sem_wait");
}

static void unlock(struct account *account)
{
    check(sem_post(&account->lock), "sem_post");
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
