/* report_step.h - one step of a schedule in words. For report_schedule.c and report_*json.c alone.
 */
#ifndef BROKENPIPE_REPORT_STEP_H
#define BROKENPIPE_REPORT_STEP_H

#include "schedule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The name of the step's call: "read", "sem_wait". A new string, or NULL without memory. */
char *step_call_name(const struct step *step);

/* Whether bit `task` of step.woken or step.ended is set. */
bool step_has(uint64_t tasks, size_t task);

/* What step number `i`, or the `n` steps from there on in which one task computes on, is to the
 * task number `task`: the call that it makes, that it waits, that it goes on or ends because of
 * another's call. Lines, each with its newline, fit for a terminal; "" if the task has no part in
 * it. A new string, or NULL without memory. */
char *step_tell(const struct schedule *s, size_t i, size_t n, size_t task);

/* Whether more happens in it than that a call begins and returns. */
bool step_is_notable(const struct step *step);

#endif
