/* Polls without a time limit two pipes that it alone has open. */
#include "stamp.h"

#include <poll.h>

int main(void)
{
    int one[2], two[2];
    EXPECT(pipe(one) == 0 && pipe(two) == 0);
    struct pollfd set[2] = {{.fd = one[0], .events = POLLIN}, {.fd = two[0], .events = POLLIN}};
    stamp();
    poll(set, 2, -1);
    woken();
}
