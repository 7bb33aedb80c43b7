/* Two processes, each on a CPU of its own, pass a byte to and fro. After one has written and gone
 * to sleep the other may still sleep too, as far as can be seen: the wake-up is on its way from CPU
 * to CPU. Woken when it arrives. */
#include "expect.h"

#include <sched.h>

/* Stays on the `which`th of the CPUs that there are. */
static void settle(size_t which)
{
    cpu_set_t all, one;
    EXPECT(sched_getaffinity(0, sizeof all, &all) == 0);
    size_t cpu = 0, left = which % (size_t)CPU_COUNT(&all);
    while (!CPU_ISSET(cpu, &all) || left-- > 0)
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    EXPECT(sched_setaffinity(0, sizeof one, &one) == 0);
}

int main(void)
{
    int there[2], back[2];
    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    pid_t child = start();
    if (child == 0) {
        settle(1);
        for (int i = 0; i < 400; i++)
            put(back[1], get(there[0]));
        _exit(0);
    }
    settle(0);
    for (int i = 0; i < 400; i++) {
        put(there[1], 'p');
        EXPECT(get(back[0]) == 'p');
    }
    finish(child);
    return 0;
}
