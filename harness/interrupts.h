/* interrupts.h - can a signal end a system call of this program with EINTR?
 *
 * A call that waits for the seccomp filter's answer is interrupted by a signal that comes before
 * the harness has taken the notification, seccomp_unotify(2). It then starts again, and nothing is
 * lost, except after a handler that was installed without SA_RESTART, sigaction(2): then it fails
 * with EINTR. pipe(2) never does that by itself, and no program expects it. */
#ifndef BROKENPIPE_INTERRUPTS_H
#define BROKENPIPE_INTERRUPTS_H

#include <stdbool.h>

/* False if it is certain that the program in the file `path` installs no such handler, nor executes
 * a program that might: so its ELF file says. */
bool interrupts_possible(const char *path);

#endif
