/* virtual_clock.c - reading the run's clock, and sleeping by it. See virtual_time.h. */
#include "virtual_parts.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How long it takes to read a clock: a loop that reads it until some time has come ends. */
static const int64_t READING_NS = 50000;

/* CLOCK_TAI is as on a machine that nobody has told the leap seconds, CLOCK_BOOTTIME as on one that
 * has not been suspended. Clocks of CPU time go on by computing. */
bool virtual_clock_start(const struct virtual_time *t, clockid_t clock, int64_t *start_ns)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_TAI:
        *start_ns = t->realtime_ns;
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
        *start_ns = t->monotonic_ns;
        return true;
    default:
        return false;
    }
}

/* Some clocks can be read only. */
static clockid_t clock_behind(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME_COARSE:
        return CLOCK_REALTIME;
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
        return CLOCK_MONOTONIC;
    default:
        return clock;
    }
}

static int64_t read_clock(struct virtual_time *t, int64_t start_ns)
{
    virtual_time_pass(t, t->now_ns + READING_NS);
    return start_ns + t->now_ns;
}

static void look_clock_gettime(struct virtual_time *t, const struct held_call *call,
                               struct timed *timed)
{
    int64_t start_ns;
    if (!virtual_clock_start(t, clock_behind((clockid_t)call->args[0]), &start_ns))
        return;
    struct timespec now = timespec_of_ns(read_clock(t, start_ns));
    timed_answer(timed, held_write(call, call->args[1], &now, sizeof(now)) ? 0 : -EFAULT);
}

#ifdef SYS_gettimeofday
static void look_gettimeofday(struct virtual_time *t, const struct held_call *call,
                              struct timed *timed)
{
    struct timeval now = timeval_of_ns(read_clock(t, t->realtime_ns));
    struct timezone zone;
    if (syscall(SYS_gettimeofday, NULL, &zone) != 0)
        return;
    bool written = (call->args[0] == 0 || held_write(call, call->args[0], &now, sizeof(now))) &&
                   (call->args[1] == 0 || held_write(call, call->args[1], &zone, sizeof(zone)));
    timed_answer(timed, written ? 0 : -EFAULT);
}
#endif

#ifdef SYS_time
static void look_time(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    time_t now = read_clock(t, t->realtime_ns) / SECOND_NS;
    bool written = call->args[0] == 0 || held_write(call, call->args[0], &now, sizeof(now));
    timed_answer(timed, written ? now : -EFAULT);
}
#endif

static void look_sleep(struct virtual_time *t, const struct held_call *call, clockid_t clock,
                       bool absolute, uint64_t address, struct timed *timed)
{
    struct timespec request;
    int64_t start_ns, ns;
    if (!virtual_clock_start(t, clock, &start_ns) ||
        !held_read(call, address, &request, sizeof(request)) || !ns_of_timespec(request, &ns))
        return;
    timed->kind = TIMED_SLEEP;
    timed->deadline_ns = virtual_deadline(t, start_ns, absolute, ns);
}

bool virtual_look_clock(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    const uint64_t *a = call->args;
    switch (call->nr) {
    case SYS_clock_gettime:
        look_clock_gettime(t, call, timed);
        return true;
#ifdef SYS_gettimeofday
    case SYS_gettimeofday:
        look_gettimeofday(t, call, timed);
        return true;
#endif
#ifdef SYS_time
    case SYS_time:
        look_time(t, call, timed);
        return true;
#endif
    case SYS_nanosleep:
        look_sleep(t, call, CLOCK_MONOTONIC, false, a[0], timed);
        return true;
    case SYS_clock_nanosleep:
        look_sleep(t, call, (clockid_t)a[0], ((int)a[1] & TIMER_ABSTIME) != 0, a[2], timed);
        return true;
    default:
        return false;
    }
}
