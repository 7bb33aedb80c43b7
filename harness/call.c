/* call.c - the blocking system calls of Linux, and which of them wait for ever. See call.h.
 *
 * The arguments are those of syscalls(2) on 64-bit Linux; calls that newer architectures do not
 * have are guarded by #ifdef. */
#include "call.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

static void on_fd(struct call *call, const struct task *task, unsigned access)
{
    call->wait = CALL_UNTIMED;
    call->object = OBJECT_FILE;
    call->fd = (int)task->args[0];
    call->access = access;
}

static void on(struct call *call, enum object_kind object, bool untimed)
{
    call->wait = untimed ? CALL_UNTIMED : CALL_TIMED;
    call->object = object;
}

static void on_futex(struct call *call, const struct task *task)
{
    switch (task->args[1] & (uint64_t)FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_LOCK_PI:
    case 13: /* FUTEX_LOCK_PI2, Linux 5.14 */
        on(call, OBJECT_FUTEX, task->args[3] == 0);
        break;
    default:
        break;
    }
}

/* Opening a FIFO waits for somebody to open its other side. Only one of the world's own is known
 * to be opened by nobody else (on the machine: any is told of). */
static void on_open(const struct view *v, struct call *call, const struct task *task,
                    uint64_t flags)
{
    char path[PATH_MAX];
    struct stat stat;
    if (call_opened_file(v, task, path, &stat) != 0 || !S_ISFIFO(stat.st_mode) ||
        (!v->machine && stat.st_dev != v->root_device))
        return;
    on(call, OBJECT_FIFO, true);
    call->access = object_access_of(flags);
}

static bool decode_files(const struct view *v, struct call *call, const struct task *task)
{
    const uint64_t *a = task->args;
    switch (task->nr) {
    case SYS_read:
    case SYS_readv:
    case SYS_preadv2: /* with an offset it waits for nothing but a disk */
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_accept:
    case SYS_accept4:
        on_fd(call, task, ACCESS_READ);
        return true;
    case SYS_write:
    case SYS_writev:
    case SYS_pwritev2:
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
        on_fd(call, task, ACCESS_WRITE);
        return true;
    case SYS_recvmmsg:
        on_fd(call, task, ACCESS_READ);
        if (a[4] != 0)
            call->wait = CALL_TIMED;
        return true;
    case SYS_connect: /* a TCP connection attempt times out: checked with the object */
        on_fd(call, task, ACCESS_READ | ACCESS_WRITE);
        return true;
#ifdef SYS_open
    case SYS_open:
        on_open(v, call, task, a[1]);
        return true;
#endif
    case SYS_openat:
        on_open(v, call, task, a[2]);
        return true;
    case SYS_flock:
        on(call, OBJECT_LOCK, true);
        call->fd = (int)a[0];
        return true;
    case SYS_fcntl:
        if (a[1] == F_SETLKW || a[1] == F_OFD_SETLKW) {
            on(call, OBJECT_LOCK, true);
            call->fd = (int)a[0];
        }
        return true;
    default:
        return false;
    }
}

static void on_transfer(struct view *v, struct call *call, const struct task *task, int in, int out)
{
    unsigned access = transfer_waits_at(v, task, in, out);
    if (access == 0)
        return;
    on_fd(call, task, access);
    call->fd = access == ACCESS_READ ? in : out;
}

static bool decode_transfers(struct view *v, struct call *call, const struct task *task)
{
    const uint64_t *a = task->args;
    switch (task->nr) {
    case SYS_splice:
        on_transfer(v, call, task, (int)a[0], (int)a[2]);
        return true;
    case SYS_tee:
        on_transfer(v, call, task, (int)a[0], (int)a[1]);
        return true;
    case SYS_sendfile:
        on_transfer(v, call, task, (int)a[1], (int)a[0]);
        return true;
    case SYS_vmsplice: /* from memory into a pipe, if it is open for writing */
        on_fd(call, task,
              (object_access(v, task->pid, (int)a[0]) & ACCESS_WRITE) != 0 ? ACCESS_WRITE
                                                                           : ACCESS_READ);
        return true;
    default:
        return false;
    }
}

