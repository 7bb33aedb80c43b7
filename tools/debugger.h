/* debugger.h - gdb(1) on a process of a replayed run. */
#ifndef BROKENPIPE_DEBUGGER_H
#define BROKENPIPE_DEBUGGER_H

#include "error.h"
#include "observation.h"

#include <stdbool.h>
#include <sys/types.h>

struct debugger {
    bool started;
    struct error err; /* why not, if it could not be; else "" */
};

/* For replay_options.at_end, `context` being a struct debugger: prints the processes, and starts
 * gdb on the one that comes first in the explanation's chain, or else on the main one. Returns
 * gdb's number; 0 if it could not be started. */
pid_t debugger_start(void *context, const struct observation *o, const pid_t *pids, size_t n_pids);

#endif
