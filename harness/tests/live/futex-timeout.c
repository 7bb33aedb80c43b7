/* Waits for a futex that nobody wakes: FUTEX_WAIT with a duration, then FUTEX_WAIT_BITSET with a
 * date. Woken when the time is over. */
#include "expect.h"

#include <linux/futex.h>
#include <sys/syscall.h>

int main(void)
{
    static int word;
    const struct timespec span = {.tv_nsec = 20000000};
    struct timespec date = from_now(CLOCK_MONOTONIC, 40);
    EXPECT(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &span) == -1 && errno == ETIMEDOUT);
    EXPECT(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, &date, NULL, FUTEX_BITSET_MATCH_ANY) ==
               -1 &&
           errno == ETIMEDOUT);
    return 0;
}
