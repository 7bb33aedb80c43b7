/* load.h - keeps every processor busy for a while. */
#ifndef BROKENPIPE_LOAD_H
#define BROKENPIPE_LOAD_H

#include "error.h"

#include <stddef.h>
#include <sys/types.h>

struct load {
    pid_t *spinners; /* one for each processor that this process may use */
    size_t n;
};

/* 0, or -1 with `err` and nothing started. The spinners die with the thread that starts them, at
 * the latest. */
int load_start(struct load *load, struct error *err);
void load_stop(struct load *load);

#endif
