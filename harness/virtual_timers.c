/* virtual_timers.c - the calls that set and read timers. See virtual_time.h.
 *
 * Timers are made and deleted in the kernel, and never armed there. What a POSIX timer is about
 * (its clock, its signal) and whether there is one of that number is asked of /proc/PID/timers when
 * it is first set. A timerfd is known by its open file description, kcmp(2): processes share it. */
#include "virtual_parts.h"

#include <errno.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* A timer's setting: a time of 0 disarms it. */
struct setting {
    int64_t value_ns, interval_ns;
};

static bool ns_of_itimerspec(struct itimerspec time, struct setting *setting)
{
    return ns_of_timespec(time.it_value, &setting->value_ns) &&
           ns_of_timespec(time.it_interval, &setting->interval_ns);
}

static bool ns_of_itimerval(struct itimerval time, struct setting *setting)
{
    return ns_of_timeval(time.it_value, &setting->value_ns) &&
           ns_of_timeval(time.it_interval, &setting->interval_ns);
}

/* What is left until the timer expires. One that is to expire has some time left still. */
static struct setting remaining(const struct virtual_time *t, const struct virtual_timer *timer)
{
    struct setting left = {0};
    if (timer == NULL)
        return left;
    left.interval_ns = timer->interval_ns;
    if (timer->deadline_ns == NEVER_NS)
        return left;
    left.value_ns = timer->deadline_ns > t->now_ns ? timer->deadline_ns - t->now_ns : 1;
    return left;
}

static struct itimerspec itimerspec_of(struct setting setting)
{
    return (struct itimerspec){.it_value = timespec_of_ns(setting.value_ns),
                               .it_interval = timespec_of_ns(setting.interval_ns)};
}

static struct itimerval itimerval_of(struct setting setting)
{
    if (setting.value_ns > 0 && setting.value_ns < 1000)
        setting.value_ns = 1000;
    return (struct itimerval){.it_value = timeval_of_ns(setting.value_ns),
                              .it_interval = timeval_of_ns(setting.interval_ns)};
}

static void arm(const struct virtual_time *t, struct virtual_timer *timer, bool absolute,
                struct setting setting)
{
    timer->has_expired = false;
    timer->count = 0;
    timer->interval_ns = setting.interval_ns;
    timer->deadline_ns = NEVER_NS;
    if (setting.value_ns > 0)
        timer->deadline_ns = virtual_deadline(t, timer->start_ns, absolute, setting.value_ns);
    else if (timer->kind != VIRTUAL_DESCRIPTOR)
        timer->interval_ns = 0;
}

struct virtual_timer *virtual_timer_add(struct virtual_time *t, struct virtual_timer timer)
{
    struct virtual_timer *more = realloc(t->timers, (t->n_timers + 1) * sizeof(*more));
    if (more == NULL)
        return NULL;
    t->timers = more;
    timer.deadline_ns = NEVER_NS;
    more[t->n_timers] = timer;
    return &more[t->n_timers++];
}

/* The others stay in their order, in which those of the same time expire. */
void virtual_timer_drop(struct virtual_time *t, size_t i)
{
    if (t->timers[i].fd >= 0)
        close(t->timers[i].fd);
    t->n_timers--;
    memmove(&t->timers[i], &t->timers[i + 1], (t->n_timers - i) * sizeof(t->timers[0]));
}

static struct virtual_timer *find(struct virtual_time *t, pid_t tgid, enum virtual_timer_kind kind,
                                  int id)
{
    for (size_t i = 0; i < t->n_timers; i++)
        if (t->timers[i].tgid == tgid && t->timers[i].kind == kind && t->timers[i].id == id)
            return &t->timers[i];
    return NULL;
}

/* The process's one timer of alarm(2) and ITIMER_REAL. */
static struct virtual_timer *find_alarm(struct virtual_time *t, const struct held_call *call)
{
    return find(t, call->tgid, VIRTUAL_ALARM, 0);
}

static struct virtual_timer *take_alarm(struct virtual_time *t, const struct held_call *call)
{
    struct virtual_timer *timer = find_alarm(t, call);
    const struct virtual_timer fresh = {.kind = VIRTUAL_ALARM,
                                        .tgid = call->tgid,
                                        .world_tgid = call->world_tgid,
                                        .fd = -1,
                                        .signal = SIGALRM};
    return timer != NULL ? timer : virtual_timer_add(t, fresh);
}

#ifdef SYS_alarm
/* The seconds that were left are rounded, but not to 0. */
static void look_alarm(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    struct virtual_timer *timer = take_alarm(t, call);
    if (timer == NULL)
        return;
    int64_t left_ns = remaining(t, timer).value_ns;
    long seconds = (long)(left_ns / SECOND_NS);
    if (left_ns % SECOND_NS >= SECOND_NS / 2 || (seconds == 0 && left_ns > 0))
        seconds++;
    arm(t, timer, false, (struct setting){.value_ns = (unsigned)call->args[0] * SECOND_NS});
    timed_answer(timed, seconds);
}
#endif

