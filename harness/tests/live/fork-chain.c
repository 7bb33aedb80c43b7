/* Each process forks the next and waits for it, 150 deep: whoever lists the processes finds only
 * waiters, and misses the one that was made after it looked. Woken from the far end. */
#include "expect.h"

int main(void)
{
    for (int depth = 0; depth < 150; depth++) {
        pid_t child = start();
        if (child != 0) {
            finish(child);
            _exit(0);
        }
    }
    _exit(0);
}
