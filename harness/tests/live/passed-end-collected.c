/* Reads from a pipe whose only write end is in the queue of a unix socket that nobody has open any
 * more: the socket lies in its own queue too. Woken by the kernel's garbage collector, a worker
 * that finds such sockets and throws their queues away; then the pipe is at its end. */
#include "pass_fd.h"

int main(void)
{
    for (int i = 0; i < 20; i++) {
        int ends[2], pair[2];
        char byte;
        EXPECT(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        send_fd(pair[0], ends[1]);
        send_fd(pair[0], pair[1]);
        EXPECT(close(ends[1]) == 0 && close(pair[1]) == 0 && close(pair[0]) == 0);
        EXPECT(read(ends[0], &byte, 1) == 0);
        EXPECT(close(ends[0]) == 0);
    }
    return 0;
}
