/* Selects on a pipe that it alone has open, by select(2) and by pselect(2).
 * Woken each time when the call's own time limit is over. */
#include "expect.h"

#include <sys/select.h>

int main(void)
{
    int ends[2];
    fd_set readable;
    EXPECT(pipe(ends) == 0);
    struct timeval limit = {.tv_usec = 20000};
    const struct timespec same = {.tv_nsec = 20000000};
    double begin = now_ms();
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    EXPECT(select(ends[0] + 1, &readable, NULL, NULL, &limit) == 0);
    FD_SET(ends[0], &readable);
    EXPECT(pselect(ends[0] + 1, &readable, NULL, NULL, &same, NULL) == 0);
    EXPECT(now_ms() - begin >= 40);
    return 0;
}
