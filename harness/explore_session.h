/* explore_session.h - runs of one program under one schedule or another. Private to explore*.c. */
#ifndef BROKENPIPE_EXPLORE_SESSION_H
#define BROKENPIPE_EXPLORE_SESSION_H

#include "explore.h"
#include "processor.h"
#include "scheduler.h"

/* What the runs of one exploration, or of a replay, share. */
struct session {
    struct world_spec spec; /* the caller's, and the preloaded library visible */
    char **visible;
    char *preload;
    struct processor processor;
    bool claimed;
    struct control control;
    struct world *world; /* kept between the runs; or NULL */
};

/* `waits`, if not NULL, is called if all processors are claimed by others. 0, or -1 with `err`; to
 * be closed in either case. */
int session_open(struct session *s, const struct world_spec *spec, bool ordinary,
                 void (*waits)(void *context), void *context, struct error *err);
void session_close(struct session *s);

/* The clocks of all runs begin at the same time, so that a program that prints the time prints the
 * same one: that is from now on a little after today's. */
void session_set_clocks(struct session *s);

/* One run. 0, or -1 with `err`; the schedule is then in s->control, to be freed or taken over. */
int session_run(struct session *s, size_t (*choose)(void *, const struct decision *), void *context,
                struct observation *o, struct error *err);

/* What was chosen at the decisions of a run, one after the other: a choice, or what a scheduler
 * that never preempts would do. */
struct chosen {
    bool usual; /* option 0, whatever that is */
    struct choice choice;
};

/* What was chosen in `s`: the choices, or where `usually` and option 0 was chosen, that. A new
 * array of `*n`; NULL: no memory. */
struct chosen *session_chosen(const struct schedule *s, bool usually, size_t *n);

/* The run in which this is chosen, and then what is usual, as session_run(). Where a choice is not
 * offered, the usual is chosen, and schedule.diverged tells the first such step. */
int session_replay(struct session *s, const struct chosen *chosen, size_t n, struct observation *o,
                   struct error *err);

/* Whether two runs have ended alike: outcome, output, how much they left. */
bool session_same_end(const struct observation *a, const struct observation *b);
bool session_same_output(const struct observation *a, const struct observation *b);

/* Too much of something, CPU time say, is noticed by looking from time to time. After how many
 * steps that is, and what has been written by then, depends on the machine. */
bool session_is_noticed(struct outcome outcome);

/* Whether the replay `again` made the steps of the run whose hash is `hash`, up to `outcome`. */
bool session_same_steps(const struct schedule *again, uint64_t hash, struct outcome outcome);

/* Makes a failing schedule simpler: leaves out switches without which it fails as well, as
 * `is_failing` says, in at most a few dozen runs. `*failing` and `*o` are replaced by those of the
 * simpler run. 0, or -1 with `err`. */
int session_simplify(struct session *s, struct schedule *failing, struct observation *o,
                     bool (*is_failing)(void *context, const struct observation *o), void *context,
                     struct error *err);

#endif
