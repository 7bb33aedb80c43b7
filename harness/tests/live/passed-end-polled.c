/* Polls a pipe whose other end is in the queue of a unix socket that nobody has open any more: the
 * socket lies in its own queue too. It asks for no event, for one that cannot come at this end, or
 * through a set within a set. Woken by the kernel's garbage collector, a worker that finds such
 * sockets and throws their queues away; then the pipe has lost its other end. */
#include "pass_fd.h"

#include <poll.h>
#include <sys/epoll.h>

/* Makes a pipe, keeps end number `kept` and hides the other. */
static int pipe_with_hidden_end(int kept)
{
    int ends[2], pair[2];
    EXPECT(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    send_fd(pair[0], ends[!kept]);
    send_fd(pair[0], pair[1]);
    EXPECT(close(ends[!kept]) == 0 && close(pair[1]) == 0 && close(pair[0]) == 0);
    return ends[kept];
}

static void await_end(int kept, short events)
{
    struct pollfd set = {.fd = pipe_with_hidden_end(kept), .events = events};
    EXPECT(poll(&set, 1, -1) == 1 && (set.revents & (POLLHUP | POLLERR)) != 0);
    EXPECT(close(set.fd) == 0);
}

static void await_end_in_nested_set(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int inner = epoll_create1(0), outer = epoll_create1(0), end = pipe_with_hidden_end(0);
    EXPECT(inner != -1 && epoll_ctl(inner, EPOLL_CTL_ADD, end, &event) == 0);
    EXPECT(outer != -1 && epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event) == 0);
    EXPECT(epoll_wait(outer, &event, 1, -1) == 1);
    EXPECT(close(end) == 0 && close(inner) == 0 && close(outer) == 0);
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        await_end(0, 0);
        await_end(1, POLLIN);
        await_end_in_nested_set();
    }
    return 0;
}
