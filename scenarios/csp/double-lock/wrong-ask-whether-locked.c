/* broken.c, in which balance() and pay() lock only if the mutex is not locked yet.
 *
 *     wrong-ask-whether-locked [TELLERS]
 *
 * A flag says whether it is. It does not say by whom: with two tellers, the second finds it locked,
 * by the first, and goes in beside it. Compare with fixed.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

enum { AMOUNT = 100 };

struct account {
    struct mutex *mutex;
    bool is_locked;
    struct chan *done; /* one item for each teller that has gone home */
    long money, paid;
};

/* The journal is written to a slow disk: others run meanwhile. */
static void write_journal(void)
{
    yield();
}

/* Returns whether it has locked it, so that the caller must unlock. */
static bool lock_if_needed(struct account *account)
{
    if (account->is_locked)
        return false;
    mutex_lock(account->mutex);
    account->is_locked = true;
    return true;
}

static void unlock(struct account *account)
{
    account->is_locked = false;
    mutex_unlock(account->mutex);
}

static long balance(struct account *account)
{
    bool locked = lock_if_needed(account);
    long money = account->money;

    if (locked)
        unlock(account);
    return money;
}

static void pay(struct account *account)
{
    bool locked = lock_if_needed(account);

    if (balance(account) >= AMOUNT) {
        write_journal();
        account->money -= AMOUNT;
        account->paid += AMOUNT;
    }
    if (locked)
        unlock(account);
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