static void look_getitimer(struct virtual_time *t, const struct held_call *call,
                           struct timed *timed)
{
    if ((int)call->args[0] != ITIMER_REAL)
        return;
    struct itimerval left = itimerval_of(remaining(t, find_alarm(t, call)));
    timed_answer(timed, held_write(call, call->args[1], &left, sizeof(left)) ? 0 : -EFAULT);
}

/* No new value disarms the timer. */
static void look_setitimer(struct virtual_time *t, const struct held_call *call,
                           struct timed *timed)
{
    struct itimerval new = {0};
    struct setting setting;
    if ((int)call->args[0] != ITIMER_REAL ||
        (call->args[1] != 0 && !held_read(call, call->args[1], &new, sizeof(new))) ||
        !ns_of_itimerval(new, &setting))
        return;
    struct virtual_timer *timer = take_alarm(t, call);
    if (timer == NULL)
        return;
    struct itimerval old = itimerval_of(remaining(t, timer));
    arm(t, timer, false, setting);
    bool written = call->args[2] == 0 || held_write(call, call->args[2], &old, sizeof(old));
    timed_answer(timed, written ? 0 : -EFAULT);
}

/* Reads one timer's lines of /proc/PID/timers:
 *     ID: 1
 *     signal: 14/0000000000000001
 *     notify: signal/pid.4711
 *     ClockID: 0
 * "signal/tid.N": one thread gets the signal; "none/...": nobody does. */
static bool read_posix(const char *at, struct virtual_timer *timer, int *clock)
{
    unsigned long value;
    char how[8], whose[8];
    int whom;
    if (sscanf(at, " ID: %d signal: %d/%lx notify: %7[a-z]/%3[a-z].%d ClockID: %d", &timer->id,
               &timer->signal, &value, how, whose, &whom, clock) != 7)
        return false;
    timer->value.sival_ptr = (void *)value;
    if (strcmp(how, "signal") != 0)
        timer->signal = 0;
    if (strcmp(whose, "tid") == 0)
        timer->world_tid = whom;
    return true;
}

/* NULL if the process has no such timer, or it is none of the run's time. */
static struct virtual_timer *take_posix(struct virtual_time *t, const struct held_call *call)
{
    const int id = (int)call->args[0];
    struct virtual_timer *known = find(t, call->tgid, VIRTUAL_POSIX, id);
    if (known != NULL)
        return known;
    char timers[16384] = "\n";
    if (view_read(t->view, timers + 1, sizeof(timers) - 1, "%d/timers", (int)call->world_tgid) <= 0)
        return NULL;
    for (const char *at = timers; (at = strstr(at, "\nID: ")) != NULL; at++) {
        struct virtual_timer timer = {
            .kind = VIRTUAL_POSIX, .tgid = call->tgid, .world_tgid = call->world_tgid, .fd = -1};
        int clock;
        if (read_posix(at, &timer, &clock) && timer.id == id)
            return virtual_clock_start(t, clock, &timer.start_ns) ? virtual_timer_add(t, timer)
                                                                  : NULL;
    }
    return NULL;
}

static void look_timer_settime(struct virtual_time *t, const struct held_call *call,
                               struct timed *timed)
{
    const uint64_t *a = call->args;
    struct itimerspec new;
    struct setting setting;
    if (!held_read(call, a[2], &new, sizeof(new)) || !ns_of_itimerspec(new, &setting))
        return;
    struct virtual_timer *timer = take_posix(t, call);
    if (timer == NULL)
        return;
    struct itimerspec old = itimerspec_of(remaining(t, timer));
    arm(t, timer, ((int)a[1] & TIMER_ABSTIME) != 0, setting);
    bool written = a[3] == 0 || held_write(call, a[3], &old, sizeof(old));
    timed_answer(timed, written ? 0 : -EFAULT);
}

static void look_timer_gettime(struct virtual_time *t, const struct held_call *call,
                               struct timed *timed)
{
    const struct virtual_timer *timer = find(t, call->tgid, VIRTUAL_POSIX, (int)call->args[0]);
    if (timer == NULL)
        return; /* it was never set: so the kernel says */
    struct itimerspec left = itimerspec_of(remaining(t, timer));
    timed_answer(timed, held_write(call, call->args[1], &left, sizeof(left)) ? 0 : -EFAULT);
}

static void look_timer_getoverrun(struct virtual_time *t, const struct held_call *call,
                                  struct timed *timed)
{
    const struct virtual_timer *timer = find(t, call->tgid, VIRTUAL_POSIX, (int)call->args[0]);
    if (timer != NULL)
        timed_answer(timed, timer->count < INT_MAX ? (long)timer->count : INT_MAX);
}

static void forget_posix(struct virtual_time *t, const struct held_call *call)
{
    const struct virtual_timer *timer = find(t, call->tgid, VIRTUAL_POSIX, (int)call->args[0]);
    if (timer != NULL)
        virtual_timer_drop(t, (size_t)(timer - t->timers));
}

