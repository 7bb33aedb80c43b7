/* Clerks sell tickets: each takes the lock, reads the number of the last ticket from a file, writes
 * it one higher, and gives the lock back.
 *
 *     fixed-recheck [CLERKS]
 *
 * The lock file is removed by its owner, as in broken.c; but whoever gets the lock checks whether
 * its file still has the name, and otherwise begins again with the file that now has it. An inode
 * that is open is not used again for another file, so that the comparison cannot err. Compare with
 * fixed.c, which is simpler. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Is the open file the one that has the name? */
static bool has_name(int fd, const char *name)
{
    struct stat open_file, named;

    check(fstat(fd, &open_file), "fstat");
    if (stat(name, &named) == -1) {
        if (errno != ENOENT)
            err(EXIT_FAILURE, "stat");
        return false;
    }
    return open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

static int take_lock(void)
{
    for (;;) {
        int lock = check(open("lock", O_RDWR | O_CREAT, 0600), "open");
        check(flock(lock, LOCK_EX), "flock");
        if (has_name(lock, "lock"))
            return lock;
        check(close(lock), "close");
    }
}

static void give_back(int lock)
{
    check(unlink("lock"), "unlink");
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
