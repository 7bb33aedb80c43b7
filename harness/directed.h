/* directed.h - one controlled run in which the world is as unkind as it may be, in one way.
 *
 * The explorer's scheduler makes it (scheduler.h), and takes the same decisions in every run: who
 * goes next is what a scheduler that never preempts would say, but for the direction. */
#ifndef BROKENPIPE_DIRECTED_H
#define BROKENPIPE_DIRECTED_H

#include "error.h"
#include "observation.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>

struct direction {
    bool short_reads; /* a read from a pipe, FIFO or stream socket returns one byte */
    bool no_sleep;    /* a sleep is over before anybody else has done anything */
    const char *slow; /* the process of this name goes only when nobody else can; or NULL */
    struct {
        const char *name, *call; /* of the process, and of its system call, as strace has it */
        size_t nth;              /* which one of these calls, from 1 */
    } killed;                    /* by SIGKILL as it enters the call; name == NULL: nobody */
};

/* Whether there is any: else the run is a natural one. */
bool is_directed(const struct direction *d);

/* Whether a process can be killed as it enters `call`: 0, or -1 with what is wrong with it. */
int direction_check_call(const char *call, struct error *err);

/* Makes the run as world_run() does, controlled. `*came_to_it`: not so if nobody had that name, or
 * made that call, so that nobody was slow, or killed, and the run says nothing. 0, or -1 with
 * `err`. */
int directed_run(const struct world_spec *spec, const struct direction *d, struct observation *o,
                 bool *came_to_it, struct error *err);

/* Says what a run did not come to: "nobody called worker entered write". */
void direction_miss(const struct direction *d, char *text, size_t size);

#endif
