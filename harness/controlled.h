/* controlled.h - the tasks of a controlled run, and what each of them is doing. Private to
 * scheduler*.c and controlled.c. */
#ifndef BROKENPIPE_CONTROLLED_H
#define BROKENPIPE_CONTROLLED_H

#include "points.h"
#include "schedule.h"
#include "virtual_time.h"

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum controlled_state {
    TASK_RUNNING,  /* let go, or woken, and not seen since */
    TASK_HELD,     /* at a scheduling point */
    TASK_BLOCKED,  /* in the kernel, in a call that was begun; or stopped */
    TASK_SPINNING, /* computes on and on, and has lost its priority for it */
    TASK_DEAD,
};

struct controlled {
    struct held_call call; /* TASK_HELD: the call; the numbers of the task always hold */
    enum controlled_state state;
    enum point_kind kind;
    uint64_t id;        /* of the notification to be answered */
    struct timed timed; /* what time has to do with the call */
    uint64_t linker;    /* where the dynamic linker is mapped: what it does passes; 0: nowhere */
    bool execs;         /* execve(2) has been begun: see the next call */
    bool vforks;        /* it is asleep until its child lets it go, and cannot be interrupted */
    bool was_blocked;   /* before the step */
    unsigned births;
    unsigned alone;        /* steps in a row while others could have gone */
    unsigned signals_seen; /* scheduler.signals when `pending` was read */
    uint64_t pending;      /* signals that would be delivered now: bit N - 1 is signal N */
    int stat;              /* /proc/TID/stat, open */
    double cpu_ms; /* used when it was let go, or, with priorities, first seen to compute; -1: not
                      read yet */
    uint64_t runs; /* without priorities: how often it had run when its state was last asked */
    bool demoted;  /* it has been found spinning, and has no priority */
};

struct controlled_tasks {
    struct controlled *all; /* by number */
    size_t n, room;
};

void controlled_free(struct controlled_tasks *tasks);

/* The task is dead: closes what was open for it. */
void controlled_forget(struct controlled *task);

/* The task, or NULL. */
struct controlled *controlled_find(const struct controlled_tasks *tasks, pid_t tid);

/* A new one, which waits at its first point. `parent`: number of the task that made it, -1: none.
 * Its description is added to `schedule`. NULL: no memory, or it is gone already. */
struct controlled *controlled_add(struct controlled_tasks *tasks, struct schedule *schedule,
                                  pid_t tid, int parent);

/* The thread has called execve(2), which made it the main thread of its process: the old one is
 * gone, and the thread goes by its number from now on. */
void controlled_succeed(struct controlled_tasks *tasks, struct controlled *thread);

/* The state as proc(5) shows it: 'R', 'S', 'D', 'Z'...; 'X' if the task is gone. */
char controlled_state(const struct controlled *task);

/* Whether that is its name now, which prctl(PR_SET_NAME) may have given it. */
bool controlled_is_called(const struct controlled *task, const char *name);

/* How often it was put on a processor. */
uint64_t controlled_runs(const struct controlled *task);

/* CPU time used so far. */
double controlled_cpu_ms(const struct controlled *task);

/* Signals that this very task would take now. Of those that are pending for its process the kernel
 * has chosen one thread to take them, and does not say which: only where it must be this one. */
uint64_t controlled_pending(const struct controlled_tasks *tasks, const struct controlled *task);

/* Where the dynamic linker is in the task's memory: AT_BASE of getauxval(3). */
uint64_t controlled_linker(const struct controlled *task);

/* Whether the task has a child or a brother thread that is not among `tasks`, and on its way to its
 * first point. */
bool controlled_misses_newborn(const struct controlled_tasks *tasks, const struct controlled *task);

/* Whether a living task of the process is among them. */
bool controlled_lives(const struct controlled_tasks *tasks, pid_t tgid);

#endif
