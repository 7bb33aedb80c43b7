/* grid_markdown.c - the grid for README.md: each number leads to a scenario. */
#include "grid.h"

/* A link's title, "TEXT", in a cell of a table. */
static void put_title(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '|' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
    fputc('"', to);
}

static void put_cell(FILE *to, const struct grid *g, enum shape shape, const char *mechanism)
{
    size_t n = 0;
    fputc('|', to);
    for (const struct scenario *s = NULL; (s = grid_next(g, shape, mechanism, s)) != NULL;) {
        fprintf(to, "%s[%zu](scenarios/%s/ ", n > 0 ? " " : "", n + 1, s->id);
        put_title(to, s->expectation->title);
        fputc(')', to);
        n++;
    }
}

void grid_markdown(FILE *to, const struct grid *g)
{
    fputs("| |", to);
    for (size_t i = 0; i < g->n_mechanisms; i++)
        fprintf(to, " [%s](scenarios/%s/) |", g->mechanisms[i], g->mechanisms[i]);
    fputs("\n|---|", to);
    for (size_t i = 0; i < g->n_mechanisms; i++)
        fputs(":-:|", to);
    fputc('\n', to);
    for (int shape = 0; shape < SHAPES; shape++) {
        fprintf(to, "|%s", shape_name((enum shape)shape));
        for (size_t i = 0; i < g->n_mechanisms; i++)
            put_cell(to, g, (enum shape)shape, g->mechanisms[i]);
        fputs("|\n", to);
    }
}
