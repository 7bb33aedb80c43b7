/* ledger.h - takes stock of what a run left behind in its world. */
#ifndef BROKENPIPE_LEDGER_H
#define BROKENPIPE_LEDGER_H

#include "error.h"
#include "observation.h"
#include "watch.h"

/* Fills in o->left, after the end of the run and before the world is torn down. `visible` are the
 * places where the host's files are shown (not left by the program). 0, or -1 with `err`. */
int ledger_take(struct watch *w, char *const *visible, struct observation *o, struct error *err);

/* Copies the world's /tmp and /dev/shm to directory `to`, which must exist: regular files and
 * directories; the rest cannot be used outside. 0, or -1 with `err`. */
int ledger_keep(const struct view *v, const char *to, struct error *err);

#endif
