/* A clerk sells numbered tickets. He has the counter, and he alone, as long as he has the lock of
 * the file with the last number. In every round a colleague comes by and would serve as well, if
 * the counter were free; then the clerk sells his tickets.
 *
 *     wrong-load-first [ROUNDS [TICKETS]]
 *
 * broken.c, but the clerk takes the lock when he has read the number: it was the close in load()
 * that gave the lock back. So does the close in save(), a little later. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static long load(void)
{
    FILE *file = fopen("tickets", "r");
    long number;

    if (file == NULL || fscanf(file, "%ld", &number) != 1)
        err(EXIT_FAILURE, "cannot read tickets");
    check(fclose(file), "fclose");
    return number;
}

static void save(long number)
{
    FILE *file = fopen("tickets", "w");

    if (file == NULL || fprintf(file, "%ld\n", number) < 0)
        err(EXIT_FAILURE, "cannot write tickets");
    check(fclose(file), "fclose");
}

/* Takes the counter, unless somebody else has it. */
static bool take(int counter)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (fcntl(counter, F_SETLK, &whole) == 0)
        return true;
    if (errno != EAGAIN && errno != EACCES)
        err(EXIT_FAILURE, "fcntl");
    return false;
}

static long sell(long last, long tickets)
{
    while (tickets-- > 0)
        save(++last);
    return last;
}

/* A colleague comes by. Returns whether he has served. */
static bool colleague(int clerks_counter, long tickets)
{
    enum { SENT_AWAY = 0, SERVED = 2 };
    int status;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "colleague"), "prctl");
        check(close(clerks_counter), "close");
        int counter = check(open("tickets", O_RDWR), "open");
        bool mine = take(counter);
        if (mine)
            sell(load(), tickets);
        check(close(counter), "close");
        exit(mine ? SERVED : SENT_AWAY);
    }
    check(wait(&status), "wait");
    if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_FAILURE)
        errx(EXIT_FAILURE, "the colleague failed");
    return WEXITSTATUS(status) == SERVED;
}

int main(int argc, char *argv[])
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    long tickets = argc > 2 ? strtol(argv[2], NULL, 10) : 20;
    long sold = 0;

    check(prctl(PR_SET_NAME, "clerk"), "prctl");
    save(0);
    int counter = check(open("tickets", O_RDWR), "open");
    long last = load();
    if (!take(counter))
        errx(EXIT_FAILURE, "somebody is at the counter");

    for (long round = 0; round < rounds; round++) {
        if (colleague(counter, tickets))
            sold += tickets;
        last = sell(last, tickets);
        sold += tickets;
    }
    check(close(counter), "close");
    check(unlink("tickets"), "unlink");
    check(printf("%ld tickets sold, the last has the number %ld\n", sold, last), "printf");
    return sold == last ? EXIT_SUCCESS : EXIT_FAILURE;
}
