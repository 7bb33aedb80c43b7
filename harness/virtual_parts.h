/* virtual_parts.h - what the parts of virtual time share. See virtual_time.h. */
#ifndef BROKENPIPE_VIRTUAL_PARTS_H
#define BROKENPIPE_VIRTUAL_PARTS_H

#include "virtual_time.h"

#include <signal.h>
#include <sys/time.h>

static const int64_t SECOND_NS = 1000000000, NEVER_NS = INT64_MAX;

/* The memory of the call's task, as a system call would reach it: page protections hold. False:
 * the kernel would say EFAULT. */
bool held_read(const struct held_call *call, uint64_t address, void *to, size_t size);
bool held_write(const struct held_call *call, uint64_t address, const void *from, size_t size);

/* A time in nanoseconds, INT64_MAX if it is longer than that. False: it is none (EINVAL). */
bool ns_of_timespec(struct timespec time, int64_t *ns);
bool ns_of_timeval(struct timeval time, int64_t *ns);
struct timespec timespec_of_ns(int64_t ns);
struct timeval timeval_of_ns(int64_t ns);

/* a + b, at most INT64_MAX; neither is negative. */
int64_t later_by(int64_t a, int64_t b);

/* What `clock` showed at the start of the run. False: it does not go by the run's time. */
bool virtual_clock_start(const struct virtual_time *t, clockid_t clock, int64_t *start_ns);

/* When a time of `clock`, from now on or absolute, is come, on the run's clock. */
int64_t virtual_deadline(const struct virtual_time *t, int64_t start_ns, bool absolute, int64_t ns);

void timed_answer(struct timed *timed, long answer);
void timed_limit(struct timed *timed, int64_t deadline_ns, long answer);

/* Each looks at the calls that it knows. False: the call is none of them. A call that it knows and
 * leaves to the kernel stays TIMED_NOT. */
bool virtual_look_clock(struct virtual_time *t, const struct held_call *call, struct timed *timed);
bool virtual_look_timer(struct virtual_time *t, const struct held_call *call, struct timed *timed);
bool virtual_look_limit(struct virtual_time *t, const struct held_call *call, struct timed *timed);

/* Sockets with a time limit, SO_RCVTIMEO or SO_SNDTIMEO. */
bool virtual_look_socket(struct virtual_time *t, const struct held_call *call, struct timed *timed);
bool virtual_socket_ready(struct virtual_time *t, const struct held_call *call);

/* Sets of descriptors: poll, ppoll, select, pselect6. */
bool virtual_set_ready(struct virtual_time *t, const struct held_call *call);
void virtual_set_expire(struct virtual_time *t, const struct held_call *call);

/* What poll(2) finds at the descriptor now; all bits if that cannot be told. */
short virtual_polled(struct virtual_time *t, const struct held_call *call, int fd, short events);

/* One timer. Those of processes have numbers, a timerfd is kept as a duplicate of its descriptor:
 * it belongs to whoever has one. */
enum virtual_timer_kind {
    VIRTUAL_ALARM,      /* alarm, ITIMER_REAL */
    VIRTUAL_POSIX,      /* timer_create */
    VIRTUAL_DESCRIPTOR, /* timerfd_create */
};

struct virtual_timer {
    enum virtual_timer_kind kind;
    pid_t tgid, world_tgid; /* its process; of a timerfd: one that has it open */
    int id;                 /* VIRTUAL_POSIX: as the process numbers it */
    int fd;                 /* VIRTUAL_DESCRIPTOR, else -1 */
    int64_t start_ns;       /* what its clock showed at the start of the run */
    int64_t deadline_ns;    /* INT64_MAX: it is not armed */
    int64_t interval_ns;    /* 0: it expires once */
    bool has_expired;       /* since it was armed: perhaps that has not been noticed yet */
    uint64_t count;         /* of a timerfd: expiries that are unread; else those that went by while
                               its signal was pending */
    int signal;             /* 0: it sends none (SIGEV_NONE) */
    pid_t world_tid;        /* of the thread that gets the signal; 0: the process does */
    union sigval value;     /* ... with it */
};

/* Adds a timer that is not armed; NULL: no memory. */
struct virtual_timer *virtual_timer_add(struct virtual_time *t, struct virtual_timer timer);
void virtual_timer_drop(struct virtual_time *t, size_t i);

/* Counts the periods of timers that have gone by unnoticed. */
void virtual_timers_count(struct virtual_time *t);

/* Whether two descriptors of ours are of the same open file description. */
bool virtual_same_file(int a, int b);

#endif
