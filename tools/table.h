/* table.h - rows of a table whose cells are wrapped, for a terminal. */
#ifndef BROKENPIPE_TABLE_H
#define BROKENPIPE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    TABLE_COLUMNS = 8, /* at most */
    TABLE_GAP = 2      /* blanks between two columns */
};

struct cell {
    const char *text;   /* valid UTF-8, no control characters */
    size_t width;       /* of its column */
    bool right;         /* aligned to the right */
    const char *colour; /* SGR parameters, "1;31"; or NULL */
    size_t coloured;    /* that many bytes of the text, from its start */
};

/* Prints the cells side by side, each wrapped to its column's width, which is not 0. */
void table_row(FILE *to, const struct cell *cells, size_t n);

/* Columns of the terminal behind `fd`; `otherwise` if it is none. */
size_t terminal_width(int fd, size_t otherwise);

#endif
