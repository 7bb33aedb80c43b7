/* points.h - the scheduling points of a controlled run: the system calls at which a task is held
 * until it is chosen to go on.
 *
 * They are what one task can do to another, or can see of it: all of IPC, the file system, signals,
 * births, ends, sleep and time. What a task does to itself alone (mmap(2), brk(2), getpid(2)...)
 * passes untouched. Operations of the C library that need no system call while nobody contends
 * (sem_wait(3), pthread_mutex_lock(3)...) are made points by the library preload/, which makes a
 * system call of a number that Linux does not have. */
#ifndef BROKENPIPE_POINTS_H
#define BROKENPIPE_POINTS_H

#include "error.h"
#include "preload/library_call.h"

#include <linux/filter.h>
#include <stdbool.h>

enum point_kind {
    POINT_CALL,    /* anything that is not one of those below */
    POINT_BIRTH,   /* set_robust_list: the first one of every process and thread of the C library */
    POINT_CLONE,   /* fork, vfork, clone, clone3 */
    POINT_EXEC,    /* execve, execveat */
    POINT_EXIT,    /* exit, exit_group */
    POINT_SLEEP,   /* nanosleep, clock_nanosleep */
    POINT_YIELD,   /* sched_yield */
    POINT_TIMED,   /* may have a time limit: poll, select, epoll, futex, semtimedop, mq_timed...,
                      rt_sigtimedwait, and calls on sockets, which may have SO_RCVTIMEO */
    POINT_TIMER,   /* sets or reads a timer: alarm, setitimer, timer_..., timerfd_... */
    POINT_CLOCK,   /* reads a clock: clock_gettime, gettimeofday, time */
    POINT_LIBRARY, /* POINT_LIBRARY_CALL, see preload/library_call.h */
    POINT_SCHEDULING, /* sched_setaffinity, sched_setscheduler...: must not take the program out of
                         our hands, and is answered with 0 */
};

/* What a call is, by its number. */
enum point_kind point_kind(long nr);

/* Whether a task is held at a call of this number, be it for some arguments only. */
bool point_is_held(long nr);

/* Whether a call of this number can wait for something, so that a signal can arrive during it. */
bool point_may_block(long nr);

/* The filter: SCMP_ACT_NOTIFY for every point; EPERM or ENOSYS for what could not be controlled
 * (io_uring, AIO, perf, userfaultfd, dnotify: all of which Linux may refuse as well).
 * sendmsg(2) on descriptor `link`, on which the program's process hands out the listener before its
 * execve(2), passes. filter->filter is to be freed by the caller. 0, or -1 with `err`. */
int points_filter(struct sock_fprog *filter, int link, struct error *err);

#endif
