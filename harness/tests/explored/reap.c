/* reap [all] - a handler of SIGCHLD waits for one of two children each time; all: for as many as
 * have ended, for two signals of the same number become one. */
#include "../live/expect.h"

enum { CHILDREN = 2 };

static bool all;
static volatile sig_atomic_t reaped;

static void reap(int signal)
{
    int before = errno;
    (void)signal;
    do {
        if (waitpid(-1, NULL, WNOHANG) <= 0)
            break;
        reaped++;
    } while (all);
    errno = before;
}

int main(int argc, char *argv[])
{
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    catch_signal(SIGCHLD, reap);
    sigset_t open = block_signal(SIGCHLD);
    for (int i = 0; i < CHILDREN; i++)
        if (start() == 0)
            _exit(0);
    while (reaped < CHILDREN)
        sigsuspend(&open);
    return 0;
}
