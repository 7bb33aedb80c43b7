/* A parent is held in vfork(2), in state D, for as long as its child computes.
 * Woken by the child's end. */
#include "expect.h"

int main(void)
{
    volatile unsigned long sum = 0;
    pid_t child = vfork();
    EXPECT(child != -1);
    if (child == 0) {
        for (unsigned long n = 0; n < 30000000; n++)
            sum += n;
        _exit(0);
    }
    finish(child);
    EXPECT(sum == 30000000UL * 29999999UL / 2);
    return 0;
}
