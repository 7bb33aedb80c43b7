/* grid_text.c - the grid for a terminal: numbers, a dot for each hole, and the names below. */
#include "grid.h"

#include <string.h>

enum { GAP = 2 };

static size_t longest_shape(void)
{
    size_t longest = 0;
    for (int shape = 0; shape < SHAPES; shape++) {
        size_t length = strlen(shape_name((enum shape)shape));
        longest = length > longest ? length : longest;
    }
    return longest;
}

static size_t longest_mechanism(const struct grid *g)
{
    size_t longest = 0;
    for (size_t i = 0; i < g->n_mechanisms; i++) {
        size_t length = strlen(g->mechanisms[i]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* The heads stand side by side, or, where that would be too wide, are written from top to bottom.
 */
static bool fits(const struct grid *g, size_t width)
{
    size_t needed = longest_shape();
    for (size_t i = 0; i < g->n_mechanisms; i++)
        needed += GAP + strlen(g->mechanisms[i]);
    return needed <= width;
}

static int column_width(const char *mechanism, bool upright)
{
    return upright ? GAP + 1 : GAP + (int)strlen(mechanism);
}

static void put_heads(FILE *to, const struct grid *g)
{
    fprintf(to, "%*s", (int)longest_shape(), "");
    for (size_t i = 0; i < g->n_mechanisms; i++)
        fprintf(to, "%*s", column_width(g->mechanisms[i], false), g->mechanisms[i]);
    fputc('\n', to);
}

static void put_upright_heads(FILE *to, const struct grid *g)
{
    size_t height = longest_mechanism(g);
    for (size_t row = 0; row < height; row++) {
        fprintf(to, "%*s", (int)longest_shape(), "");
        for (size_t i = 0; i < g->n_mechanisms; i++) {
            const char *name = g->mechanisms[i];
            size_t above = height - strlen(name);
            fprintf(to, "%*c", column_width(name, true), row < above ? ' ' : name[row - above]);
        }
        fputc('\n', to);
    }
}

static void put_row(FILE *to, const struct grid *g, enum shape shape, bool upright)
{
    fprintf(to, "%-*s", (int)longest_shape(), shape_name(shape));
    for (size_t i = 0; i < g->n_mechanisms; i++) {
        int width = column_width(g->mechanisms[i], upright);
        size_t n = grid_count(g, shape, g->mechanisms[i]);
        if (n > 0)
            fprintf(to, "%*zu", width, n);
        else
            fprintf(to, "%*c", width, '.');
    }
    fputc('\n', to);
}

/* What the shape means, and where it is shown. */
static void put_names(FILE *to, const struct grid *g, enum shape shape)
{
    fprintf(to, "\n%s: %s\n", shape_name(shape), shape_meaning(shape));
    if (grid_count(g, shape, NULL) == 0)
        fputs("  (in no scenario)\n", to);
    for (const struct scenario *s = NULL; (s = grid_next(g, shape, NULL, s)) != NULL;)
        fprintf(to, "  %s\n", s->id);
}

void grid_text(FILE *to, const struct grid *g, size_t width)
{
    bool upright = !fits(g, width);
    if (upright)
        put_upright_heads(to, g);
    else
        put_heads(to, g);
    for (int shape = 0; shape < SHAPES; shape++)
        put_row(to, g, (enum shape)shape, upright);
    for (int shape = 0; shape < SHAPES; shape++)
        put_names(to, g, (enum shape)shape);
}
