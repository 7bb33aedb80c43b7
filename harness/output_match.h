/* output_match.h - the output of a program held against a text or a regular expression.
 *
 * The newline that ends the output does not count. Bytes of value 0 are bytes like any other. */
#ifndef BROKENPIPE_OUTPUT_MATCH_H
#define BROKENPIPE_OUTPUT_MATCH_H

#include "error.h"
#include "observation.h"

#include <stdbool.h>

/* The bytes that count: those kept, without the newline that ends the output. */
size_t output_length(const struct output *output);

bool output_is_cut(const struct output *output);

/* Whether `text` is the whole output; one that was cut is never known to be. */
bool output_equals(const struct output *output, const char *text);

/* Whether the POSIX extended `regex` is found in the output. `^` is the start of all of it and `$`
 * its end (never where it was cut), so that `^$` means: no output. */
bool output_matches(const struct output *output, const char *regex);

/* Returns 0 if `regex` can be used; or -1 with what is wrong with it. */
int output_check_regex(const char *regex, struct error *err);

#endif
