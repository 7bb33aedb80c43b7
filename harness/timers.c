/* timers.c - keeping account of invisible timers. See timers.h. */
#include "timers.h"

#include "caller.h"
#include "filter_program.h"
#include "small_pipe.h"

#include <asm/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* How long after its time a one-shot timer may still be on its way to fire: the timer interrupt
 * and the caller's way out of the arming call, on a machine under load. */
static const double LATENESS_MS = 200;

int timers_filter(struct sock_fprog *filter, bool pipes, struct error *err)
{
    static const int trapped[] = {SCMP_SYS(alarm),           SCMP_SYS(timer_settime),
                                  SCMP_SYS(timerfd_settime), SCMP_SYS(io_uring_setup),
                                  SCMP_SYS(io_setup),        SCMP_SYS(perf_event_open)};
    static const int making_pipes[] = {SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(socketpair)};
    static const struct {
        unsigned level, option;
    } limits[] = {{SOL_SOCKET, SO_RCVTIMEO_OLD},
                  {SOL_SOCKET, SO_SNDTIMEO_OLD},
                  {SOL_SOCKET, SO_RCVTIMEO_NEW},
                  {SOL_SOCKET, SO_SNDTIMEO_NEW},
                  {IPPROTO_TCP, TCP_USER_TIMEOUT}};
    struct filter_program p;
    filter_program_begin(&p);
    for (size_t i = 0; i < sizeof(trapped) / sizeof(trapped[0]); i++)
        filter_program_add(&p, SCMP_ACT_NOTIFY, trapped[i], 0, NULL);
    for (size_t i = 0; i < sizeof(making_pipes) / sizeof(making_pipes[0]) && pipes; i++)
        filter_program_add(&p, SCMP_ACT_NOTIFY, making_pipes[i], 0, NULL);
    const struct scmp_arg_cmp real = filter_low_half_is(0, ITIMER_REAL);
    filter_program_add(&p, SCMP_ACT_NOTIFY, SCMP_SYS(setitimer), 1, &real);
    /* Signals on changes of a directory: it may be one of the host's. */
    const struct scmp_arg_cmp notify = filter_low_half_is(1, F_NOTIFY);
    filter_program_add(&p, SCMP_ACT_NOTIFY, SCMP_SYS(fcntl), 1, &notify);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        const struct scmp_arg_cmp both[] = {filter_low_half_is(1, limits[i].level),
                                            filter_low_half_is(2, limits[i].option)};
        filter_program_add(&p, SCMP_ACT_NOTIFY, SCMP_SYS(setsockopt), 2, both);
    }
    return filter_program_end(&p, filter, err);
}

void timers_init(struct timers *t)
{
    *t = (struct timers){.listener = -1};
}

static void drop(struct timers *t, size_t i)
{
    close(t->armed[i].pidfd);
    t->armed[i] = t->armed[--t->n];
}

void timers_close(struct timers *t)
{
    while (t->n > 0)
        drop(t, 0);
    free(t->armed);
    if (t->listener >= 0)
        close(t->listener);
    timers_init(t);
}

/* Linux 6.6: a caller hands its processor over to us, and we hand it back, where otherwise another
 * one is woken up for each. Older kernels refuse, and are slower. */
void timers_listen(struct timers *t, int listener)
{
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
    enum { SYNC_WAKE_UP = 1 };
    t->listener = listener;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP);
}

