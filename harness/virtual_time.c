/* virtual_time.c - the clock of a run, and what its parts share. See virtual_time.h. */
#include "virtual_parts.h"

#include <stdlib.h>
#include <sys/uio.h>

void virtual_time_init(struct virtual_time *t, struct view *v, int64_t realtime_ns,
                       int64_t monotonic_ns)
{
    *t = (struct virtual_time){.view = v, .realtime_ns = realtime_ns, .monotonic_ns = monotonic_ns};
}

void virtual_time_close(struct virtual_time *t)
{
    while (t->n_timers > 0)
        virtual_timer_drop(t, t->n_timers - 1);
    free(t->timers);
    *t = (struct virtual_time){0};
}

static int64_t real_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

void virtual_time_follow(struct virtual_time *t)
{
    t->realtime_ns = real_ns(CLOCK_REALTIME) - t->now_ns;
    t->monotonic_ns = real_ns(CLOCK_MONOTONIC) - t->now_ns;
}

void virtual_time_look(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    *timed = (struct timed){.kind = TIMED_NOT, .deadline_ns = NEVER_NS};
    if (!virtual_look_clock(t, call, timed) && !virtual_look_timer(t, call, timed))
        virtual_look_limit(t, call, timed);
}

void virtual_time_pass(struct virtual_time *t, int64_t ns)
{
    if (ns <= t->now_ns)
        return;
    t->now_ns = ns;
    virtual_timers_count(t);
}

void timed_answer(struct timed *timed, long answer)
{
    timed->kind = TIMED_ANSWER;
    timed->answer = answer;
}

void timed_limit(struct timed *timed, int64_t deadline_ns, long answer)
{
    *timed = (struct timed){.kind = TIMED_LIMIT, .deadline_ns = deadline_ns, .answer = answer};
}

bool held_read(const struct held_call *call, uint64_t address, void *to, size_t size)
{
    struct iovec here = {.iov_base = to, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
    return process_vm_readv(call->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

bool held_write(const struct held_call *call, uint64_t address, const void *from, size_t size)
{
    struct iovec here = {.iov_base = (void *)(uintptr_t)from, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
    return process_vm_writev(call->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

static int64_t ns_of(int64_t seconds, int64_t ns)
{
    return seconds >= NEVER_NS / SECOND_NS ? NEVER_NS : seconds * SECOND_NS + ns;
}

bool ns_of_timespec(struct timespec time, int64_t *ns)
{
    if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= SECOND_NS)
        return false;
    *ns = ns_of(time.tv_sec, time.tv_nsec);
    return true;
}

bool ns_of_timeval(struct timeval time, int64_t *ns)
{
    if (time.tv_sec < 0 || time.tv_usec < 0 || time.tv_usec >= SECOND_NS / 1000)
        return false;
    *ns = ns_of(time.tv_sec, time.tv_usec * 1000);
    return true;
}

struct timespec timespec_of_ns(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};
}

struct timeval timeval_of_ns(int64_t ns)
{
    return (struct timeval){.tv_sec = ns / SECOND_NS, .tv_usec = ns % SECOND_NS / 1000};
}

int64_t later_by(int64_t a, int64_t b)
{
    return b > NEVER_NS - a ? NEVER_NS : a + b;
}

int64_t virtual_deadline(const struct virtual_time *t, int64_t start_ns, bool absolute, int64_t ns)
{
    if (!absolute)
        return later_by(t->now_ns, ns);
    return ns == NEVER_NS ? NEVER_NS : ns - start_ns;
}
