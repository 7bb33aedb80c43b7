/* The parent collects the records of several writers. Each writer has a pipe of its own; the parent
 * reads one pipe after the other, each to its end.
 *
 *     broken [WRITERS [RECORDS [DIE]]]
 *
 * A writer is killed before its record number DIE, if that is given.
 *
 * The end of a pipe is where no process holds its write end any more. The parent itself still holds
 * a copy of it: fork() gave one to the child and left the other. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WRITERS = 16, RECORD = 64 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void write_records(int fd, unsigned long records, unsigned long die)
{
    char record[RECORD] = "data";

    for (unsigned long i = 0; i < records; i++) {
        if (i == die)
            check(raise(SIGKILL), "raise");
        check(write(fd, record, sizeof record), "write");
    }
}

static unsigned long read_records(int fd)
{
    char record[RECORD];
    unsigned long records = 0;

    while (check(read(fd, record, sizeof record), "read") > 0)
        records++;
    return records;
}

/* Starts writer number `i` and puts the read end of its pipe into from[i]. */
static void start_writer(int i, int from[], unsigned long records, unsigned long die)
{
    int ends[2];

    check(pipe(ends), "pipe");
    from[i] = ends[0];
    if (check(fork(), "fork") == 0) {
        char name[16];

        check(snprintf(name, sizeof name, "writer-%d", i + 1), "snprintf");
        check(prctl(PR_SET_NAME, name), "prctl");
        for (int k = 0; k <= i; k++)
            check(close(from[k]), "close");
        write_records(ends[1], records, die);
        check(close(ends[1]), "close");
        exit(EXIT_SUCCESS);
    }
}

int main(int argc, char *argv[])
{
    int writers = argc > 1 ? atoi(argv[1]) : 2;
    unsigned long records = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
    unsigned long die = argc > 3 ? strtoul(argv[3], NULL, 10) : ULONG_MAX;
    unsigned long received = 0;
    int from[MAX_WRITERS];

    if (writers < 0 || writers > MAX_WRITERS)
        errx(EXIT_FAILURE, "at most %d writers", MAX_WRITERS);
    check(prctl(PR_SET_NAME, "parent"), "prctl");
    for (int i = 0; i < writers; i++)
        start_writer(i, from, records, die);
    for (int i = 0; i < writers; i++) {
        received += read_records(from[i]);
        check(close(from[i]), "close");
    }
    for (int i = 0; i < writers; i++)
        check(wait(NULL), "wait");
    check(printf("received %lu records\n", received), "printf");
    return EXIT_SUCCESS;
}
