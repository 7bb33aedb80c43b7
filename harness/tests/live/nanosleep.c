/* Only sleeps, three times: nanosleep(2), clock_nanosleep(2) to a date, and again in a child that
 * its parent waits for. Woken when the time has come. */
#include "expect.h"

int main(void)
{
    const struct timespec span = {.tv_nsec = 15000000};
    double begin = now_ms();
    EXPECT(nanosleep(&span, NULL) == 0);
    EXPECT(now_ms() - begin >= 15);
    struct timespec at = from_now(CLOCK_REALTIME, 15);
    EXPECT(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(usleep(15000) == 0);
        _exit(0);
    }
    finish(child);
    return 0;
}