static bool decode_sets(struct call *call, const struct task *task)
{
    const uint64_t *a = task->args;
    switch (task->nr) {
#ifdef SYS_poll
    case SYS_poll:
        on(call, OBJECT_POLL, (int)a[2] < 0);
        return true;
    case SYS_select:
        on(call, OBJECT_POLL, a[4] == 0);
        return true;
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
        on(call, OBJECT_EPOLL, (int)a[3] < 0);
        call->fd = (int)a[0];
        return true;
    case SYS_epoll_pwait2:
        on(call, OBJECT_EPOLL, a[3] == 0);
        call->fd = (int)a[0];
        return true;
    case SYS_ppoll:
        on(call, OBJECT_POLL, a[2] == 0);
        return true;
    case SYS_pselect6:
        on(call, OBJECT_POLL, a[4] == 0);
        return true;
    default:
        return false;
    }
}

static void decode_others(const struct view *v, struct call *call, const struct task *task)
{
    const uint64_t *a = task->args;
    uint64_t flags;
    switch (task->nr) {
    case SYS_msgsnd:
    case SYS_msgrcv:
        on(call, OBJECT_SYSV_MSG, true);
        break;
    case SYS_semop:
        on(call, OBJECT_SYSV_SEM, true);
        break;
    case SYS_semtimedop:
        on(call, OBJECT_SYSV_SEM, a[3] == 0);
        break;
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
        on(call, OBJECT_MQUEUE, a[4] == 0);
        call->fd = (int)a[0];
        call->access = task->nr == SYS_mq_timedsend ? ACCESS_WRITE : ACCESS_READ;
        break;
    case SYS_futex:
        on_futex(call, task);
        break;
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
        on(call, OBJECT_FUTEX, a[3] == 0);
        break;
#endif
#ifdef SYS_pause
    case SYS_pause:
#endif
    case SYS_rt_sigsuspend:
        on(call, OBJECT_SIGNAL, true);
        break;
    case SYS_rt_sigtimedwait:
        on(call, OBJECT_SIGNAL, a[2] == 0);
        break;
    case SYS_wait4:
    case SYS_waitid:
#ifdef SYS_vfork
    case SYS_vfork:
#endif
        on(call, OBJECT_CHILD, true);
        break;
    case SYS_clone:
        if ((a[0] & CLONE_VFORK) != 0)
            on(call, OBJECT_CHILD, true);
        break;
    case SYS_clone3: /* the flags come first in struct clone_args */
        if (task_memory(v, task->tid, a[0], &flags, sizeof(flags)) == 0 &&
            (flags & CLONE_VFORK) != 0)
            on(call, OBJECT_CHILD, true);
        break;
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
    case SYS_restart_syscall:
        on(call, OBJECT_TIME, false);
        break;
    default:
        break;
    }
}

void call_decode(struct view *v, const struct task *task, struct call *call)
{
    *call = (struct call){.wait = CALL_UNKNOWN, .object = OBJECT_UNKNOWN, .fd = -1};
    if (!task->in_call)
        return;
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)task->nr);
    snprintf(call->name, sizeof(call->name), "%s", name == NULL ? "?" : name);
    free(name);

    if (!decode_files(v, call, task) && !decode_transfers(v, call, task) &&
        !decode_sets(call, task))
        decode_others(v, call, task);
    /* Uninterruptible sleep ends by itself, when the disk answers; vfork's is the exception. */
    if (task->state == 'D' && call->object != OBJECT_CHILD)
        call->wait = CALL_UNKNOWN;
}

/* Kinds of object on which only a task of the world acts. */
static bool closed_kind(enum object_kind kind)
{
    switch (kind) {
    case OBJECT_PIPE:
    case OBJECT_FIFO:
    case OBJECT_UNIX:
    case OBJECT_TCP:
    case OBJECT_UDP:
    case OBJECT_MQUEUE:
    case OBJECT_EVENTFD:
    case OBJECT_SIGNALFD:
    case OBJECT_TIMERFD:
    case OBJECT_INOTIFY:
    case OBJECT_CHILD:
        return true;
    default:
        return false;
    }
}

