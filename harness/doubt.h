/* doubt.h - what keeps tasks that are stuck, as far as can be seen, from being proved dead.
 *
 * A world is closed, a machine is not: processes may be out of sight, descriptors may lie in queues
 * where nobody sees them, timers may be armed, and who has no right to look sees less. Each of
 * these is looked for here, and the first that is found is told. */
#ifndef BROKENPIPE_DOUBT_H
#define BROKENPIPE_DOUBT_H

#include "closed_set.h"

#include <stdbool.h>
#include <stddef.h>

/* To be asked while all members are blocked. `why` gets the reason, a sentence without its full
 * stop, if the answer is true. */
bool doubt_any(const struct closed_set *set, char *why, size_t size);

#endif
