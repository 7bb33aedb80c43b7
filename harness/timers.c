/* timers.c - keeping account of invisible timers. See timers.h. */
#include "timers.h"

#include <asm/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* How long after its time a one-shot timer may still be on its way to fire: the timer interrupt
 * and the caller's way out of the arming call, on a machine under load. */
static const double LATENESS_MS = 200;

/* An int argument: what the upper half of its register holds, the kernel does not look at. */
static struct scmp_arg_cmp low_half_is(unsigned argument, unsigned value)
{
    return (struct scmp_arg_cmp){
        .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = 0xffffffff, .datum_b = value};
}

/* The filter in libseccomp's words; of calls that this machine does not have it makes nothing. A
 * call of another architecture (a 32-bit program) could arm timers by other numbers, so there is
 * none in a world. */
static int describe(scmp_filter_ctx filter, bool pipes)
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
    const struct scmp_arg_cmp real = low_half_is(0, ITIMER_REAL);
    int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
    for (size_t i = 0; i < sizeof(trapped) / sizeof(trapped[0]) && result == 0; i++)
        result = seccomp_rule_add(filter, SCMP_ACT_NOTIFY, trapped[i], 0);
    for (size_t i = 0; i < sizeof(making_pipes) / sizeof(making_pipes[0]) && pipes && result == 0;
         i++)
        result = seccomp_rule_add(filter, SCMP_ACT_NOTIFY, making_pipes[i], 0);
    if (result == 0)
        result = seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, SCMP_SYS(setitimer), 1, &real);
    /* A page that the program itself serves could hold up the harness when it reads there. */
    if (result == 0)
        result =
            seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(userfaultfd), 0, NULL);
    /* Signals on changes of a directory: it may be one of the host's. */
    const struct scmp_arg_cmp notify = low_half_is(1, F_NOTIFY);
    if (result == 0)
        result = seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, SCMP_SYS(fcntl), 1, &notify);
    /* Init has the same user outside of all namespaces, so its limits could be changed. */
    const struct scmp_arg_cmp init = low_half_is(0, 1);
    if (result == 0)
        result =
            seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, &init);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]) && result == 0; i++) {
        const struct scmp_arg_cmp both[] = {low_half_is(1, limits[i].level),
                                            low_half_is(2, limits[i].option)};
        result = seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, SCMP_SYS(setsockopt), 2, both);
    }
    return result;
}

/* libseccomp 2.5 hands the program out through a descriptor only. */
static int take_over(int fd, struct sock_fprog *filter)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return -1;
    filter->filter = malloc((size_t)size);
    filter->len = (unsigned short)((size_t)size / sizeof(*filter->filter));
    if (filter->filter == NULL || pread(fd, filter->filter, (size_t)size, 0) != size) {
        free(filter->filter);
        return -1;
    }
    return 0;
}

int timers_filter(struct sock_fprog *filter, bool pipes, struct error *err)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    if (context == NULL)
        return error_set(err, "cannot make a seccomp filter: out of memory");
    int result = describe(context, pipes);
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (result == 0 && fd >= 0)
        result = seccomp_export_bpf(context, fd);
    seccomp_release(context);
    if (result == 0 && (fd < 0 || take_over(fd, filter) != 0))
        result = -errno;
    if (fd >= 0)
        close(fd);
    if (result != 0)
        return error_set(err, "cannot make a seccomp filter: %s", strerror(-result));
    return 0;
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

/* Who has made a call: as the harness numbers it, and as its world does. */
struct caller {
    pid_t tgid, tid, world_tgid, world_tid;
};

/* The last number of a line of /proc/TID/status, which lists a task's ids from the reader's pid
 * namespace inwards; or `otherwise`. */
static pid_t status_id(const char *status, const char *key, pid_t otherwise)
{
    const char *at = strstr(status, key);
    int id = otherwise;
    at = at == NULL ? "" : at + strlen(key);
    for (int n; sscanf(at, "%*[ \t]%d%n", &id, &n) == 1;)
        at += n;
    return id;
}

static struct caller find_caller(pid_t tid)
{
    char path[32], status[4096] = "";
    snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, status, sizeof(status) - 1);
    if (fd >= 0)
        close(fd);
    status[n < 0 ? 0 : n] = '\0';
    return (struct caller){.tgid = status_id(status, "\nTgid:", tid),
                           .tid = tid,
                           .world_tgid = status_id(status, "\nNStgid:", 0),
                           .world_tid = status_id(status, "\nNSpid:", 0)};
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
    struct armed armed = {.tid = (pid_t)n->pid, .tgid = find_caller((pid_t)n->pid).tgid};
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
        caller = find_caller((pid_t)n->pid);
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
        note(t, &notification, origins, v);
        struct seccomp_notif_resp response = {.id = notification.id,
                                              .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SEND, &response); /* ENOENT likewise */
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
