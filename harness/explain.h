/* explain.h - who waits for whom, on what, at which line: looks at tasks that wait, and says so.
 *
 * Nothing is stopped or changed: all is read from proc(5), sock_diag(7), and by looking at
 * duplicates of descriptors. */
#ifndef BROKENPIPE_EXPLAIN_H
#define BROKENPIPE_EXPLAIN_H

#include "error.h"
#include "explanation.h"
#include "origin.h"
#include "view.h"

struct explain_options {
    bool lines;                    /* unwind the user's stacks: functions and source lines */
    const struct origins *origins; /* where pipes were made; or NULL */
    const pid_t *start;            /* the processes to begin with; NULL: all */
    size_t n_start;
};

/* Explains every living task of a world; or those of `start`, and all that their waits lead to.
 * Returns 0, or -1 with `err`; a task that ends meanwhile is marked as gone. `x` is to be released
 * with explanation_free() in either case. */
int explain(struct view *v, const struct explain_options *options, struct explanation *x,
            struct error *err);

#endif
