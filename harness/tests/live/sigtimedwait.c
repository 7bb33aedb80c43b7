/* Waits for a signal that nobody sends.
 * Woken by the duration given to sigtimedwait(2). */
#include "expect.h"

int main(void)
{
    sigset_t set = only(SIGUSR1);
    const struct timespec limit = {.tv_nsec = 30000000};
    block_signal(SIGUSR1);
    EXPECT(sigtimedwait(&set, NULL, &limit) == -1 && errno == EAGAIN);
    return 0;
}
