/* small_pipe.c - a pipe of one page in the place of the kernel's. See small_pipe.h. */
#include "small_pipe.h"

#include "caller.h"
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ENDS = 2 };

static unsigned flags_of(const struct seccomp_notif *call)
{
    return call->data.nr == SYS_pipe2 ? (unsigned)call->data.args[1] : 0;
}

static bool copy_memory(const struct seccomp_notif *call, int fds[ENDS], bool to_program)
{
    const size_t size = ENDS * sizeof(fds[0]);
    struct iovec here = {.iov_base = fds, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)call->data.args[0], .iov_len = size};
    ssize_t n = to_program ? process_vm_writev((pid_t)call->pid, &here, 1, &there, 1, 0)
                           : process_vm_readv((pid_t)call->pid, &here, 1, &there, 1, 0);
    return n == (ssize_t)size;
}

/* Whether the numbers can be told: what is there is read, and written back. */
static bool is_writable(const struct seccomp_notif *call)
{
    int fds[ENDS];
    return copy_memory(call, fds, false) && copy_memory(call, fds, true);
}

/* Whether two numbers below the limit are free. */
static bool has_room(const struct seccomp_notif *call, const struct view *v)
{
    struct rlimit limit;
    int *fds = NULL;
    if (prlimit((pid_t)call->pid, RLIMIT_NOFILE, NULL, &limit) != 0)
        return false;
    int n = object_fds(v, caller_find((pid_t)call->pid).world_tid, &fds);
    rlim_t used = 0;
    for (int i = 0; i < n; i++)
        used += (rlim_t)fds[i] < limit.rlim_cur;
    free(fds);
    return n >= 0 && used + ENDS <= limit.rlim_cur;
}

static bool will_succeed(const struct seccomp_notif *call, const struct view *v)
{
    const unsigned known = O_CLOEXEC | O_NONBLOCK | O_DIRECT;
    return (flags_of(call) & ~known) == 0 && is_writable(call) && has_room(call, v);
}

/* Owned by who owns the world, as all that the program makes is: it may open it again below
 * /proc/self/fd. */
static int make(unsigned flags, const struct view *v, int ends[ENDS])
{
    struct stat world;
    if (fstat(v->fds[VIEW_ROOT], &world) != 0)
        return -1;
    int gid = setfsgid(world.st_gid), uid = setfsuid(world.st_uid);
    int result = pipe2(ends, (int)flags | O_CLOEXEC);
    setfsuid((uid_t)uid);
    setfsgid((gid_t)gid);
    return result;
}

static void close_both(const int ends[ENDS])
{
    for (int i = 0; i < ENDS; i++)
        close(ends[i]);
}

/* Or else it has been killed, and has nothing any more. */
static bool is_waiting(int listener, const struct seccomp_notif *call)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) == 0;
}

/* Returns the number that the program has `fd` under, or -1. */
static int give(int listener, const struct seccomp_notif *call, int fd)
{
    struct seccomp_notif_addfd one = {
        .id = call->id, .srcfd = (unsigned)fd, .newfd_flags = flags_of(call) & O_CLOEXEC};
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &one);
}

/* Another thread may have taken a number, or unmapped the memory, since they were looked at. */
static bool give_both(int listener, const struct seccomp_notif *call, const int ends[ENDS])
{
    int fds[ENDS];
    for (int i = 0; i < ENDS; i++)
        if ((fds[i] = give(listener, call, ends[i])) < 0)
            return false;
    return is_waiting(listener, call) && copy_memory(call, fds, true);
}

enum small_pipe small_pipe_make(int listener, const struct seccomp_notif *call,
                                const struct view *v)
{
    int ends[ENDS];
    if (!will_succeed(call, v))
        return SMALL_PIPE_LEFT;
    if (make(flags_of(call), v, ends) != 0)
        return SMALL_PIPE_SPOILED; /* it would not be small */
    bool given = fcntl(ends[0], F_SETPIPE_SZ, 1) >= 0 && give_both(listener, call, ends);
    close_both(ends);
    if (given)
        return SMALL_PIPE_MADE;
    return is_waiting(listener, call) ? SMALL_PIPE_SPOILED : SMALL_PIPE_LEFT;
}
