/* virtual_sockets.c - calls on sockets that have a time limit, SO_RCVTIMEO or SO_SNDTIMEO of
 * socket(7). See virtual_time.h.
 *
 * Whether connect(2) would wait cannot be seen from outside, so it is never held. Nor can it be
 * seen that a call would move some bytes and then wait for room, or for the rest of them
 * (MSG_WAITALL): once there is something it is begun, and what is left of its time is the kernel's
 * business. */
#include "virtual_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a call does with its socket. */
struct transfer {
    enum { NOTHING, RECEIVES, ACCEPTS, SENDS } kind;
    int flags; /* MSG_... */
};

static struct transfer transfer_of(const struct held_call *call)
{
    const uint64_t *a = call->args;
    switch (call->nr) {
    case SYS_read:
    case SYS_readv:
        return (struct transfer){.kind = RECEIVES};
    case SYS_recvfrom:
    case SYS_recvmmsg: /* its own limit is looked at between two messages only */
        return (struct transfer){.kind = RECEIVES, .flags = (int)a[3]};
    case SYS_recvmsg:
        return (struct transfer){.kind = RECEIVES, .flags = (int)a[2]};
    case SYS_accept:
    case SYS_accept4:
        return (struct transfer){.kind = ACCEPTS};
    case SYS_write:
    case SYS_writev:
        return (struct transfer){.kind = SENDS};
    case SYS_sendto:
    case SYS_sendmmsg:
        return (struct transfer){.kind = SENDS, .flags = (int)a[3]};
    case SYS_sendmsg:
        return (struct transfer){.kind = SENDS, .flags = (int)a[2]};
    default:
        return (struct transfer){.kind = NOTHING};
    }
}

static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

/* The time limit of the call on socket `fd`; 0: none, or the call does not wait. */
static int64_t limit_ns(int fd, struct transfer transfer)
{
    struct timeval limit;
    socklen_t size = sizeof(limit);
    int64_t ns;
    if (getsockopt(fd, SOL_SOCKET, transfer.kind == SENDS ? SO_SNDTIMEO : SO_RCVTIMEO, &limit,
                   &size) != 0 ||
        !ns_of_timeval(limit, &ns) || ns == 0)
        return 0;
    bool waits = (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 &&
                 socket_option(fd, SO_ACCEPTCONN) == (transfer.kind == ACCEPTS);
    return waits ? ns : 0;
}

bool virtual_look_socket(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    const struct transfer transfer = transfer_of(call);
    if (transfer.kind == NOTHING)
        return false;
    if ((transfer.flags & (MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB)) != 0)
        return true;
    int fd = view_getfd(t->view, call->world_tgid, (int)call->args[0]);
    if (fd < 0)
        return true;
    int64_t ns = limit_ns(fd, transfer);
    close(fd);
    if (ns > 0)
        timed_limit(timed, later_by(t->now_ns, ns), -EAGAIN);
    return true;
}

/* poll(2) calls a socket writable when it has room for a good deal; a little is room as well. That
 * of a datagram socket may also lack at the receiver: then it is full, though little is on its way.
 */
static bool has_room(int fd)
{
    uint32_t memory[SK_MEMINFO_VARS];
    socklen_t size = sizeof(memory);
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0)
        return true;
    const bool is_unix = socket_option(fd, SO_DOMAIN) == AF_UNIX;
    const bool is_datagram = socket_option(fd, SO_TYPE) == SOCK_DGRAM;
    const bool is_tcp = !is_unix && !is_datagram;
    const uint64_t used = memory[is_tcp ? SK_MEMINFO_WMEM_QUEUED : SK_MEMINFO_WMEM_ALLOC],
                   room = memory[SK_MEMINFO_SNDBUF];
    return used < room && !(is_unix && is_datagram && (used + 1) * 4 <= room);
}

bool virtual_socket_ready(struct virtual_time *t, const struct held_call *call)
{
    const bool sends = transfer_of(call).kind == SENDS;
    struct pollfd one = {.fd = view_getfd(t->view, call->world_tgid, (int)call->args[0]),
                         .events = sends ? POLLOUT : POLLIN};
    if (one.fd < 0)
        return true;
    bool ready = poll(&one, 1, 0) != 0 || (sends && has_room(one.fd));
    close(one.fd);
    return ready;
}
