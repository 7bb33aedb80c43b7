/* Two processes wait for each other's signal in sigwaitinfo(), over and over.
 * Woken by kill(2). */
#include "expect.h"

static void play(pid_t other, bool first)
{
    sigset_t set = only(SIGUSR1);
    for (int i = 0; i < 1000; i++) {
        if (first)
            EXPECT(kill(other, SIGUSR1) == 0);
        EXPECT(sigwaitinfo(&set, NULL) == SIGUSR1);
        if (!first)
            EXPECT(kill(other, SIGUSR1) == 0);
    }
}

int main(void)
{
    block_signal(SIGUSR1);
    pid_t parent = getpid(), child = start();
    if (child == 0) {
        play(parent, false);
        _exit(0);
    }
    play(child, true);
    finish(child);
    return 0;
}
