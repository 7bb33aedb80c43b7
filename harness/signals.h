/* signals.h - signals by name: "PIPE", "KILL", "RTMIN+3". */
#ifndef BROKENPIPE_SIGNALS_H
#define BROKENPIPE_SIGNALS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes the signal's name, or the number itself if it has none, and returns `text`. */
char *signal_format(int number, char *text, size_t size);

/* The signal whose name is `word`, or -1. */
int signal_parse(const char *word);

/* Writes the names of a mask, in which bit N - 1 stands for signal N, divided by blanks: "INT
 * TERM". A mask that lacks less than half of all is written by what it lacks: "all but KILL STOP".
 */
void signals_write(FILE *to, uint64_t mask);

#endif
