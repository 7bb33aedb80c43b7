/* link.c - messages between the harness and a world's init. See link.h. */
#include "link.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

union fd_control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(LINK_FDS * sizeof(int))];
};

int link_send(int link, const struct link_message *message)
{
    struct iovec iov = {.iov_base = (void *)message, .iov_len = sizeof(*message)};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
    union fd_control control;

    if (message->n_fds > 0) {
        size_t bytes = (size_t)message->n_fds * sizeof(int);
        memset(&control, 0, sizeof(control));
        header.msg_control = &control;
        header.msg_controllen = CMSG_SPACE(bytes);
        struct cmsghdr *part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(part), message->fds, bytes);
    }
    ssize_t n;
    do
        n = sendmsg(link, &header, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -1 : 0;
}

int link_receive(int link, struct link_message *message)
{
    struct iovec iov = {.iov_base = message, .iov_len = sizeof(*message)};
    union fd_control control;
    struct msghdr header = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof(control)};
    ssize_t n;
    do
        n = recvmsg(link, &header, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n < 0 ? -1 : 1;

    message->n_fds = 0;
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
        size_t bytes = part->cmsg_len - CMSG_LEN(0);
        memcpy(message->fds, CMSG_DATA(part), bytes);
        message->n_fds = (int)(bytes / sizeof(int));
    }
    return 0;
}

bool link_await(int link, int wait_ms)
{
    static const double AWAKE_MS = 0.3;
    struct pollfd ready = {.fd = link, .events = POLLIN};
    double until_ms = clock_now_ms() + (wait_ms >= 0 && wait_ms < AWAKE_MS ? wait_ms : AWAKE_MS);
    while (poll(&ready, 1, 0) == 0 && clock_now_ms() < until_ms)
        continue;
    return ready.revents != 0 || poll(&ready, 1, wait_ms) == 1;
}
