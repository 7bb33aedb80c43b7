/* caller.h - who has made a call that a seccomp filter stopped. */
#ifndef BROKENPIPE_CALLER_H
#define BROKENPIPE_CALLER_H

#include <sys/types.h>

/* A task as the harness numbers it, and as its world does, pid_namespaces(7). */
struct caller {
    pid_t tgid, tid, world_tgid, world_tid;
};

/* Of the task `tid` of a notification, seccomp_unotify(2). Where proc(5) does not tell, the world's
 * numbers are 0 and `tgid` is `tid`. */
struct caller caller_find(pid_t tid);

#endif
