/* transfer.h - splice(2), tee(2), sendfile(2): calls that can wait at either of two descriptors. */
#ifndef BROKENPIPE_TRANSFER_H
#define BROKENPIPE_TRANSFER_H

#include "task.h"

/* Which of its two descriptors a blocked call that moves data from `in` to `out` waits at:
 * ACCESS_READ for the first, ACCESS_WRITE for the second, 0 if that cannot be told. */
unsigned transfer_waits_at(struct view *v, const struct task *task, int in, int out);

#endif
