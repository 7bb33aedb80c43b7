/* restless.h - who has run while the others were looked at, and what he may hold.
 *
 * Descriptors of a process that has slept all the time are what they were seen to be. But those
 * that have run may have handed one to each other, through a socket or to a child, so that each was
 * looked at when another had it. */
#ifndef BROKENPIPE_RESTLESS_H
#define BROKENPIPE_RESTLESS_H

#include "closed_set.h"

/* Finds a process that has run or come since the census, of those listed in `now`, and may hold
 * something that the members wait for: `*holder`, or 0 if there is none. Each is looked at several
 * times. 0, or -1 if a member or what it waits for is not there any more. */
int restless_find_holder(const struct closed_set *set, const struct tasks *now, pid_t *holder);

#endif
