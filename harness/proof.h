/* proof.h - is the world dead? A deadlock is proved by two passes over all of its tasks.
 *
 *   pass 1: list the tasks; of each read the switch counter, then that it is blocked
 *   cut:    each waits in a call without limit of time; no thread was missed; no timer is armed; no
 *           packet is on its way
 *   pass 2: list again: the same tasks; of each read that its state is not R and that it is blocked
 *           in the same call, then the switch counter: it has not moved
 *
 * To run again a task must first be put on a CPU, which counts; so each task was blocked from its
 * first reading to its second, and at the instant between the passes all were blocked at once. None
 * was being woken at that instant, or its state would be R for the rest of pass 2, or it would have
 * run. From there on nobody is left who could wake the first of them. */
#ifndef BROKENPIPE_PROOF_H
#define BROKENPIPE_PROOF_H

#include "task.h"
#include "timers.h"

#include <stdbool.h>
#include <stddef.h>

enum proof_result {
    PROOF_NONE,     /* no task is left (but zombies) */
    PROOF_ALIVE,    /* some task runs, or has run meanwhile */
    PROOF_OPEN,     /* all are blocked, but something may still wake one: `why` */
    PROOF_DEADLOCK, /* nothing will ever run again */
};

struct proof {
    struct view *view;
    struct timers *timers;
    struct tasks first, second;
    pid_t suspect_pid, suspect_tid; /* the task that kept the last attempt from succeeding */
    double moved_ms;    /* CLOCK_MONOTONIC of the last attempt at which something had moved */
    double before_ms;   /* and of the attempt before that: the last movement lies between */
    double last_ms;     /* of the last attempt */
    uint64_t signature; /* of all tasks and their counters at the last attempt */
    double net_next_ms, net_pause_ms; /* a look at the network is dear: not before, then longer */
    bool inert; /* PROOF_DEADLOCK holds though TCP probes go on: `why` says so */
    char why[256];
};

void proof_init(struct proof *p, struct view *v, struct timers *t);
void proof_close(struct proof *p);

/* One attempt. Takes some 10 us a task if all are blocked, less if one runs. */
enum proof_result proof_try(struct proof *p);

#endif
