/* report_columns.h - texts side by side in columns that fit a terminal; or, if that would make them
 * too narrow, one below the other with the column's name before each. For report_*.c alone. */
#ifndef BROKENPIPE_REPORT_COLUMNS_H
#define BROKENPIPE_REPORT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct column {
    char *name; /* fit to be shown */
    size_t width;
};

struct columns {
    struct column *all;
    size_t n;
    size_t left; /* what stands before the first column is so wide */
    size_t name_width;
    bool list; /* they do not fit */
};

enum { NO_COLUMN = -1 };

/* `n` columns without names. 0, or -1 without memory. To be closed in either case. */
int columns_open(struct columns *c, size_t n, size_t left);
void columns_close(struct columns *c);

/* The lines of `text` are going to stand in the column. */
void columns_measure(struct columns *c, size_t column, const char *text);

/* After all has been measured: takes from the widest until they fit. */
void columns_fit(struct columns *c);

/* Writes what belongs together: of each column some lines, "" being none; they are wrapped where
 * they must. `margin` stands before the first line. The text of column `first` comes first, and the
 * others begin a line below it; NO_COLUMN: all begin in the first line. 0, or -1 without memory. */
int columns_put(FILE *to, const struct columns *c, const char *margin, char *const *texts,
                int first);

/* A line below the columns' titles. */
void columns_rule(FILE *to, const struct columns *c);

#endif
