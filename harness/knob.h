/* knob.h - the knobs by name: one legal change of the world, or of the workload, each. */
#ifndef BROKENPIPE_KNOB_H
#define BROKENPIPE_KNOB_H

#include "error.h"
#include "expectation.h"

/* These leave the run as it is, but try its schedules. */
#define KNOB_EXPLORE         "explore"
#define KNOB_SECOND_INSTANCE "second-instance"

/* Whether `words` are a knob and what it needs: 0; or -1 with what would be right. */
int knob_check(char *const *words, struct error *err);

/* Turns the knob that `words` are, which knob_check() has passed. `run` has what there is without
 * it; its direction will point into `words`. 0, or -1 without memory. */
int knob_turn(char *const *words, struct claim_run *run);

/* Whether the knob `name` changes a single run, rather than asks for many. */
bool knob_is_of_one_run(const char *name);

#endif
