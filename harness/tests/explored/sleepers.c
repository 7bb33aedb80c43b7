/* sleepers - two processes that sleep, wait and compute, and look at the clocks: no sleep was too
 * short, and no clock goes backwards. */
#include "../live/expect.h"

#include <poll.h>
#include <sys/time.h>

static double last[3];

static void look_at(int clock, double ms)
{
    EXPECT(ms >= last[clock]);
    last[clock] = ms;
}

static void look_at_clocks(void)
{
    struct timespec spec;
    struct timeval val;
    look_at(0, now_ms());
    EXPECT(clock_gettime(CLOCK_REALTIME, &spec) == 0);
    look_at(1, (double)spec.tv_sec * 1e3 + (double)(spec.tv_nsec / 1000) / 1e3);
    EXPECT(gettimeofday(&val, NULL) == 0);
    look_at(1, (double)val.tv_sec * 1e3 + (double)val.tv_usec / 1e3);
    look_at(2, (double)time(NULL));
}

static void sleep_and_look(int ms)
{
    double begin = now_ms();
    EXPECT(usleep((useconds_t)ms * 1000) == 0);
    look_at_clocks();
    EXPECT(now_ms() - begin >= ms);
    EXPECT(poll(NULL, 0, ms) == 0);
    look_at_clocks();
    EXPECT(now_ms() - begin >= 2 * ms);
}

int main(void)
{
    look_at_clocks();
    pid_t child = start();
    for (int i = 1; i <= 3; i++)
        sleep_and_look(i * (child == 0 ? 7 : 10));
    if (child == 0)
        _exit(0);
    finish(child);
    look_at_clocks();
    return 0;
}
