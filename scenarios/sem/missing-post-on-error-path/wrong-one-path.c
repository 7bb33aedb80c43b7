/* wrong-one-path.c - tellers pay out of one account in shared memory, guarded by a semaphore. The
 * early return of the bug report, that for want of money, posts the semaphore now. The next one,
 * for the limit of the day, looks the same and was forgotten.
 *
 * Usage: wrong-one-path [BALANCE AMOUNT...]         Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TELLERS = 2, DAY_LIMIT = 1000 };

struct account {
    sem_t lock;
    long balance;
    long paid_today;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static bool pay(struct account *account, long amount)
{
    if (amount <= 0)
        return false;
    check(sem_wait(&account->lock), "sem_wait");
    if (amount > account->balance) {
        check(sem_post(&account->lock), "sem_post");
        return false;
    }
    if (account->paid_today + amount > DAY_LIMIT)
        return false;
    account->balance -= amount;
    account->paid_today += amount;
    check(sem_post(&account->lock), "sem_post");
    return true;
}

/* Pays until there are no more requests. */
static void serve(struct account *account, int bank)
{
    long amount;

    while (check(read(bank, &amount, sizeof amount), "read") == sizeof amount) {
        bool paid = pay(account, amount);
        check(write(bank, &paid, sizeof paid), "write");
    }
}

static bool request(int teller, long amount)
{
    bool paid;

    check(write(teller, &amount, sizeof amount), "write");
    if (check(read(teller, &paid, sizeof paid), "read") != sizeof paid)
        errx(EXIT_FAILURE, "a teller has gone");
    return paid;
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "100", "60", "80", "30", NULL};
    char **words = argc > 1 ? argv : standard;
    long paid = 0, refused = 0;

    check(prctl(PR_SET_NAME, "bank"), "prctl");
    struct account *account =
        mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (account == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(sem_init(&account->lock, 1, 1), "sem_init");
    account->balance = atol(words[1]);

    int teller[TELLERS];
    for (int t = 0; t < TELLERS; t++) {
        int pair[2];
        check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
        teller[t] = pair[0];
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "teller"), "prctl");
            for (int other = 0; other <= t; other++)
                check(close(teller[other]), "close");
            serve(account, pair[1]);
            check(close(pair[1]), "close");
            exit(EXIT_SUCCESS);
        }
        check(close(pair[1]), "close");
    }

    for (int i = 0; words[2 + i] != NULL; i++) {
        if (request(teller[i % TELLERS], atol(words[2 + i])))
            paid++;
        else
            refused++;
    }
    for (int t = 0; t < TELLERS; t++) {
        check(close(teller[t]), "close");
        check(wait(NULL), "wait");
    }
    int lock;
    check(sem_getvalue(&account->lock, &lock), "sem_getvalue");
    check(printf("paid %ld, refused %ld, balance %ld, lock %d\n", paid, refused, account->balance,
                 lock),
          "printf");
    return lock == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
