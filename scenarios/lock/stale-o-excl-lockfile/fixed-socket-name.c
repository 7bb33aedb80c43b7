/* A manager runs a service several times. A service that finds another one running is refused. Each
 * tells the manager that it has begun, and works until it is allowed to end, or is killed.
 *
 *     fixed-socket-name [work | kill]...
 *
 * A service runs if there is a socket of the abstract name "service". Such names are not in the
 * file system; the kernel forgets them with their sockets, and these with the service. They are the
 * same for all users and directories, so that one in use should say more. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGUN = 'b', REFUSED = 'r', END = 'e', GONE = 0 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a descriptor, or -1 if somebody else has the name. */
static int take_lock(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0service"};
    int lock = check(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");

    if (bind(lock, (struct sockaddr *)&name, sizeof name) == 0)
        return lock;
    if (errno != EADDRINUSE)
        err(EXIT_FAILURE, "bind");
    check(close(lock), "close");
    return -1;
}

static void give_back(int lock)
{
    check(close(lock), "close");
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
