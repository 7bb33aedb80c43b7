/* Polls a pipe that it alone has open: by poll(2), by ppoll(2), and by poll(2) on no descriptor.
 * Woken each time when the call's own time limit is over. */
#include "expect.h"

#include <poll.h>

int main(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    struct pollfd set = {.fd = ends[0], .events = POLLIN};
    const struct timespec limit = {.tv_nsec = 15000000};
    double begin = now_ms();
    EXPECT(poll(&set, 1, 15) == 0);
    EXPECT(ppoll(&set, 1, &limit, NULL) == 0);
    EXPECT(poll(NULL, 0, 15) == 0);
    EXPECT(now_ms() - begin >= 45);
    return 0;
}