static bool read_value(pid_t tid, unsigned long long address, void *to, size_t size)
{
    struct iovec here = {.iov_base = to, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
    return process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

static double ms_of(struct timespec t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* An absolute time as a distance from now. Its clock is not known here, so the longest. */
static double distance_ms(struct timespec absolute)
{
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    double longest = 0;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        struct timespec now;
        clock_gettime(clocks[i], &now);
        if (ms_of(absolute) - ms_of(now) > longest)
            longest = ms_of(absolute) - ms_of(now);
    }
    return longest;
}

/* Anything else makes the call fail with EINVAL, and leaves the timer as it is. */
static bool valid(long long seconds, long long fraction, long long second)
{
    return seconds >= 0 && fraction >= 0 && fraction < second;
}

enum decoded { DECODED, DECODED_INVALID, DECODED_UNREADABLE };

/* What the trapped call is about to set; value 0 disarms. A call that is not valid will fail and
 * change nothing; of what cannot be read here the kernel may yet read more (memfd_secret(2)). That
 * the memory is changed between our reading and the kernel's is possible with several threads, and
 * not seen. */
static enum decoded decode(const struct seccomp_notif *n, struct armed *armed)
{
    const unsigned long long *a = (const unsigned long long *)n->data.args;
    armed->timer = -1;
    armed->periodic = false;
#ifdef SYS_alarm
    if (n->data.nr == SYS_alarm) {
        armed->value_ms = (double)(unsigned)a[0] * 1e3;
        return DECODED;
    }
#endif
    if (n->data.nr == SYS_setitimer) {
        struct itimerval new = {0};
        if (a[1] != 0 && !read_value((pid_t)n->pid, a[1], &new, sizeof(new)))
            return DECODED_UNREADABLE;
        if (!valid(new.it_value.tv_sec, new.it_value.tv_usec, 1000000) ||
            !valid(new.it_interval.tv_sec, new.it_interval.tv_usec, 1000000))
            return DECODED_INVALID;
        armed->value_ms = (double)new.it_value.tv_sec * 1e3 + (double)new.it_value.tv_usec / 1e3;
        armed->periodic = new.it_interval.tv_sec != 0 || new.it_interval.tv_usec != 0;
        return DECODED;
    }
    struct itimerspec new;
    if (!read_value((pid_t)n->pid, a[2], &new, sizeof(new)))
        return DECODED_UNREADABLE;
    if (!valid(new.it_value.tv_sec, new.it_value.tv_nsec, 1000000000) ||
        !valid(new.it_interval.tv_sec, new.it_interval.tv_nsec, 1000000000))
        return DECODED_INVALID;
    armed->timer = (long)a[0];
    bool set = new.it_value.tv_sec != 0 || new.it_value.tv_nsec != 0;
    bool absolute = (a[1] & TIMER_ABSTIME) != 0;
    armed->value_ms = absolute && set ? distance_ms(new.it_value) + 1 : ms_of(new.it_value);
    armed->periodic = new.it_interval.tv_sec != 0 || new.it_interval.tv_nsec != 0;
    return DECODED;
}

static int add(struct timers *t, struct armed armed)
{
    struct armed *more = realloc(t->armed, (t->n + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    t->armed = more;
    armed.pidfd = (int)syscall(SYS_pidfd_open, armed.tgid, 0);
    if (armed.pidfd < 0)
        return errno == ESRCH ? 0 : -1; /* it died meanwhile, and its timers with it */
    more[t->n++] = armed;
    return 0;
}

/* A thread's new setting replaces its own earlier one of the same timer. What another thread of the
 * process set may come before or after it, so it is kept, and waited for. */
static void note_timer(struct timers *t, const struct seccomp_notif *n)
{
    struct armed armed = {.tid = (pid_t)n->pid, .tgid = caller_find((pid_t)n->pid).tgid};
    switch (decode(n, &armed)) {
    case DECODED:
        break;
    case DECODED_INVALID:
        return;
    case DECODED_UNREADABLE:
        t->escape = "a timer's value could not be read";
        return;
    }
    for (size_t i = t->n; i-- > 0;)
        if (t->armed[i].tgid == armed.tgid && t->armed[i].timer == armed.timer &&
            (t->armed[i].tid == armed.tid || t->armed[i].gone_ms > 0))
            drop(t, i);
    if (armed.value_ms > 0 && add(t, armed) != 0)
        t->escape = "a timer could not be noted";
}

static void note(struct timers *t, const struct seccomp_notif *n, struct origins *origins,
                 struct view *v)
{
    struct caller caller;
    switch (n->data.nr) {
#ifdef SYS_pipe
    case SYS_pipe:
#endif
    case SYS_pipe2:
    case SYS_socketpair:
        if (origins_full(origins))
            break;
        caller = caller_find((pid_t)n->pid);
        origin_note(origins, v, caller.world_tgid, caller.world_tid, n->data.nr);
        break;
#ifdef SYS_alarm
    case SYS_alarm:
#endif
    case SYS_setitimer:
    case SYS_timer_settime:
        note_timer(t, n);
        break;
    case SYS_timerfd_settime:
        t->timerfd = true;
        break;
    case SYS_setsockopt:
        if ((int)n->data.args[1] == IPPROTO_TCP) {
            t->user_timeout = true;
        } else {
            t->timeout_replaced = t->socket_timeout;
            t->socket_timeout = true;
        }
        break;
    default:
        t->escape = "io_uring, AIO, perf or dnotify is in use";
        break;
    }
}

/* The kernel numbers notifications one after the other: what is missing was interrupted, by a
 * signal, before it was taken. */
static void count(struct timers *t, const struct seccomp_notif *n)
{
    t->lost |= t->next_id != 0 && n->id != t->next_id;
    t->next_id = n->id + 1;
}

static bool makes_pipe(const struct seccomp_notif *n)
{
#ifdef SYS_pipe
    if (n->data.nr == SYS_pipe)
        return true;
#endif
    return n->data.nr == SYS_pipe2;
}

static void answer(struct timers *t, const struct seccomp_notif *n, const struct view *v)
{
    struct seccomp_notif_resp response = {.id = n->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    if (t->small_pipes && makes_pipe(n)) {
        enum small_pipe pipe = small_pipe_make(t->listener, n, v);
        t->spoiled |= pipe == SMALL_PIPE_SPOILED;
        if (pipe == SMALL_PIPE_MADE)
            response.flags = 0;
    }
    ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SEND, &response); /* ENOENT: the caller died */
}

bool timers_are_asked(const struct timers *t)
{
    struct pollfd asked = {.fd = t->listener, .events = POLLIN};
    return t->listener >= 0 && poll(&asked, 1, 0) == 1 && (asked.revents & POLLIN) != 0;
}

void timers_answer(struct timers *t, struct origins *origins, struct view *v)
{
    enum { AT_ONCE = 64 }; /* the watch has other things to do; what waits, waits */
    for (int i = 0; i < AT_ONCE && t->listener >= 0; i++) {
        struct pollfd ready = {.fd = t->listener, .events = POLLIN};
        if (poll(&ready, 1, 0) <= 0)
            return;
        if ((ready.revents & POLLIN) == 0) { /* POLLHUP: nobody is left under the filter */
            close(t->listener);
            t->listener = -1;
            return;
        }
        struct seccomp_notif notification;
        memset(&notification, 0, sizeof(notification));
        if (ioctl(t->listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0)
            continue; /* ENOENT: the caller died */
        count(t, &notification);
        note(t, &notification, origins, v);
        answer(t, &notification, v);
    }
}

static bool has_died(const struct armed *armed)
{
    struct pollfd process = {.fd = armed->pidfd, .events = POLLIN};
    return poll(&process, 1, 0) == 1;
}

bool timers_quiet(struct timers *t, double now_ms, char *why, size_t size)
{
    if (t->escape != NULL) {
        snprintf(why, size, "%s", t->escape);
        return false;
    }
    bool quiet = true;
    for (size_t i = t->n; i-- > 0;) {
        struct armed *armed = &t->armed[i];
        if (armed->gone_ms <= 0)
            armed->gone_ms = now_ms + armed->value_ms + LATENESS_MS;
        if (has_died(armed) || (!armed->periodic && now_ms > armed->gone_ms)) {
            drop(t, i);
            continue;
        }
        snprintf(why, size, "%s timer is armed", armed->periodic ? "a periodic" : "a one-shot");
        quiet = false;
    }
    return quiet;
}
