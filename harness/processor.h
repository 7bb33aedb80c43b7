/* processor.h - the one processor on which a controlled run happens.
 *
 * With real-time priorities (sched(7), SCHED_FIFO; CAP_SYS_NICE) the program's tasks run at a
 * higher priority than the scheduler, on the same processor: then the scheduler runs exactly when
 * no task of the program can, and tasks that become runnable run one after the other, in that
 * order. An ordinary user has no such priority, and has to ask for the tasks' states instead. */
#ifndef BROKENPIPE_PROCESSOR_H
#define BROKENPIPE_PROCESSOR_H

#include "error.h"

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

enum {
    PRIORITY_SCHEDULER = 5,
    PRIORITY_PROGRAM = 10,
    PRIORITY_RAISED = 15, /* of the scheduler, see watchdog.h */
    PRIORITY_WATCHDOG = 20,
};

struct processor {
    int number;
    bool real_time;
    int claim;        /* a socket whose name only one can have; or -1 */
    cpu_set_t before; /* what the caller's affinity and policy were */
    int before_policy;
    struct sched_param before_param;
};

/* Claims a processor that no other exploration of this machine uses at the time, waiting for one
 * if need be, moves the calling process there, and gives it PRIORITY_SCHEDULER if that is allowed
 * (and `ordinary` is not set, for tests). `waits`, if not NULL, is called once if it has to wait.
 * Explorations in other network namespaces (containers) do not see the claim. 0, or -1 with `err`.
 */
int processor_claim(struct processor *p, bool ordinary, void (*waits)(void *context), void *context,
                    struct error *err);

/* Moves the calling process back to where it was. */
void processor_release(struct processor *p);

/* Lets the process `pid`, a world's init, run wherever the caller could before, before others but
 * without a real-time priority: it must be able to end a program that spins at one. Its children
 * inherit that. What is not allowed is not done. */
void processor_spare(const struct processor *p, pid_t pid);

/* Puts the thread `tid`, the program's first, on the processor, with PRIORITY_PROGRAM if there are
 * priorities. Its children inherit both. ESRCH is no error: it has ended. 0 or -1 with `err`. */
int processor_take(const struct processor *p, pid_t tid, struct error *err);

/* Takes the priority from a thread that spins, or gives it back. Without priorities, nothing. */
void processor_demote(const struct processor *p, pid_t tid);
void processor_promote(const struct processor *p, pid_t tid);

#endif
