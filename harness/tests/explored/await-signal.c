/* await-signal [safely] - waits for a signal of its child: looks at a flag and then calls pause(2),
 * so that a signal between the two is lost; safely: by sigsuspend(2), so that none is. */
#include "../live/expect.h"

int main(int argc, char *argv[])
{
    bool safely = argc > 1 && strcmp(argv[1], "safely") == 0;
    sigset_t open;
    catch_signal(SIGUSR1, count_signal);
    EXPECT(sigemptyset(&open) == 0);
    if (safely)
        open = block_signal(SIGUSR1);
    pid_t child = start();
    if (child == 0) {
        EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    while (signals_caught == 0)
        safely ? sigsuspend(&open) : pause();
    finish(child);
    return 0;
}
