/* grid_html.c - the grid as a page that needs nothing else: each number leads to a scenario's
 * folder, seen from the root of the tree, and tells its title. */
#include "grid.h"

static const char HEAD[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>brokenpipe: failures by shape and mechanism</title>\n"
    "<style>\n"
    ":root { color-scheme: light dark; font-family: sans-serif; }\n"
    "table { border-collapse: collapse; }\n"
    "th, td { padding: .2em .4em; border: 1px solid #8886; text-align: center; }\n"
    "th[scope=row] { text-align: left; font-weight: normal; white-space: nowrap; }\n"
    "td:empty { background: repeating-linear-gradient(45deg, #8882 0 3px, #0000 3px 6px); }\n"
    "dt { margin-top: .8em; }\n"
    "</style>\n"
    "<h1>Failures by shape and mechanism</h1>\n"
    "<p>A number leads to a scenario; a hatched cell is a hole.</p>\n";

static void put_escaped(FILE *to, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '>':
            fputs("&gt;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        default:
            fputc(*text, to);
        }
}

static void put_cell(FILE *to, const struct grid *g, enum shape shape, const char *mechanism)
{
    size_t n = 0;
    fputs("<td>", to);
    for (const struct scenario *s = NULL; (s = grid_next(g, shape, mechanism, s)) != NULL;) {
        fprintf(to, "%s<a href=\"scenarios/%s/\" title=\"%s: ", n > 0 ? " " : "", s->id,
                grid_name(s));
        put_escaped(to, s->expectation->title);
        fprintf(to, "\">%zu</a>", n + 1);
        n++;
    }
    fputs("</td>", to);
}

static void put_row(FILE *to, const struct grid *g, enum shape shape)
{
    fputs("<tr><th scope=\"row\" title=\"", to);
    put_escaped(to, shape_meaning(shape));
    fputs("\">", to);
    put_escaped(to, shape_name(shape));
    fputs("</th>", to);
    for (size_t i = 0; i < g->n_mechanisms; i++)
        put_cell(to, g, shape, g->mechanisms[i]);
    fputs("</tr>\n", to);
}

static void put_table(FILE *to, const struct grid *g)
{
    fputs("<table>\n<tr><th></th>", to);
    for (size_t i = 0; i < g->n_mechanisms; i++)
        fprintf(to, "<th scope=\"col\"><a href=\"scenarios/%s/\">%s</a></th>", g->mechanisms[i],
                g->mechanisms[i]);
    fputs("</tr>\n", to);
    for (int shape = 0; shape < SHAPES; shape++)
        put_row(to, g, (enum shape)shape);
    fputs("</table>\n", to);
}

/* What the shape means, and the scenarios that show it. */
static void put_names(FILE *to, const struct grid *g, enum shape shape)
{
    fputs("<dt><b>", to);
    put_escaped(to, shape_name(shape));
    fputs("</b>: ", to);
    put_escaped(to, shape_meaning(shape));
    fputs("</dt>\n", to);
    for (const struct scenario *s = NULL; (s = grid_next(g, shape, NULL, s)) != NULL;) {
        fprintf(to, "<dd><a href=\"scenarios/%s/\">%s</a>: ", s->id, s->id);
        put_escaped(to, s->expectation->title);
        fputs("</dd>\n", to);
    }
}

void grid_html(FILE *to, const struct grid *g)
{
    fputs(HEAD, to);
    put_table(to, g);
    fputs("<dl>\n", to);
    for (int shape = 0; shape < SHAPES; shape++)
        put_names(to, g, (enum shape)shape);
    fputs("</dl>\n</html>\n", to);
}
