/* A mailer hands mails over to a carrier, and keeps account of them: each is either queued or sent.
 * On SIGUSR1 it takes stock, which is to say how many there are in all.
 *
 *     fixed [MAILS [MESSAGE]]
 *
 * There are two messages for each mail; before it answers number MESSAGE, the carrier sends the
 * signal. The handler does nothing but note that stock is to be taken; the main loop takes it, when
 * the mail at hand is done. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock;
    long queued, sent;
} account = {.lock = PTHREAD_MUTEX_INITIALIZER};

static volatile sig_atomic_t stock = -1, stock_wanted;

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* For calls that return an error number. */
static void need(int error, const char *call)
{
    if (error != 0)
        errx(EXIT_FAILURE, "%s: %s", call, strerror(error));
}

static void take_stock(void)
{
    need(pthread_mutex_lock(&account.lock), "pthread_mutex_lock");
    stock = (sig_atomic_t)(account.queued + account.sent);
    need(pthread_mutex_unlock(&account.lock), "pthread_mutex_unlock");
}

static void handle_signal(int signo)
{
    (void)signo;
    stock_wanted = 1;
}

static void tell(int carrier, char message)
{
    check(write(carrier, &message, 1), "write");
    if (check(read(carrier, &message, 1), "read") == 0)
        errx(EXIT_FAILURE, "the carrier has gone");
}

static void send_mail(int carrier)
{
    need(pthread_mutex_lock(&account.lock), "pthread_mutex_lock");
    tell(carrier, 'F'); /* from */
    account.queued--;
    tell(carrier, 'T'); /* to, and the text: now the carrier has it */
    account.sent++;
    need(pthread_mutex_unlock(&account.lock), "pthread_mutex_unlock");
}

static void carry(int mailer, long number)
{
    char message;

    for (long n = 1; check(read(mailer, &message, 1), "read") > 0; n++) {
        if (n == number)
            check(kill(getppid(), SIGUSR1), "kill");
        check(write(mailer, &message, 1), "write");
    }
}

int main(int argc, char *argv[])
{
    long number = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    struct sigaction action = {.sa_handler = handle_signal, .sa_flags = SA_RESTART};
    int ends[2];

    check(prctl(PR_SET_NAME, "mailer"), "prctl");
    check(sigaction(SIGUSR1, &action, NULL), "sigaction");
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "carrier"), "prctl");
        check(close(ends[0]), "close");
        carry(ends[1], number);
        check(close(ends[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(close(ends[1]), "close");
    account.queued = argc > 1 ? strtol(argv[1], NULL, 10) : 2;
    while (account.queued > 0) {
        send_mail(ends[0]);
        if (stock_wanted) {
            stock_wanted = 0;
            take_stock();
        }
    }
    check(close(ends[0]), "close");
    check(wait(NULL), "wait");
    check(printf("sent %ld mails, took stock of %d\n", account.sent, (int)stock), "printf");
    return EXIT_SUCCESS;
}
