/* Tellers pay out of one account, whose mutex keeps them apart.
 *
 *     broken [TELLERS]
 *
 * Each teller pays 100, if the account holds as much, and 100 is what it holds. pay() takes the
 * mutex and asks balance(), which takes it too: and waits for the one who holds it, itself. Compare
 * with fixed.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

enum { AMOUNT = 100 };

struct account {
    struct mutex *mutex;
    struct chan *done; /* one item for each teller that has gone home */
    long money, paid;
};

/* The journal is written to a slow disk: others run meanwhile. */
static void write_journal(void)
{
    yield();
}

static long balance(struct account *account)
{
    long money;

    mutex_lock(account->mutex);
    money = account->money;
    mutex_unlock(account->mutex);
    return money;
}

static void pay(struct account *account)
{
    mutex_lock(account->mutex);
    if (balance(account) >= AMOUNT) {
        write_journal();
        account->money -= AMOUNT;
        account->paid += AMOUNT;
    }
    mutex_unlock(account->mutex);
}

static void serve(void *argument)
{
    struct account *account = argument;

    pay(account);
    chan_send(account->done, NULL);
}

int main(int argc, char *argv[])
{
    long tellers = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    struct account account = {
        .mutex = mutex_make("account"), .done = chan_make("done", 0, 0), .money = AMOUNT};
    long left;

    for (long i = 0; i < tellers; i++)
        go("teller", serve, &account);
    for (long i = 0; i < tellers; i++)
        chan_receive(account.done, NULL);
    left = balance(&account);
    mutex_free(account.mutex);
    chan_free(account.done);

    if (printf("paid %ld, %ld left\n", account.paid, left) < 0)
        err(EXIT_FAILURE, "printf");
    return left < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
