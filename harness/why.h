/* why.h - why processes of this machine, outside of any world, do not go on.
 *
 * Starts from some processes and follows who could wake whom. A task is *stuck* if it waits without
 * limit of time and everybody who could end its wait, as far as can be seen, is stuck as well, or
 * does not exist. Nothing is stopped or changed.
 *
 * Stuck tasks are a *deadlock* if nothing that they wait for can ever come. That is shown in two
 * passes, as in proof.h, with the explanation between them. But a machine is not closed as a world
 * is: so no doubt of doubt.h may be left, and no process that has run between the passes may hold
 * what is waited for (restless.h). What is not considered: a signal from somebody else, which can
 * still end or interrupt them; a debugger that acts for them; and a thread that has given the
 * number of a descriptor another meaning since the call on it began.
 */
#ifndef BROKENPIPE_WHY_H
#define BROKENPIPE_WHY_H

#include "error.h"
#include "explanation.h"
#include "view.h"

enum why_verdict {
    WHY_GONE,     /* none of the processes that were asked for is there any more */
    WHY_FREE,     /* all of them run, or wait for something that may still come */
    WHY_STUCK,    /* some are stuck, but that nobody else can wake them is not proved: `doubt` */
    WHY_DEADLOCK, /* some are stuck, and it is proved that nothing they wait for can ever come */
};

struct why {
    enum why_verdict verdict;
    struct explanation explanation; /* of the processes asked for, and of those they wait for */
    bool *stuck;                    /* stuck[i] tells of explanation.waits[i] */
    char *doubt;                    /* WHY_STUCK: what keeps it from being proved; else NULL */
};

/* Looks at the processes pids[0..n-1]. 0, or -1 with `err`; `w` is to be released in either case.
 */
int why_look(struct view *v, const pid_t *pids, size_t n, struct why *w, struct error *err);
void why_free(struct why *w);

const char *why_verdict_name(enum why_verdict verdict); /* "gone", "free", "stuck", "deadlock" */

#endif
