/* broken.c - several workers count in one long of shared memory. Every increment has to be in the
 * journal before it is in memory, so a worker reads the counter, waits for the journal, and writes
 * the counter. What the others wrote meanwhile is overwritten: updates are lost.
 *
 * Usage: broken [WORKERS INCREMENTS]        Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns once increment number `i` is in the journal. */
static void commit(int journal, long i)
{
    if (write(journal, &i, sizeof i) != sizeof i)
        err(1, "worker: write");
    if (read(journal, &i, sizeof i) != sizeof i)
        err(1, "worker: read");
}

static void work(long *counter, long increments, int journal)
{
    for (long i = 0; i < increments; i++) {
        long value = *counter;
        commit(journal, i);
        *counter = value + 1;
    }
}

/* Group commit: takes one record of every worker, then confirms them all together. */
static void keep_journal(const int worker[], long workers)
{
    long record, pending;

    do {
        pending = 0;
        bool waits[workers];
        for (long w = 0; w < workers; w++) {
            ssize_t n = read(worker[w], &record, sizeof record);
            if (n == -1)
                err(1, "read");
            waits[w] = n == sizeof record; /* end of file: this worker has finished */
            pending += waits[w];
        }
        for (long w = 0; w < workers; w++)
            if (waits[w] && write(worker[w], &record, sizeof record) != sizeof record)
                err(1, "write");
    } while (pending > 0);
}

int main(int argc, char *argv[])
{
    long workers = argc > 1 ? atol(argv[1]) : 2;
    long total = argc > 2 ? atol(argv[2]) : 2000;

    if (workers < 1)
        errx(2, "usage: %s [WORKERS INCREMENTS]", argv[0]);
    prctl(PR_SET_NAME, "journal");
    long *counter =
        mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED)
        err(1, "mmap");

    int worker[workers];
    for (long w = 0; w < workers; w++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
            err(1, "socketpair");
        worker[w] = pair[0];
        pid_t pid = fork();
        if (pid == -1)
            err(1, "fork");
        if (pid == 0) {
            prctl(PR_SET_NAME, "worker");
            for (long other = 0; other <= w; other++)
                close(worker[other]);
            long share = total / workers;
            work(counter, w < workers - 1 ? share : total - share * w, pair[1]);
            close(pair[1]);
            _exit(0);
        }
        close(pair[1]);
    }

    keep_journal(worker, workers);
    for (long w = 0; w < workers; w++) {
        close(worker[w]);
        if (wait(NULL) == -1)
            err(1, "wait");
    }
    printf("counter %ld of %ld\n", *counter, total);
    return *counter == total ? 0 : 1;
}
