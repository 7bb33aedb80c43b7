/* drain.h - standard output that is a pipe or a terminal, stdout_kind of world.h.
 *
 * Init makes it, in the world, and the harness keeps the end that is read, and moves what comes
 * there to the file that the program would else have written to. Nobody ever waits for the harness
 * but as long as it takes to look there, and the harness waits for nobody: not for the end of the
 * output either, which whoever was left behind may keep open.
 *
 * Of a deadlock it has to be known that this reader wakes nobody either. It does so only by reading
 * something: who waits for room in the pipe or terminal, or wants a signal when there is some, is
 * woken by a read that makes room, and by nothing else. If nothing is there to be read after the
 * two passes of the proof, and nobody has read since, then nothing was there at the instant
 * between them; and as no task goes on, nothing will be there ever again. Looking is enough:
 * poll(2) of a terminal's master waits for what the kernel still has to hand over to it
 * (n_tty_poll()). */
#ifndef BROKENPIPE_DRAIN_H
#define BROKENPIPE_DRAIN_H

#include "world.h"

#include <stdbool.h>

struct drain {
    int end;      /* where to read, or -1: there is nothing to do */
    int to;       /* the file */
    int terminal; /* its number below /dev/pts, or -1 */
    int error;    /* errno, if the file has not taken everything */
};

/* Makes a pipe or a terminal: `ends` get where the harness is to read, and where the program is to
 * write. To be called in the world. 0, or -1 with errno. */
int drain_make(enum stdout_kind kind, int ends[2]);

void drain_init(struct drain *d);
void drain_close(struct drain *d);

/* `end` has come, and is owned by the drain from now on; `to` is not. */
void drain_open(struct drain *d, int end, int to);

/* Moves what is there, at most some MiB of it: who never ends must not keep us here. */
void drain_take(struct drain *d);

/* Whether nothing is there, nor on its way. */
bool drain_is_empty(const struct drain *d);

#endif
