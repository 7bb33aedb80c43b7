/* Clerks sell tickets: each takes the lock, reads the number of the last ticket from a file, writes
 * it one higher, and gives the lock back.
 *
 *     broken [CLERKS]
 *
 * The lock is flock(2) on a file that is removed when the lock is given back, to leave nothing
 * behind. A clerk who has opened it and waits then gets the lock of a file without a name, while
 * the next one makes and locks a new file: both own "the" lock. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static int take_lock(void)
{
    int lock = check(open("lock", O_RDWR | O_CREAT, 0600), "open");

    check(flock(lock, LOCK_EX), "flock");
    return lock;
}

static void give_back(int lock)
{
    if (unlink("lock") == -1 && errno != ENOENT)
        err(EXIT_FAILURE, "unlink");
    check(close(lock), "close");
}

static long read_number(int tickets)
{
    long number;

    if (check(pread(tickets, &number, sizeof number, 0), "pread") != sizeof number)
        errx(EXIT_FAILURE, "pread: the file is too short");
    return number;
}

static void write_number(int tickets, long number)
{
    if (check(pwrite(tickets, &number, sizeof number, 0), "pwrite") != sizeof number)
        errx(EXIT_FAILURE, "pwrite: no room");
}

static void sell(int tickets)
{
    int lock = take_lock();

    write_number(tickets, read_number(tickets) + 1);
    give_back(lock);
}

int main(int argc, char *argv[])
{
    long clerks = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    int status;

    check(prctl(PR_SET_NAME, "office"), "prctl");
    int tickets = check(open("tickets", O_RDWR | O_CREAT | O_EXCL, 0600), "open");
    write_number(tickets, 0);

    for (long i = 0; i < clerks; i++)
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "clerk"), "prctl");
            sell(tickets);
            check(close(tickets), "close");
            exit(EXIT_SUCCESS);
        }
    for (long i = 0; i < clerks; i++) {
        check(wait(&status), "wait");
        if (status != 0)
            errx(EXIT_FAILURE, "a clerk failed");
    }

    long number = read_number(tickets);
    check(close(tickets), "close");
    check(unlink("tickets"), "unlink");
    check(printf("%ld clerks sold %ld tickets\n", clerks, number), "printf");
    return number == clerks ? EXIT_SUCCESS : EXIT_FAILURE;
}
