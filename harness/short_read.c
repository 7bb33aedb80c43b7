/* short_read.c - reads of one byte where more are there. See short_read.h.
 *
 * A duplicate of the descriptor is the same open file description: what is read from it is gone for
 * the program as well. */
#include "short_read.h"

#include "virtual_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Where the call's bytes are to go. False: it is none that could be short. */
static bool find_buffer(const struct held_call *call, struct iovec *buffer)
{
    const uint64_t *a = call->args;
    const unsigned harmless = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC;
    switch (call->nr) {
    case SYS_recvfrom:
        if (((unsigned)a[3] & ~harmless) != 0 || a[4] != 0)
            return false;
        break;
    case SYS_read:
        break;
    case SYS_readv:
        return (int)a[2] == 1 && held_read(call, a[1], buffer, sizeof(*buffer));
    default:
        return false;
    }
    *buffer = (struct iovec){.iov_base = (void *)(uintptr_t)a[1], .iov_len = a[2]};
    return true;
}

/* In packet mode, see O_DIRECT of pipe(2), a short read loses the rest of a packet. The reader's
 * end does not tell, but the bytes themselves do: a copy of two of them is tried. */
static bool keeps_rest(int pipe)
{
    int copy[2], rest = 0;
    char byte;
    if (pipe2(copy, O_CLOEXEC) != 0)
        return false;
    bool copied = tee(pipe, copy[1], 2, SPLICE_F_NONBLOCK) == 2 && read(copy[0], &byte, 1) == 1 &&
                  ioctl(copy[0], FIONREAD, &rest) == 0;
    close(copy[0]);
    close(copy[1]);
    return copied && rest == 1;
}

/* Whether nothing is lost if less is read from `fd` than is there. */
static bool is_stream(int fd)
{
    struct stat status;
    int type;
    socklen_t size = sizeof(type);
    if (fstat(fd, &status) != 0)
        return false;
    if (S_ISFIFO(status.st_mode))
        return keeps_rest(fd);
    return S_ISSOCK(status.st_mode) && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_STREAM;
}

bool short_read_possible(struct view *v, const struct held_call *call)
{
    struct iovec buffer;
    int there;
    if (!find_buffer(call, &buffer) || buffer.iov_len <= 1)
        return false;
    int fd = view_getfd(v, call->world_tgid, (int)call->args[0]);
    if (fd < 0)
        return false;
    bool possible = ioctl(fd, FIONREAD, &there) == 0 && there > 1 && is_stream(fd);
    close(fd);
    return possible;
}

/* An empty pipe does not tell whether it is in packet mode: to be put off loses nothing. */
bool short_read_would_wait(struct view *v, const struct held_call *call)
{
    struct iovec buffer;
    struct stat status;
    if (!find_buffer(call, &buffer) || buffer.iov_len <= 1)
        return false;
    int fd = view_getfd(v, call->world_tgid, (int)call->args[0]);
    if (fd < 0)
        return false;
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    bool waits = fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || is_stream(fd)) &&
                 poll(&readable, 1, 0) == 0;
    close(fd);
    return waits;
}

/* Somebody may have been faster: it does not wait. */
static long read_byte(int fd, char *byte)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, 0) <= 0)
        return -EAGAIN;
    ssize_t n = read(fd, byte, 1);
    return n < 0 ? -errno : n;
}

long short_read_make(struct view *v, const struct held_call *call)
{
    struct iovec buffer;
    char byte;
    if (!find_buffer(call, &buffer))
        return -EINVAL;
    /* Nothing is read before it is sure that it can be handed over. */
    const uint64_t address = (uintptr_t)buffer.iov_base;
    if (!held_read(call, address, &byte, 1) || !held_write(call, address, &byte, 1))
        return -EFAULT;
    int fd = view_getfd(v, call->world_tgid, (int)call->args[0]);
    if (fd < 0)
        return -errno;
    long n = read_byte(fd, &byte);
    close(fd);
    if (n == 1 && !held_write(call, address, &byte, 1))
        return -EFAULT;
    return n;
}
