/* report_rows.h - the rows of a schedule's story: which steps are told, and which of them together.
 * For report_schedule.c alone. */
#ifndef BROKENPIPE_REPORT_ROWS_H
#define BROKENPIPE_REPORT_ROWS_H

#include "schedule.h"

#include <stdbool.h>
#include <stddef.h>

enum { MOST_TASKS = 12 }; /* of more tasks than that nobody reads each one's end */

/* A step; or several in a row in which one task does nothing but compute on. */
struct row {
    size_t first, n; /* steps */
    bool told;
    size_t lines; /* that it takes, if it is told; for whoever tells to fill in */
};

struct rows {
    struct row *all;
    size_t n;
};

/* The rows of the schedule, those worth telling marked. 0, or -1 without memory. To be closed in
 * either case. */
int rows_open(struct rows *rows, const struct schedule *s);
void rows_close(struct rows *rows);

/* Of a story with too many lines, leaves out the middle. */
void rows_shorten(struct rows *rows, const struct schedule *s);

/* How many rows from number `start` on are not told. */
size_t rows_hidden(const struct rows *rows, size_t start);

#endif
