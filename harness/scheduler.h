/* scheduler.h - makes one controlled run: holds every task at its scheduling points, and lets one
 * go at a time, as it is told.
 *
 * See seccomp_unotify(2): the program runs under a filter that stops it at its points for an answer
 * from here. Before each choice all is quiet: every task is held, blocked in the kernel, or dead.
 */
#ifndef BROKENPIPE_SCHEDULER_H
#define BROKENPIPE_SCHEDULER_H

#include "error.h"
#include "observation.h"
#include "processor.h"
#include "schedule.h"
#include "watchdog.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;

/* How a run is controlled; the caller's, and to live as long as the run. */
struct control {
    const struct processor *processor;
    struct watchdog *watchdog;
    struct sock_fprog filter; /* of points_filter(), for INIT_LINK */
    const char *preload;      /* the library that makes points of the C library's calls */
    /* Chooses an option of a decision that has several. */
    size_t (*choose)(void *context, const struct decision *decision);
    void *context;
    bool sleeps_take_time; /* else a sleep guarantees nothing: it may end at any time */
    bool short_reads;      /* offer CHOICE_SHORT */
    bool shown;            /* fill in step.shown and step.where, which is dear */
    bool shortest_reads;   /* reads that could be short are put off until something is there */
    struct {
        const char *name; /* tasks of this name are put off until nobody else can go; or NULL */
        bool met;         /* set when there is one */
    } slow;
    struct {
        const char *name;  /* of the process that is killed; NULL: none is */
        long nr;           /* as it enters this call, */
        uint64_t function; /* POINT_LIBRARY_CALL: enum library_function, */
        size_t nth;        /* for the Nth time: counted down to 0, which is when it is killed */
    } killed;
    size_t max_steps;                    /* of a run of more, no more are written down */
    const struct observation *after_cut; /* how a run ends whose steps up to that were the same: it
                                            need not go on from there; or NULL */
    size_t expected_steps;               /* shown: of the run; of a long one not all are told */
    int64_t realtime_ns, monotonic_ns;   /* what the program's clocks show at its start */
    size_t stop_before; /* this step all tasks are stopped by SIGSTOP, and the run is over;
                           0: never */
    /* Called at the end, while the tasks that are left still live; or NULL. See explore.h. */
    pid_t (*at_end)(void *context, const struct observation *o, const pid_t *pids, size_t n_pids);
    void *at_end_context;
    pid_t *alive; /* filled in: the processes that are left, as the harness numbers them; to be
                     freed by the caller */
    size_t n_alive;
    struct schedule schedule; /* filled in; the caller frees it */
    int spent; /* filled in: namespaces that are not what they were, though nothing is left in them:
                  CLONE_NEWIPC, CLONE_NEWNET. Ids and ports that were given away would not be given
                  again */
};

/* Makes the run in the world that `w` looks at, and fills in outcome and note of `o`, as
 * watch_run() does. 0, or -1 with `err`. */
int scheduler_run(struct watch *w, struct control *control, struct observation *o,
                  struct error *err);

/* After the run: lets all calls of the program pass until the process `child`, a debugger, has
 * ended, and waits for it. */
void scheduler_serve(struct watch *w, pid_t child);

#endif
