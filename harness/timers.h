/* timers.h - the timers that proc(5) does not show, or not for certain.
 *
 * alarm(2) and setitimer(2) are visible nowhere, and of a POSIX timer it is not visible whether it
 * is armed. A timerfd and a socket's time limits can be looked at, but with several threads, or
 * with descriptors on their way through a socket, what is looked at need not be what a call waits
 * for. So the program runs under a seccomp filter that stops the few calls that set such timers for
 * an answer from here (seccomp_unotify(2)), which notes it and lets the call go on. The filter
 * stops the calls that make pipes too, for origin.h to note and small_pipe.h to make. All other
 * system calls pass untouched. */
#ifndef BROKENPIPE_TIMERS_H
#define BROKENPIPE_TIMERS_H

#include "error.h"
#include "origin.h"
#include "view.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One timer that was armed. */
struct armed {
    pid_t tgid, tid; /* as the harness numbers them */
    int pidfd;       /* of the process: the timer ends with it */
    long timer;      /* timer id of timer_create(2), or -1: the one ITIMER_REAL */
    double value_ms;
    bool periodic;
    double gone_ms; /* CLOCK_MONOTONIC after which a one-shot has fired for certain; 0: not known */
};

struct timers {
    int listener; /* -1 until the program's process has sent it, and after its end */
    const char
        *escape;  /* a call that makes the world unprovable, such as io_uring_setup; or NULL */
    bool timerfd; /* a timerfd has been armed */
    bool socket_timeout;   /* a socket has been given a time limit, SO_RCVTIMEO or SO_SNDTIMEO */
    bool timeout_replaced; /* ... and perhaps another one, or none, since: a call may have begun
                              before */
    bool user_timeout;     /* a TCP_USER_TIMEOUT has been set */
    bool small_pipes;      /* pipes are made here, small_pipe.h */
    bool spoiled;          /* ... and one of them came out wrong */
    bool lost;             /* a call was interrupted before its notification was taken */
    __u64 next_id;         /* of the next notification; 0: not known yet */
    struct armed *armed;
    size_t n;
};

/* Builds the filter; filter->filter is to be freed by the caller. With `pipes` it stops the calls
 * that make pipes too, which a program must not notice: see interrupts.h. */
int timers_filter(struct sock_fprog *filter, bool pipes, struct error *err);

void timers_init(struct timers *t);
void timers_close(struct timers *t);

/* `listener` has come, and is owned by the timers from now on. */
void timers_listen(struct timers *t, int listener);

/* Whether a notification waits at the listener: a task has been stopped at its call and is to go
 * on, though it is asleep. Of all that were so during a proof's passes this is still true after
 * them, if nothing has been taken since. */
bool timers_are_asked(const struct timers *t);

/* Takes and answers the notifications that wait at the listener. Those of calls that make pipes are
 * noted in `origins`. */
void timers_answer(struct timers *t, struct origins *origins, struct view *v);

/* Whether no timer can fire any more. To be asked only while every task is blocked in a call that
 * arms no timer: then all calls answered so far have been completed. `why` gets the reason if
 * not. */
bool timers_quiet(struct timers *t, double now_ms, char *why, size_t size);

#endif
