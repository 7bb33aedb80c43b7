/* A generator sends its consumers the numbers 1, 2, 3... A consumer takes as many as it wants, and
 * leaves.
 *
 *     fixed [WANTED...]
 *
 * EPIPE is how the generator learns that a consumer has had enough. When all have, its work is
 * done. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_CONSUMERS = 16, RECORD = 1024 };

static const unsigned long LAST = 1000000000000; /* days of work */

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns false if the consumer has left. */
static bool send_number(int fd, unsigned long number)
{
    char record[RECORD] = {0};
    ssize_t n;

    check(snprintf(record, sizeof record, "%lu", number), "snprintf");
    n = write(fd, record, sizeof record);
    if (n == -1 && errno == EPIPE)
        return false;
    check(n, "write");
    return true;
}

/* Sends the numbers from 1 to LAST to all consumers, as long as there is one that has not left. */
static void generate(const int to[], int consumers)
{
    bool gone[MAX_CONSUMERS] = {false};
    int left = 0;

    for (unsigned long number = 1; number <= LAST && left < consumers; number++) {
        for (int i = 0; i < consumers; i++) {
            if (!gone[i] && !send_number(to[i], number)) {
                gone[i] = true;
                left++;
            }
        }
    }
}

/* Starts consumer number `i`, and puts the write end of its pipe into to[i]. */
static void start_consumer(int i, int to[], unsigned long wanted)
{
    int ends[2];

    check(pipe(ends), "pipe");
    to[i] = ends[1];
    if (check(fork(), "fork") == 0) {
        char record[RECORD];
        unsigned long got = 0;

        check(prctl(PR_SET_NAME, "consumer"), "prctl");
        for (int k = 0; k <= i; k++)
            check(close(to[k]), "close");
        while (got < wanted && check(read(ends[0], record, sizeof record), "read") > 0)
            got++;
        check(close(ends[0]), "close");
        exit(got == wanted ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    check(close(ends[0]), "close");
}

int main(int argc, char *argv[])
{
    int consumers = argc > 1 ? argc - 1 : 1, served = 0, status;
    int to[MAX_CONSUMERS];

    if (consumers > MAX_CONSUMERS)
        errx(EXIT_FAILURE, "at most %d consumers", MAX_CONSUMERS);
    check(prctl(PR_SET_NAME, "generator"), "prctl");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        err(EXIT_FAILURE, "signal");
    for (int i = 0; i < consumers; i++)
        start_consumer(i, to, argc > 1 ? strtoul(argv[i + 1], NULL, 10) : 10);
    generate(to, consumers);
    for (int i = 0; i < consumers; i++)
        check(close(to[i]), "close");
    for (int i = 0; i < consumers; i++) {
        check(wait(&status), "wait");
        served += status == 0;
    }
    check(printf("%d of %d consumers got all they wanted\n", served, consumers), "printf");
    return served == consumers ? EXIT_SUCCESS : EXIT_FAILURE;
}
