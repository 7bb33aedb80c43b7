/* Polls both ends of its own pipe with no events: only a hangup or an error could end that, and
 * nobody else has an end that could be closed. */
#include "stamp.h"

#include <poll.h>

int main(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    struct pollfd set[] = {{.fd = ends[0]}, {.fd = ends[1]}};
    stamp();
    poll(set, 2, -1);
    woken();
}
