/* scheduler_story.h - what a person wants to know of a step: the call with its arguments, and the
 * line of the source. Private to the scheduler. */
#ifndef BROKENPIPE_SCHEDULER_STORY_H
#define BROKENPIPE_SCHEDULER_STORY_H

#include "schedule.h"
#include "view.h"
#include "virtual_time.h"

struct story_teller;

/* NULL: no memory; then nothing is told. */
struct story_teller *story_open(struct view *v, struct schedule *schedule);
void story_close(struct story_teller *teller);

/* Fills in shown and where of the step, and the task's name, while the task is held at `call`. */
void story_tell(struct story_teller *teller, const struct held_call *call, struct step *step);

#endif
