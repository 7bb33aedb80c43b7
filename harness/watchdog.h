/* watchdog.h - a process that sees to it that nothing spins for ever.
 *
 * A task that computes without end at a real-time priority keeps the scheduler, which has a lower
 * one, off their processor. The watchdog, which has the highest one, sits on another processor if
 * there is one, and looks every few milliseconds whether the scheduler has run since. If not, it
 * raises the scheduler above the program: that one then sees for itself who computes, takes the
 * priority from whoever has done so for too long, and goes back to its own.
 *
 * The watchdog never looks into proc(5), nor takes any other lock of the kernel's: whoever held it
 * might be one that it keeps off the processor, for ever. Without real-time priorities there is
 * nothing to do, and the watchdog does nothing. */
#ifndef BROKENPIPE_WATCHDOG_H
#define BROKENPIPE_WATCHDOG_H

#include "error.h"
#include "processor.h"

#include <stdbool.h>
#include <sys/types.h>

struct watchdog;

/* Starts it, for the calling process as the scheduler. It ends with its parent. NULL with `err`. */
struct watchdog *watchdog_start(const struct processor *p, struct error *err);
void watchdog_stop(struct watchdog *w);

/* The scheduler has run. Cheap: a store to shared memory. */
void watchdog_beat(struct watchdog *w);

/* Whether the scheduler has been raised above the program, because it had not run for a while. */
bool watchdog_has_raised(const struct watchdog *w);

/* Back to PRIORITY_SCHEDULER: those of the program who can run, run on before this returns. */
void watchdog_step_back(struct watchdog *w);

#endif
