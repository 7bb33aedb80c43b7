/* schedule.h - one schedule of a program: which task made which step, and why that one.
 *
 * A controlled run (scheduler.h) stops every task at its scheduling points (points.h). When all
 * tasks are held at one or blocked in the kernel, somebody has to choose what happens next: that is
 * a decision, and its possible answers are options. The list of choices, one for each decision with
 * more than one option, is all that it takes to make the same run again. */
#ifndef BROKENPIPE_SCHEDULE_H
#define BROKENPIPE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a held task does next. */
enum choice_kind {
    CHOICE_GO,      /* "go": the call at which it is held begins; with a signal pending: the signal
                       arrives during the call */
    CHOICE_SIGNAL,  /* "signal": the pending signal is delivered just before the call, which is
                       then begun anew */
    CHOICE_SHORT,   /* "short": the call reads one byte, though more are there */
    CHOICE_TIMEOUT, /* "timeout": time passes until the call's time limit, which ends it; or until
                       the end of its sleep */
    CHOICE_EXPIRE,  /* "expire": time passes until a timer of the task's process expires */
    CHOICE_SPIN,    /* "spin": it computes for a time slice without coming to a scheduling point */
    CHOICE_KINDS
};

struct choice {
    int task; /* number of the task in the order of birth: 0 is the program's main thread */
    enum choice_kind kind;
};

/* Whether the task is to be chosen only when nobody else can go, in a directed run. */
enum put_off {
    PUT_OFF_NOT,
    PUT_OFF_SLOW, /* yes, but not for ever: control.slow */
    PUT_OFF_IDLE, /* yes: it would only wait, control.shortest_reads */
};

struct alternative {
    struct choice choice;
    bool yields; /* the task is about to let others go first: sleep, sched_yield, a spin, a time
                    limit that runs out; or it is put off */
    bool sleeps; /* CHOICE_TIMEOUT: it is a sleep that ends */
    enum put_off put_off;
};

/* What can happen next. The options are in a fixed order: first what goes on with the task that ran
 * last, then the other tasks by number; those that yield come last. So option 0 is what a scheduler
 * that never preempts would do. */
struct decision {
    const struct alternative *options;
    size_t n;
    int current; /* the task that ran last and can go on without yielding; -1: none. To choose
                    another task then is a preemption */
};

/* One step: a task was let go at a scheduling point, and all ran until nothing moved any more. */
struct step {
    struct choice choice;
    size_t n_options; /* among how many it was chosen; 1: there was no choice */
    size_t chosen;    /* the number of the option */
    bool preempts;    /* `current` could have gone on */
    long nr;          /* system call number, or POINT_LIBRARY_CALL: see points.h */
    uint64_t args[6];
    bool blocks;    /* the call had not returned when nothing moved any more */
    uint64_t woken; /* tasks that waited in a call and whose call has ended: bit N is task N */
    uint64_t ended; /* tasks that ended */
    uint64_t
        signal;  /* CHOICE_GO, CHOICE_SIGNAL: signals that were pending: bit N - 1 is signal N */
    char *shown; /* the call decoded: "write(4, \"x\", 1)"; or NULL if that was not asked for */
    char *where; /* "deposit (broken.c:45)"; or NULL if not asked for or not known */
};

struct schedule_task {
    char path[48];  /* by birth: "0" is the main thread, "0.2" its second child or thread */
    char name[16];  /* its name, when it was last looked at */
    bool thread;    /* of the process of the task that made it */
    pid_t pid, tid; /* as the world numbers them */
};

struct schedule {
    struct step *steps;
    size_t n_steps, room;
    struct schedule_task *tasks;
    size_t n_tasks;
    uint64_t
        hash; /* of (task, kind, call) of all steps but spins: the same again means the same run */
    bool cut; /* it was longer than could be written down */
    size_t diverged; /* a replay could not follow the choices from this step on; 0: it could */
};

void schedule_init(struct schedule *s);
void schedule_free(struct schedule *s);

/* The next step, all zero; valid until the next call. NULL: no memory. */
struct step *schedule_add(struct schedule *s);

const char *choice_kind_name(enum choice_kind kind);
int choice_kind_parse(const char *word); /* or -1 */

#endif
