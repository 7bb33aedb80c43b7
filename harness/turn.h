/* turn.h - turns those knobs of a world that are settings of its namespaces and of its init, from
 * which the program inherits them. The others are turned where what they change is made:
 * drain.h (standard output) and small_pipe.h, and init.c (descriptors, instances). */
#ifndef BROKENPIPE_TURN_H
#define BROKENPIPE_TURN_H

#include "world.h"

/* The world's network is this one interface. 0, or -1 with errno. */
int bring_up_loopback(void);

/* `sys` is /proc/sys. 0, or -1 with errno. */
int turn_knobs(const struct world_knobs *knobs, int sys);

#endif