bool virtual_same_file(int a, int b)
{
    pid_t self = getpid();
    return syscall(SYS_kcmp, self, self, KCMP_FILE, a, b) == 0;
}

static struct virtual_timer *find_descriptor(struct virtual_time *t, int fd)
{
    for (size_t i = 0; i < t->n_timers; i++)
        if (t->timers[i].kind == VIRTUAL_DESCRIPTOR && virtual_same_file(t->timers[i].fd, fd))
            return &t->timers[i];
    return NULL;
}

/* The clock of a timerfd, from proc_pid_fdinfo(5). */
static bool descriptor_start(const struct virtual_time *t, int fd, int64_t *start_ns)
{
    char path[32], info[1024] = "";
    int clock;
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t n = fread(info, 1, sizeof(info) - 1, file);
    fclose(file);
    info[n] = '\0';
    const char *at = strstr(info, "\nclockid: ");
    return at != NULL && sscanf(at, "\nclockid: %d", &clock) == 1 &&
           virtual_clock_start(t, clock, start_ns);
}

/* The timer behind a duplicate of its descriptor, which it takes over if it is a new one; NULL: it
 * is none of the run's time. */
static struct virtual_timer *take_descriptor(struct virtual_time *t, const struct held_call *call,
                                             int fd)
{
    struct virtual_timer *timer = find_descriptor(t, fd);
    if (timer == NULL) {
        struct virtual_timer fresh = {.kind = VIRTUAL_DESCRIPTOR, .fd = dup(fd)};
        if (fresh.fd < 0)
            return NULL;
        if (descriptor_start(t, fresh.fd, &fresh.start_ns))
            timer = virtual_timer_add(t, fresh);
        if (timer == NULL) {
            close(fresh.fd);
            return NULL;
        }
    }
    timer->tgid = call->tgid;
    timer->world_tgid = call->world_tgid;
    return timer;
}

/* Disarming the real one forgets the expiries that are unread, as setting it anew does, and tells
 * whether it is a timerfd at all. */
static void set_descriptor(struct virtual_time *t, const struct held_call *call, int fd,
                           struct setting setting, struct timed *timed)
{
    static const struct itimerspec disarmed;
    const uint64_t *a = call->args;
    if (timerfd_settime(fd, 0, &disarmed, NULL) != 0)
        return;
    struct virtual_timer *timer = take_descriptor(t, call, fd);
    if (timer == NULL)
        return;
    struct itimerspec old = itimerspec_of(remaining(t, timer));
    arm(t, timer, ((int)a[1] & TFD_TIMER_ABSTIME) != 0, setting);
    bool written = a[3] == 0 || held_write(call, a[3], &old, sizeof(old));
    timed_answer(timed, written ? 0 : -EFAULT);
}

static void look_timerfd_settime(struct virtual_time *t, const struct held_call *call,
                                 struct timed *timed)
{
    const uint64_t *a = call->args;
    struct itimerspec new;
    struct setting setting;
    if (((int)a[1] & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) != 0 ||
        !held_read(call, a[2], &new, sizeof(new)) || !ns_of_itimerspec(new, &setting))
        return;
    int fd = view_getfd(t->view, call->world_tgid, (int)a[0]);
    if (fd < 0)
        return;
    set_descriptor(t, call, fd, setting, timed);
    close(fd);
}

static void look_timerfd_gettime(struct virtual_time *t, const struct held_call *call,
                                 struct timed *timed)
{
    int fd = view_getfd(t->view, call->world_tgid, (int)call->args[0]);
    const struct virtual_timer *timer = fd < 0 ? NULL : find_descriptor(t, fd);
    if (fd >= 0)
        close(fd);
    if (timer == NULL)
        return;
    struct itimerspec left = itimerspec_of(remaining(t, timer));
    timed_answer(timed, held_write(call, call->args[1], &left, sizeof(left)) ? 0 : -EFAULT);
}

bool virtual_look_timer(struct virtual_time *t, const struct held_call *call, struct timed *timed)
{
    static const struct {
        long nr;
        void (*look)(struct virtual_time *, const struct held_call *, struct timed *);
    } calls[] = {
#ifdef SYS_alarm
        {SYS_alarm, look_alarm},
#endif
        {SYS_getitimer, look_getitimer},
        {SYS_setitimer, look_setitimer},
        {SYS_timer_settime, look_timer_settime},
        {SYS_timer_gettime, look_timer_gettime},
        {SYS_timer_getoverrun, look_timer_getoverrun},
        {SYS_timerfd_settime, look_timerfd_settime},
        {SYS_timerfd_gettime, look_timerfd_gettime},
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (calls[i].nr == call->nr) {
            calls[i].look(t, call, timed);
            return true;
        }
    }
    if (call->nr == SYS_timer_delete)
        forget_posix(t, call);
    return call->nr == SYS_timer_delete;
}
