/* A process reads from a pipe of which it holds a write end itself, so that it seems to wait for
 * nobody else. But two others hand another write end to and fro through a unix socket, and whoever
 * looks at one of them finds it, as often as not, in the hands of the other. Woken by one of them
 * in the end. */
#include "pass_fd.h"

enum { ROUNDS = 3000 };

static void hand_over(int socket, int end)
{
    send_fd(socket, end);
    EXPECT(close(end) == 0);
}

int main(void)
{
    int ends[2], pair[2];
    EXPECT(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    pid_t one = start();
    if (one == 0) {
        for (int round = 0; round < ROUNDS; round++) {
            hand_over(pair[0], ends[1]);
            ends[1] = receive_fd(pair[0]);
        }
        put(ends[1], 'e');
        _exit(0);
    }
    pid_t other = start();
    if (other == 0) {
        EXPECT(close(ends[1]) == 0);
        for (int round = 0; round < ROUNDS; round++)
            hand_over(pair[1], receive_fd(pair[1]));
        _exit(0);
    }
    EXPECT(get(ends[0]) == 'e');
    finish(one);
    finish(other);
    return 0;
}
