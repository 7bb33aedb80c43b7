/* ledger.h - takes stock of what a run left behind in its world. */
#ifndef BROKENPIPE_LEDGER_H
#define BROKENPIPE_LEDGER_H

#include "error.h"
#include "observation.h"
#include "watch.h"

/* Adds to o->left what lives: processes, zombies, abstract sockets. To be taken before the world is
 * killed. 0, or -1 with `err`. */
int ledger_take_living(const struct watch *w, struct observation *o, struct error *err);

/* Adds what outlives the processes, when all are dead: files, queues, segments... `visible` are the
 * places where the host's files are shown (not left by the program). Puts o->left in order. 0, or
 * -1 with `err`. */
int ledger_take(const struct view *v, char *const *visible, struct observation *o,
                struct error *err);

/* Copies the world's /tmp and /dev/shm to directory `to`, which must exist: regular files and
 * directories; the rest cannot be used outside. 0, or -1 with `err`. */
int ledger_keep(const struct view *v, const char *to, struct error *err);

#endif
