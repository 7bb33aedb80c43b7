/* arguments.h - a system call with its arguments, for people. */
#ifndef BROKENPIPE_ARGUMENTS_H
#define BROKENPIPE_ARGUMENTS_H

#include "stack.h"
#include "task.h"
#include "view.h"

/* The call that `task` is blocked in, as strace(1) would begin it: "read(3, 0x7ffd5b678da0, 64)". A
 * new string, or NULL. */
char *arguments_format(struct view *v, const struct task *task, const char *name);

/* The call that `task` is about to make, as its program means it: what lies in memory is shown
 * instead of its address, and objects and functions by their names. `called` is the function of the
 * C library that the program called for it, or NULL if that is not known: where it hands its
 * arguments on, it is shown instead of the system call, and else named behind it:
 *
 *     open("ready", O_WRONLY|O_CREAT, 0600)      write(1, "done\n", 5) in puts
 *
 * A new string, or NULL. */
char *arguments_tell(struct view *v, struct stacks *stacks, const struct task *task,
                     const char *called);

#endif
