/* grid.h - which shape of failure is shown in which mechanism: shapes are rows, mechanisms columns,
 * and an empty cell is a hole in the corpus. */
#ifndef BROKENPIPE_GRID_H
#define BROKENPIPE_GRID_H

#include "corpus.h"
#include "shape.h"

#include <stddef.h>
#include <stdio.h>

struct grid {
    const struct corpus *corpus;
    char **mechanisms; /* sorted, NULL-terminated */
    size_t n_mechanisms;
};

/* 0, or -1 without memory. The corpus must outlive the grid. */
int grid_make(const struct corpus *corpus, struct grid *g);
void grid_free(struct grid *g);

/* The first scenario of a cell that comes after `last` (NULL: the very first), or NULL. A mechanism
 * that is NULL stands for all. A scenario whose expectation cannot be read is in no cell. */
const struct scenario *grid_next(const struct grid *g, enum shape shape, const char *mechanism,
                                 const struct scenario *last);

/* How many scenarios a cell has. */
size_t grid_count(const struct grid *g, enum shape shape, const char *mechanism);

/* The scenario's id without its mechanism. */
const char *grid_name(const struct scenario *s);

/* The whole on `to`, in at most `width` columns if that is possible. */
void grid_text(FILE *to, const struct grid *g, size_t width);
void grid_csv(FILE *to, const struct grid *g);
void grid_markdown(FILE *to, const struct grid *g);
void grid_html(FILE *to, const struct grid *g);

#endif
