/* Splices from a socket into a pipe, holds both ends of both, and nobody sends anything.
 * Woken by the socket's own time limit, SO_RCVTIMEO. */
#include "expect.h"

#include <sys/socket.h>
#include <sys/time.h>

int main(void)
{
    const struct timeval limit = {.tv_usec = 30000};
    int pair[2], ends[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(ends) == 0);
    EXPECT(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    EXPECT(splice(pair[0], NULL, ends[1], NULL, 1, 0) == -1 && errno == EAGAIN);
    return 0;
}
