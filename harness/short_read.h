/* short_read.h - reads that return less than there is, as POSIX allows on pipes and streams. */
#ifndef BROKENPIPE_SHORT_READ_H
#define BROKENPIPE_SHORT_READ_H

#include "view.h"
#include "virtual_time.h"

#include <stdbool.h>

/* Whether the call reads from a pipe, FIFO or stream socket (read, readv with one part, recvfrom
 * and recv without MSG_PEEK, MSG_WAITALL and MSG_TRUNC), wants more than one byte, and more than
 * one is there. */
bool short_read_possible(struct view *v, const struct held_call *call);

/* Whether it is such a call, but nothing is there yet: what comes while it waits in the kernel, it
 * gets as it comes. */
bool short_read_would_wait(struct view *v, const struct held_call *call);

/* Makes the call in the task's place, for one byte. Returns what is to be answered. */
long short_read_make(struct view *v, const struct held_call *call);

#endif
