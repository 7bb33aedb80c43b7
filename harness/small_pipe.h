/* small_pipe.h - makes the pipe that a program asks for with pipe(2) or pipe2(2), of one page.
 *
 * The kernel has no such limit for a world, so the call is stopped by the world's filter
 * (timers.h), the harness makes the pipe, with the same flags, lets it hold one page, F_SETPIPE_SZ
 * of fcntl(2), and gives it to the program: seccomp_unotify(2), SECCOMP_IOCTL_NOTIF_ADDFD. To the
 * program it is the kernel's own: its user owns it, it has the lowest free numbers, and nobody else
 * holds an end of it when the call returns. A call that will fail (flags, address, descriptors) is
 * left to the kernel, which knows best how, and so is one of a program whose memory we may not
 * reach, PR_SET_DUMPABLE of prctl(2).
 *
 * FIFOs keep their size: a FIFO has a buffer only while it is open, and who opened it to make the
 * buffer small would be a reader or a writer that the program sees. */
#ifndef BROKENPIPE_SMALL_PIPE_H
#define BROKENPIPE_SMALL_PIPE_H

#include "view.h"

#include <linux/seccomp.h>

enum small_pipe {
    SMALL_PIPE_LEFT,    /* the call is the kernel's: nothing has been done */
    SMALL_PIPE_MADE,    /* the program has it: the call is to return 0 */
    SMALL_PIPE_SPOILED, /* the program may notice something: a run of no use */
};

/* `call` is one of those two, and waits at `listener`. */
enum small_pipe small_pipe_make(int listener, const struct seccomp_notif *call,
                                const struct view *v);

#endif
