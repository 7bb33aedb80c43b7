/* virtual_limits.c - until when the calls wait that wait for something, but not for ever. See
 * virtual_time.h.
 *
 * What the kernel would refuse is left to it, as far as that can be seen: such a call is not held,
 * for it ends at once. */
#include "virtual_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIGNAL_SET = 8 }; /* bytes, for the kernel */

/* A time limit of `clock` that stands in the task's memory. False: there is none, or no valid one.
 */
static bool read_limit(const struct virtual_time *t, const struct held_call *call, uint64_t address,
                       clockid_t clock, bool absolute, int64_t *deadline_ns)
{
    struct timespec time;
    int64_t start_ns, ns;
    if (address == 0 || !virtual_clock_start(t, clock, &start_ns) ||
        !held_read(call, address, &time, sizeof(time)) || !ns_of_timespec(time, &ns))
        return false;
    *deadline_ns = virtual_deadline(t, start_ns, absolute, ns);
    return true;
}

/* A limit of 0 asks, and does not wait. */
static void wait_until(const struct virtual_time *t, int64_t deadline_ns, long answer,
                       struct timed *timed)
{
    if (deadline_ns > t->now_ns)
        timed_limit(timed, deadline_ns, answer);
}

static void wait_for_timespec(const struct virtual_time *t, const struct held_call *call,
                              uint64_t address, long answer, struct timed *timed)
{
    int64_t deadline_ns;
    if (read_limit(t, call, address, CLOCK_MONOTONIC, false, &deadline_ns))
        wait_until(t, deadline_ns, answer, timed);
}

static void wait_for_ms(const struct virtual_time *t, uint64_t limit, struct timed *timed)
{
    int ms = (int)limit;
    if (ms > 0)
        timed_limit(timed, later_by(t->now_ns, ms * (SECOND_NS / 1000)), 0);
}

#ifdef SYS_select
/* Microseconds may be more than a second here. */
static void wait_for_timeval(const struct virtual_time *t, const struct held_call *call,
                             uint64_t address, struct timed *timed)
{
    struct timeval time;
    int64_t ns;
    if (address == 0 || !held_read(call, address, &time, sizeof(time)) || time.tv_sec < 0 ||
        time.tv_usec < 0 ||
        __builtin_add_overflow(time.tv_sec, time.tv_usec / 1000000, &time.tv_sec))
        return;
    time.tv_usec %= 1000000;
    if (ns_of_timeval(time, &ns))
        wait_until(t, later_by(t->now_ns, ns), 0, timed);
}
#endif

/* epoll_wait(2) refuses other files, which the set's own poll(2) would not tell. */
static bool is_epoll(const struct virtual_time *t, const struct held_call *call)
{
    static const char epoll[] = "anon_inode:[eventpoll]";
    char path[64], link[sizeof(epoll)];
    snprintf(path, sizeof(path), "%d/fd/%d", (int)call->world_tgid, (int)call->args[0]);
    return (int)call->args[2] > 0 &&
           readlinkat(t->view->fds[VIEW_PROC], path, link, sizeof(link)) ==
               (ssize_t)strlen(epoll) &&
           memcmp(link, epoll, strlen(epoll)) == 0;
}

/* Whether the call waits for nothing but time: no descriptor, and no other mask of signals. */
static bool is_sleep(const struct held_call *call)
{
    const uint64_t *a = call->args;
    switch (call->nr) {
#ifdef SYS_poll
    case SYS_poll:
        return (unsigned)a[1] == 0;
    case SYS_select:
        return (int)a[0] == 0;
#endif
    case SYS_ppoll:
        return (unsigned)a[1] == 0 && a[3] == 0;
    case SYS_pselect6:
        return (int)a[0] == 0 && a[5] == 0;
    default:
        return false;
    }
}

static bool look_set(const struct virtual_time *t, const struct held_call *call,
                     struct timed *timed)
{
    const uint64_t *a = call->args;
    switch (call->nr) {
#ifdef SYS_poll
    case SYS_poll:
        wait_for_ms(t, a[2], timed);
        return true;
#endif
    case SYS_ppoll:
        wait_for_timespec(t, call, a[2], 0, timed);
        return true;
#ifdef SYS_select
    case SYS_select:
        wait_for_timeval(t, call, a[4], timed);
        return true;
#endif
    case SYS_pselect6:
        wait_for_timespec(t, call, a[4], 0, timed);
        return true;
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
        if (is_epoll(t, call))
            wait_for_ms(t, a[3], timed);
        return true;
    case SYS_epoll_pwait2:
        if (is_epoll(t, call))
            wait_for_timespec(t, call, a[3], 0, timed);
        return true;
    default:
        return false;
    }
}

