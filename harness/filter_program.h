/* filter_program.h - a seccomp filter in the making: what every world refuses, what a caller adds
 * with libseccomp, and the program for the kernel that comes out of it. */
#ifndef BROKENPIPE_FILTER_PROGRAM_H
#define BROKENPIPE_FILTER_PROGRAM_H

#include "error.h"

#include <linux/filter.h>
#include <seccomp.h>

/* A filter that lets everything pass but what would escape from any world: calls of another
 * architecture (a 32-bit program), whose numbers mean other calls; userfaultfd(2); and prlimit64(2)
 * on the world's init. `result` is 0, or a negative errno of libseccomp; rules are added while it
 * is 0. */
struct filter_program {
    scmp_filter_ctx context;
    int result;
};

void filter_program_begin(struct filter_program *p);

/* The call gets `action` if all of the `n` comparisons hold; see seccomp_rule_add_array(3). Calls
 * that this machine does not have are left out. */
void filter_program_add(struct filter_program *p, unsigned action, int call, unsigned n,
                        const struct scmp_arg_cmp *comparisons);

/* An int argument: what the upper half of its register holds, the kernel does not look at. */
struct scmp_arg_cmp filter_low_half_is(unsigned argument, unsigned value);

/* Makes the program, whose filter->filter the caller frees, and frees all else. 0, or -1 with
 * `err`, also if any step before has failed. */
int filter_program_end(struct filter_program *p, struct sock_fprog *filter, struct error *err);

#endif
