/* A manager runs a service several times. A service that finds another one running is refused. Each
 * tells the manager that it has begun, and works until it is allowed to end, or is killed.
 *
 *     wrong-pid-check [work | kill]...
 *
 * broken.c, but the file tells whose it is: if that process is gone, the next one removes the file
 * and makes its own. In between another one may have done the same. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGUN = 'b', REFUSED = 'r', END = 'e', GONE = 0 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* The pid in the file; 0 if there is none yet, or no file. */
static pid_t owner(void)
{
    char pid[16] = "";
    int file = open("service.lock", O_RDONLY);

    if (file != -1 && check(read(file, pid, sizeof pid - 1), "read") >= 0)
        check(close(file), "close");
    return atoi(pid);
}

/* Returns a descriptor, or -1 if somebody else has the lock. */
static int take_lock(void)
{
    int lock;

    while ((lock = open("service.lock", O_WRONLY | O_CREAT | O_EXCL, 0600)) == -1) {
        pid_t other = owner();
        if (other == 0 || kill(other, 0) == 0 || errno != ESRCH)
            return -1;
        if (unlink("service.lock") == -1 && errno != ENOENT)
            err(EXIT_FAILURE, "unlink");
    }
    check(dprintf(lock, "%d\n", getpid()), "write");
    return lock;
}

static void give_back(int lock)
{
    check(close(lock), "close");
    if (owner() != getpid())
        errx(EXIT_FAILURE, "service.lock is not mine any more");
    check(unlink("service.lock"), "unlink");
}

static void tell(int other, char word)
{
    check(write(other, &word, sizeof word), "write");
}

static char hear(int other)
{
    char word = GONE;

    check(read(other, &word, sizeof word), "read");
    return word;
}

static void serve(int manager)
{
    int lock = take_lock();

    tell(manager, lock == -1 ? REFUSED : BEGUN);
    if (lock != -1 && hear(manager) == END)
        give_back(lock);
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "work", "kill", "work", NULL};
    char **words = argc > 1 ? argv : standard;
    int runs, killed = 0, refused = 0, pair[2], status;

    check(prctl(PR_SET_NAME, "manager"), "prctl");
    for (runs = 0; words[runs + 1] != NULL; runs++) {
        check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
        pid_t service = check(fork(), "fork");
        if (service == 0) {
            check(prctl(PR_SET_NAME, "service"), "prctl");
            check(close(pair[0]), "close");
            serve(pair[1]);
            check(close(pair[1]), "close");
            exit(EXIT_SUCCESS);
        }
        check(close(pair[1]), "close");
        char answer = hear(pair[0]);
        if (answer == BEGUN && strcmp(words[runs + 1], "kill") == 0)
            check(kill(service, SIGKILL), "kill");
        else if (answer == BEGUN)
            tell(pair[0], END);
        check(waitpid(service, &status, 0), "waitpid");
        if (!WIFSIGNALED(status) && status != 0)
            errx(EXIT_FAILURE, "the service failed");
        killed += WIFSIGNALED(status);
        refused += answer == REFUSED;
        check(close(pair[0]), "close");
    }
    int done = runs - killed - refused;
    check(printf("%d done, %d killed, %d refused\n", done, killed, refused), "printf");
    return EXIT_SUCCESS;
}
