/* A teller pays deposits into an account and sends a receipt for each to the auditor, main, who
 * then looks into the account.
 *
 *     fixed [DEPOSITS]
 *
 * The teller keeps the account locked for the deposit alone, and sends the receipt when he holds
 * nothing that the auditor could be waiting for. Compare with broken.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

struct bank {
    struct mutex *account;
    long balance; /* guarded by account */
    struct chan *receipts;
    long deposits;
};

/* The teller: pays in 1, 2, ... and closes the channel. */
static void pay_in(void *argument)
{
    struct bank *bank = argument;

    for (long amount = 1; amount <= bank->deposits; amount++) {
        mutex_lock(bank->account);
        bank->balance += amount;
        mutex_unlock(bank->account);
        chan_send(bank->receipts, &amount);
    }
    chan_close(bank->receipts);
}

static long look_up_balance(struct bank *bank)
{
    long balance;

    mutex_lock(bank->account);
    balance = bank->balance;
    mutex_unlock(bank->account);
    return balance;
}

int main(int argc, char *argv[])
{
    struct bank bank = {
        .account = mutex_make("account"),
        .receipts = chan_make("receipts", sizeof(long), 0),
        .deposits = argc > 1 ? strtol(argv[1], NULL, 10) : 10,
    };
    long amount, audited = 0, balance = 0;

    go("teller", pay_in, &bank);
    while (chan_receive(bank.receipts, &amount)) {
        audited++;
        balance = look_up_balance(&bank);
    }
    chan_free(bank.receipts);
    mutex_free(bank.account);

    if (printf("audited %ld of %ld deposits, balance %ld\n", audited, bank.deposits, balance) < 0)
        err(EXIT_FAILURE, "printf");
    return audited == bank.deposits ? EXIT_SUCCESS : EXIT_FAILURE;
}
