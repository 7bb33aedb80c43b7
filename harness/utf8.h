/* utf8.h - makes bytes from a foreign program fit to be shown.
 *
 * Output, file names and process names of a program under test are any bytes at all. JSON wants
 * valid UTF-8, and a terminal must not get control sequences that it would obey. */
#ifndef BROKENPIPE_UTF8_H
#define BROKENPIPE_UTF8_H

#include <stddef.h>

/* The bytes with every NUL and every byte that is not part of valid UTF-8 replaced by U+FFFD. A new
 * string; NULL if memory is short. */
char *utf8_repair(const char *bytes, size_t length);

/* The same, with control characters made visible too, as U+2400 and following ("␛" for escape); and
 * U+FFFD for those that have no such picture, and for the invisible characters that end a line or
 * turn the direction of the text. A tab is kept. */
char *utf8_printable(const char *bytes, size_t length);

/* How many characters the bytes of valid UTF-8 are: on a terminal, about their width. */
size_t utf8_width(const char *bytes, size_t length);

/* How many bytes the first `width` characters of the string are, or all if it has fewer. */
size_t utf8_prefix(const char *string, size_t width);

#endif