/* FUTEX_WAIT takes a distance, FUTEX_WAIT_BITSET a time. Locks with priority inheritance are the
 * kernel's own business. */
static void look_futex(const struct virtual_time *t, const struct held_call *call,
                       struct timed *timed)
{
    const uint64_t *a = call->args;
    const int command = (int)a[1] & FUTEX_CMD_MASK;
    const bool realtime = ((int)a[1] & FUTEX_CLOCK_REALTIME) != 0;
    const bool valid =
        command == FUTEX_WAIT ? !realtime : command == FUTEX_WAIT_BITSET && (uint32_t)a[5] != 0;
    int64_t deadline_ns;
    if (valid && a[0] % sizeof(uint32_t) == 0 &&
        read_limit(t, call, a[3], realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC,
                   command == FUTEX_WAIT_BITSET, &deadline_ns))
        timed_limit(timed, deadline_ns, -ETIMEDOUT);
}

#ifdef SYS_futex_waitv
static void look_futex_waitv(const struct virtual_time *t, const struct held_call *call,
                             struct timed *timed)
{
    const uint64_t *a = call->args;
    clockid_t clock = (clockid_t)a[4];
    int64_t deadline_ns;
    if ((unsigned)a[1] == 0 || (unsigned)a[1] > FUTEX_WAITV_MAX || (unsigned)a[2] != 0 ||
        (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME))
        return;
    if (read_limit(t, call, a[3], clock, true, &deadline_ns))
        timed_limit(timed, deadline_ns, -ETIMEDOUT);
}
#endif

static void look_semtimedop(const struct virtual_time *t, const struct held_call *call,
                            struct timed *timed)
{
    int64_t deadline_ns;
    if (read_limit(t, call, call->args[3], CLOCK_MONOTONIC, false, &deadline_ns))
        timed_limit(timed, deadline_ns, -EAGAIN);
}

/* Whether the message fits, the descriptor is for sending or receiving it, and the call waits. */
static bool mqueue_waits(struct virtual_time *t, const struct held_call *call)
{
    const bool sends = call->nr == SYS_mq_timedsend;
    int fd = view_getfd(t->view, call->world_tgid, (int)call->args[0]);
    if (fd < 0)
        return false;
    int mode = fcntl(fd, F_GETFL) & O_ACCMODE;
    struct mq_attr queue;
    bool waits = mq_getattr(fd, &queue) == 0 && (queue.mq_flags & O_NONBLOCK) == 0 &&
                 mode != (sends ? O_RDONLY : O_WRONLY) &&
                 (sends ? call->args[2] <= (uint64_t)queue.mq_msgsize
                        : call->args[2] >= (uint64_t)queue.mq_msgsize);
    close(fd);
    return waits;
}

static void look_mqueue(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    int64_t deadline_ns;
    if (read_limit(t, call, call->args[4], CLOCK_REALTIME, true, &deadline_ns) &&
        mqueue_waits(t, call))
        timed_limit(timed, deadline_ns, -ETIMEDOUT);
}

bool virtual_look_limit(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    if (look_set(t, call, timed)) {
        if (timed->kind == TIMED_LIMIT && is_sleep(call))
            timed->kind = TIMED_SLEEP;
        return true;
    }
    switch (call->nr) {
    case SYS_futex:
        look_futex(t, call, timed);
        return true;
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
        look_futex_waitv(t, call, timed);
        return true;
#endif
    case SYS_semtimedop:
        look_semtimedop(t, call, timed);
        return true;
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
        look_mqueue(t, call, timed);
        return true;
    case SYS_rt_sigtimedwait:
        if (call->args[3] == SIGNAL_SET)
            wait_for_timespec(t, call, call->args[2], -EAGAIN, timed);
        return true;
    default:
        return virtual_look_socket(t, call, timed);
    }
}

void virtual_time_expire_call(struct virtual_time *t, const struct held_call *call)
{
    switch (call->nr) {
#ifdef SYS_poll
    case SYS_poll:
    case SYS_select:
#endif
    case SYS_ppoll:
    case SYS_pselect6:
        virtual_set_expire(t, call);
        break;
    default: /* the answer says it all */
        break;
    }
}
