/* fixed.c - tellers pay out of one account in shared memory, guarded by a semaphore. Between
 * sem_wait and sem_post there is no way out: a request that has to be refused takes the same way to
 * the end.
 *
 * Usage: fixed [BALANCE AMOUNT...]          Compare with broken.c. */
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

static bool pay(struct account *account, long amount)
{
    if (amount <= 0)
        return false;
    if (sem_wait(&account->lock) == -1)
        err(1, "sem_wait");
    bool allowed = amount <= account->balance && account->paid_today + amount <= DAY_LIMIT;
    if (allowed) {
        account->balance -= amount;
        account->paid_today += amount;
    }
    if (sem_post(&account->lock) == -1)
        err(1, "sem_post");
    return allowed;
}

/* Pays until there are no more requests. */
static void serve(struct account *account, int bank)
{
    long amount;
    ssize_t n;

    while ((n = read(bank, &amount, sizeof amount)) == sizeof amount) {
        bool paid = pay(account, amount);
        if (write(bank, &paid, sizeof paid) != sizeof paid)
            err(1, "teller: write");
    }
    if (n == -1)
        err(1, "teller: read");
}

static bool request(int teller, long amount)
{
    bool paid;

    if (write(teller, &amount, sizeof amount) != sizeof amount)
        err(1, "write");
    if (read(teller, &paid, sizeof paid) != sizeof paid)
        err(1, "read");
    return paid;
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "100", "60", "80", "30", NULL};
    char **words = argc > 1 ? argv : standard;
    long paid = 0, refused = 0;

    prctl(PR_SET_NAME, "bank");
    struct account *account =
        mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (account == MAP_FAILED)
        err(1, "mmap");
    if (sem_init(&account->lock, 1, 1) == -1)
        err(1, "sem_init");
    account->balance = atol(words[1]);

    int teller[TELLERS];
    for (int t = 0; t < TELLERS; t++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
            err(1, "socketpair");
        teller[t] = pair[0];
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, "teller");
            for (int other = 0; other <= t; other++)
                close(teller[other]);
            serve(account, pair[1]);
            close(pair[1]);
            _exit(0);
        }
        close(pair[1]);
    }

    for (int i = 0; words[2 + i] != NULL; i++) {
        if (request(teller[i % TELLERS], atol(words[2 + i])))
            paid++;
        else
            refused++;
    }
    for (int t = 0; t < TELLERS; t++) {
        close(teller[t]);
        if (wait(NULL) == -1)
            err(1, "wait");
    }
    int lock;
    if (sem_getvalue(&account->lock, &lock) == -1)
        err(1, "sem_getvalue");
    printf("paid %ld, refused %ld, balance %ld, lock %d\n", paid, refused, account->balance, lock);
    return lock == 1 ? 0 : 1;
}
