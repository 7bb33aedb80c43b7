/* signals - one child sends a signal, another a byte. Signals are let in by sigsuspend(2), which
 * none can slip past; the read(2) that one may interrupt is begun anew; and each SIGCHLD takes all
 * children that have ended. */
#include "../live/expect.h"

enum { CHILDREN = 2 };

static volatile sig_atomic_t reaped;

static void reap(int signal)
{
    int before = errno;
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
    errno = before;
}

int main(void)
{
    int ends[2];
    char byte;
    catch_signal(SIGUSR1, count_signal);
    catch_signal(SIGCHLD, reap);
    sigset_t children = block_signal(SIGUSR1), open = block_signal(SIGCHLD);
    EXPECT(sigdelset(&open, SIGUSR1) == 0 && pipe(ends) == 0);
    if (start() == 0) {
        EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    if (start() == 0) {
        put(ends[1], 'x');
        _exit(0);
    }
    while (signals_caught == 0)
        sigsuspend(&open);
    EXPECT(sigprocmask(SIG_SETMASK, &open, NULL) == 0);
    while (read(ends[0], &byte, 1) != 1)
        EXPECT(errno == EINTR);
    EXPECT(sigprocmask(SIG_SETMASK, &children, NULL) == 0);
    block_signal(SIGCHLD);
    while (reaped < CHILDREN)
        sigsuspend(&open);
    puts("signal and byte have come, and both children are reaped");
    return 0;
}
