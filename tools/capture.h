/* capture.h - runs another program, and keeps what it says. */
#ifndef BROKENPIPE_CAPTURE_H
#define BROKENPIPE_CAPTURE_H

#include "error.h"
#include "lines.h"

/* Runs argv[0], found in $PATH, to its end; `said` gets what it wrote to standard output and
 * standard error. Returns its exit status (128 and more if a signal ended it), or -1 with `err` if
 * it could not be run. `said` is to be released in either case. */
int capture(char *const argv[], struct lines *said, struct error *err);

#endif
