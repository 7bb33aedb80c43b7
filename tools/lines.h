/* lines.h - a text file, line by line. */
#ifndef BROKENPIPE_LINES_H
#define BROKENPIPE_LINES_H

#include "error.h"

#include <stddef.h>

struct lines {
    char *text;  /* the whole, a NUL in place of each newline */
    char **line; /* without their newlines; the first is line[0] */
    size_t n;
};

/* 0, or -1 with `err`; to be released in either case. */
int lines_read(const char *path, struct lines *l, struct error *err);

/* The lines of `text`, a string of malloc(3) that they take over. 0, or -1 without memory. */
int lines_split(char *text, struct lines *l);

void lines_free(struct lines *l);

#endif
