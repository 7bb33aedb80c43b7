/* explain.h - who waits for what: describes every task that is alive at the end of a run. */
#ifndef BROKENPIPE_EXPLAIN_H
#define BROKENPIPE_EXPLAIN_H

#include "error.h"
#include "observation.h"
#include "view.h"

/* Fills in o->waits. Nothing is stopped or changed: all is read from proc(5), and by looking at
 * duplicates of descriptors. 0, or -1 with `err`. */
int explain_waits(struct view *v, struct observation *o, struct error *err);

#endif
