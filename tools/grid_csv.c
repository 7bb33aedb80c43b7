/* grid_csv.c - the grid as comma-separated values, RFC 4180: in each cell the names of its
 * scenarios. Neither names nor shapes have a character that would have to be quoted. */
#include "grid.h"

static void put_row(FILE *to, const struct grid *g, enum shape shape)
{
    fputs(shape_name(shape), to);
    for (size_t i = 0; i < g->n_mechanisms; i++) {
        const char *between = "";
        fputc(',', to);
        for (const struct scenario *s = NULL;
             (s = grid_next(g, shape, g->mechanisms[i], s)) != NULL; between = " ")
            fprintf(to, "%s%s", between, grid_name(s));
    }
    fputs("\r\n", to);
}

void grid_csv(FILE *to, const struct grid *g)
{
    fputs("shape", to);
    for (size_t i = 0; i < g->n_mechanisms; i++)
        fprintf(to, ",%s", g->mechanisms[i]);
    fputs("\r\n", to);
    for (int shape = 0; shape < SHAPES; shape++)
        put_row(to, g, (enum shape)shape);
}
