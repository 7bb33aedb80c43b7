/* scheduler_parts.h - a controlled run under way. Private to scheduler*.c. */
#ifndef BROKENPIPE_SCHEDULER_PARTS_H
#define BROKENPIPE_SCHEDULER_PARTS_H

#include "controlled.h"
#include "scheduler.h"
#include "scheduler_story.h"
#include "watch.h"

struct scheduler {
    struct watch *watch;
    struct control *control;
    struct observation *o;
    struct controlled_tasks tasks;
    struct virtual_time time;
    struct story_teller *teller; /* NULL: steps are not shown */
    struct alternative *options;
    size_t n_options, option_room;
    int last; /* the task that was let go last */
    int current;
    unsigned signals;   /* steps after which a signal may be pending somewhere */
    bool any_signal;    /* from now on every step may send one */
    bool socket_limits; /* a socket has been given a time limit */
    bool cloned;        /* the step that is under way may have made a task */
    bool timer_first;   /* of the options: a sleep could end, but for an earlier timer */
    size_t after_main, turns;
    struct step spare; /* the latest step, when there are more than can be written down */
    double look_ms;    /* CLOCK_MONOTONIC of the next look at limits */
    double moved_ms;   /* and of the end of the last step */
    struct error *err;
};

/* How the run goes on. */
enum run_step {
    RUN_ON,
    RUN_ENDED,  /* the outcome is known */
    RUN_FAILED, /* with scheduler.err */
};

int scheduler_listener(const struct scheduler *s);
struct controlled *scheduler_task(const struct scheduler *s, int number);
int scheduler_number(const struct scheduler *s, const struct controlled *task);

/* The step that is under way; NULL before the first. */
struct step *scheduler_latest(struct scheduler *s);

/* Looks at budgets and limits, now and then. RUN_ENDED: one is used up. */
enum run_step scheduler_look(struct scheduler *s);

/* Waits until every task is held, blocked, spinning or dead. */
enum run_step scheduler_settle(struct scheduler *s);

/* Lists all that can happen next in s->options; none: nothing can. 0, or -1 with s->err. */
int scheduler_list_options(struct scheduler *s);

/* The earliest time at which time alone brings something about; INT64_MAX: there is none. */
int64_t scheduler_next_time(const struct scheduler *s);

/* Writes the chosen option down, as the latest step. NULL with s->err. */
struct step *scheduler_note(struct scheduler *s, size_t chosen);

/* Makes the step. What it brings about is known when all is quiet again. */
void scheduler_perform(struct scheduler *s, const struct step *step);

/* Replied instead of a result, it makes the kernel deliver what is pending and begin the call anew
 * (linux/errno.h, not for programs). Without anything pending the program would see it. */
enum { ERESTARTNOINTR = 513 };

/* Answers the notification `id`: the call goes on as it is, or has this result. */
void scheduler_reply(const struct scheduler *s, uint64_t id, long answer, bool go);

#endif
