/* Waits in sigsuspend() for the signal by which its child reports, but the handler has already run:
 * the signal was let through before the wait. */
#include "stamp.h"

int main(void)
{
    catch_signal(SIGUSR1, count_signal);
    pid_t parent = getpid(), child = start();
    if (child == 0) {
        EXPECT(kill(parent, SIGUSR1) == 0);
        _exit(0);
    }
    int status;
    while (waitpid(child, &status, 0) == -1)
        EXPECT(errno == EINTR);
    EXPECT(signals_caught == 1);
    sigset_t none;
    EXPECT(sigemptyset(&none) == 0);
    stamp();
    sigsuspend(&none);
    woken();
}
