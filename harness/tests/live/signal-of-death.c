/* Waits in sigsuspend() for a signal that no process ever sends.
 * Woken by the kernel, which sends SIGCHLD for a child that slept and ended. */
#include "expect.h"

int main(void)
{
    sigset_t open = block_signal(SIGCHLD);
    catch_signal(SIGCHLD, count_signal);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        _exit(0);
    }
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    finish(child);
    return 0;
}
