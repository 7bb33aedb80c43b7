/* virtual_time.h - time in a controlled run: it stands still while anything can go on, and jumps
 * when nothing can.
 *
 * Linux promises that a sleep, a time limit or a timer ends not before its time, and nothing about
 * how long after. So a run in which every computation takes no time at all, and time passes only
 * when all wait for it, is one that could happen. A call with a time limit is not begun before it
 * would return at once; until then its task is held, and is as good as waiting: that it begins late
 * is legal too. When time has come to its limit it is answered as the kernel would have. Timers
 * (alarm, setitimer, timer_create, timerfd) are kept here, never armed in the kernel, and made to
 * expire when time has come to them. */
#ifndef BROKENPIPE_VIRTUAL_TIME_H
#define BROKENPIPE_VIRTUAL_TIME_H

#include "view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* A call at which a task is held. */
struct held_call {
    pid_t tid, tgid;             /* as the harness numbers them */
    pid_t world_tid, world_tgid; /* as the world does */
    long nr;
    uint64_t args[6];
};

/* What time has to do with it. */
enum timed_kind {
    TIMED_NOT,    /* nothing: the call is to be begun as it is (no time limit, or one of 0) */
    TIMED_ANSWER, /* the call is not to be begun but answered with `answer` (timers, clocks) */
    TIMED_SLEEP,  /* a sleep, be it by a poll of nothing, until `deadline_ns`; then as below */
    TIMED_LIMIT,  /* to be begun when virtual_time_ready(); or, when time has come to
                     `deadline_ns`, answered with `answer` after virtual_time_expire_call() */
};

struct timed {
    enum timed_kind kind;
    int64_t deadline_ns; /* on the run's clock; INT64_MAX: never */
    long answer;         /* as a system call returns it: -errno is an error */
};

struct virtual_timer; /* one alarm, interval timer, POSIX timer or timerfd */

struct virtual_time {
    struct view *view;
    int64_t now_ns;                    /* since the start of the run */
    int64_t realtime_ns, monotonic_ns; /* CLOCK_REALTIME and CLOCK_MONOTONIC at the start of the
                                          run, as the program is told them */
    struct virtual_timer *timers;
    size_t n_timers;
};

/* `realtime_ns` and `monotonic_ns`: what the program's clocks show at its start. */
void virtual_time_init(struct virtual_time *t, struct view *v, int64_t realtime_ns,
                       int64_t monotonic_ns);
void virtual_time_close(struct virtual_time *t);

/* From now on the run's clocks show what the real ones do. */
void virtual_time_follow(struct virtual_time *t);

/* Looks at the call, of kind POINT_SLEEP, POINT_TIMED, POINT_TIMER or POINT_CLOCK, when its task
 * comes to it (or a read, readv, write or writev, where sockets may have a time limit). For
 * TIMED_ANSWER everything has been done (a timer noted, a value written to the program's memory):
 * call it when the task is chosen to go, once. */
void virtual_time_look(struct virtual_time *t, const struct held_call *call, struct timed *timed);

/* Whether the call, TIMED_LIMIT, would return at once if it were begun now. Takes nothing from any
 * queue. True if that cannot be told. */
bool virtual_time_ready(struct virtual_time *t, const struct held_call *call);

/* The call's time has run out: writes to the program's memory what the kernel would have (poll's
 * revents, select's sets, the time that is left). `timed->answer` is to be returned. */
void virtual_time_expire_call(struct virtual_time *t, const struct held_call *call);

/* A signal that is neither blocked nor ignored is pending, and arrives while the call waits
 * (TIMED_SLEEP; TIMED_LIMIT, not ready). Writes to the program's memory what the kernel would, and
 * returns what is to be answered without beginning the call. If it were begun, the kernel would go
 * by its own clocks, on which a limit may have passed that has not come in the run. */
long virtual_time_interrupt(struct virtual_time *t, const struct held_call *call,
                            const struct timed *timed);

/* To be called when a process has been replaced by execve(2), has ended, or was made by fork(2):
 * its timers are kept, dropped or not inherited as the manual says. `tgid`: the harness's number.
 */
void virtual_time_exec(struct virtual_time *t, pid_t tgid);
void virtual_time_exit(struct virtual_time *t, pid_t tgid);

/* The process whose timer expires first, and when: the harness's number; or 0, and INT64_MAX, if
 * none is armed. Of a timerfd: one that has it open. */
pid_t virtual_time_next(const struct virtual_time *t, int64_t *deadline_ns);

/* Time passes until `ns`; it never goes back. */
void virtual_time_pass(struct virtual_time *t, int64_t ns);

/* The timer that virtual_time_next() told expires: its signal is sent, or its descriptor becomes
 * readable, before this returns. Returns 0, or -1 if its process is gone. */
int virtual_time_expire_timer(struct virtual_time *t);

#endif