static bool fd_untimed(struct view *v, const struct task *task, struct polled one, char *why,
                       size_t size)
{
    struct object object;
    /* An epoll set holds files, not descriptors: the number may be closed or mean another file. */
    if (object_of_fd(v, task->pid, one.fd, &object) != 0 ||
        (one.inode != 0 && one.inode != object.inode))
        snprintf(why, size, "descriptor %d cannot be looked at", one.fd);
    else if (!closed_kind(object.kind))
        snprintf(why, size, "descriptor %d (%s) is not of a kind that only the world acts on",
                 one.fd, object.link);
    else if (object.foreign)
        snprintf(why, size, "descriptor %d (%s) lies outside the world", one.fd, object.link);
    else if (object.timed)
        snprintf(why, size, "descriptor %d (%s) has a timer or a timeout", one.fd, object.link);
    else
        return true;
    return false;
}

static bool set_untimed(struct view *v, const struct task *task, char *why, size_t size)
{
    struct polled *set;
    int n = call_polled_deep(v, task, &set);
    bool untimed = n >= 0;
    if (n < 0 && errno == E2BIG)
        snprintf(why, size, "the set of descriptors is too large");
    else if (n < 0)
        snprintf(why, size, "the set of descriptors cannot be read");
    for (int i = 0; i < n && untimed; i++)
        untimed = fd_untimed(v, task, set[i], why, size);
    free(set);
    return untimed;
}

/* The address that a call on a unix socket names, if any: where in the task's memory, and how long.
 */
static bool address_of(const struct view *v, const struct task *task, uint64_t *address,
                       uint64_t *length)
{
    struct msghdr header;
    *address = *length = 0;
    switch (task->nr) {
    case SYS_connect:
        *address = task->args[1];
        *length = task->args[2];
        return true;
    case SYS_sendto:
        *address = task->args[4];
        *length = task->args[5];
        return true;
    case SYS_sendmsg:
    case SYS_sendmmsg: /* of several messages the first one that is not sent yet is not known */
        if (task_memory(v, task->tid, task->args[1], &header, sizeof(header)) != 0)
            return false;
        *address = (uintptr_t)header.msg_name;
        *length = header.msg_namelen;
        return task->nr == SYS_sendmsg || *address == 0;
    default:
        return true;
    }
}

int call_unix_address(const struct view *v, const struct task *task, char path[UNIX_ADDRESS])
{
    union {
        struct sockaddr_un un;
        char bytes[UNIX_ADDRESS]; /* sun_path need not end with a NUL */
    } name = {.bytes = {0}};
    uint64_t address, length;
    path[0] = '\0';
    if (!address_of(v, task, &address, &length))
        return -1;
    if (address == 0)
        return 0;
    if (length > sizeof(name.un) || length <= offsetof(struct sockaddr_un, sun_path) ||
        task_memory(v, task->tid, address, &name, length) != 0)
        return -1;
    bool abstract = name.un.sun_path[0] == '\0';
    snprintf(path, UNIX_ADDRESS, "%s%s", abstract ? "@" : "", name.un.sun_path + abstract);
    return 1;
}

/* A socket of the host can be bound to a path of a directory that is shown here: who sends or
 * connects to it waits for the host. Abstract names are the world's own. */
static bool unix_address_inside(const struct view *v, const struct task *task)
{
    char path[UNIX_ADDRESS];
    struct stat stat;
    int named = call_unix_address(v, task, path);
    return named == 0 ||
           (named > 0 && (path[0] == '@' || (call_find_file(v, task, AT_FDCWD, path, &stat) == 0 &&
                                             stat.st_dev == v->root_device)));
}

bool call_object_untimed(struct view *v, const struct task *task, const struct call *call,
                         char *why, size_t size)
{
    if (call->object == OBJECT_POLL || call->object == OBJECT_EPOLL)
        return set_untimed(v, task, why, size);
    if (call->object == OBJECT_LOCK) {
        struct object object;
        if (object_of_fd(v, task->pid, call->fd, &object) == 0 && !object.foreign)
            return true;
        snprintf(why, size, "the lock's file lies outside the world");
        return false;
    }
    if (call->fd < 0)
        return true;
    struct polled one = {.fd = call->fd};
    if (!fd_untimed(v, task, one, why, size))
        return false;
    struct object object;
    if (object_of_fd(v, task->pid, call->fd, &object) != 0)
        return false;
    if (task->nr == SYS_connect && object.kind != OBJECT_UNIX) {
        snprintf(why, size, "a connection attempt times out");
        return false;
    }
    if (object.kind == OBJECT_UNIX && !unix_address_inside(v, task)) {
        snprintf(why, size, "what is written may go to a socket outside the world");
        return false;
    }
    return true;
}
