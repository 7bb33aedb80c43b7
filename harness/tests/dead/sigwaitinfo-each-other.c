/* Two processes wait for each other's signal. */
#include "stamp.h"

int main(void)
{
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    pid_t parent = getpid(), child = start();
    stamp();
    EXPECT(sigwaitinfo(&set, NULL) == SIGUSR1);
    EXPECT(kill(child == 0 ? parent : child, SIGUSR1) == 0);
    woken();
}
