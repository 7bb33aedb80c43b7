/* report_dot.c - the wait-for graph in the language of Graphviz: a box for each task, an arrow to
 * whom it waits for, and the chain that tells the story in red. */
#include "report.h"

#include "report_put.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    TASKS_DRAWN = 100, /* more than these, and those of the chain, make no picture */
    EDGES_DRAWN = 200, /* the same; apart from the chain's */
    BOX_WIDTH = 48,    /* columns of text */
    REASON_WIDTH = 28,
    LESSON_WIDTH = 80,
};

/* Writes one character of a quoted string; `size` bytes of valid UTF-8. */
static void put_character(FILE *to, const char *character, size_t size)
{
    if (character[0] == '"' || character[0] == '\\')
        fprintf(to, "\\%c", character[0]);
    else if (character[0] == '&') /* Graphviz would read an entity of HTML */
        fputs("&amp;", to);
    else if (size == 3 && memcmp(character, "\xEF\xBF", 2) == 0 && character[2] >= '\xBE')
        fputs("\xEF\xBF\xBD", to); /* U+FFFE and U+FFFF may be in no SVG */
    else
        fwrite(character, 1, size, to);
}

/* Writes foreign bytes as a part of a quoted string, in lines of at most `width` columns. */
static void put_quoted(FILE *to, const char *string, size_t width)
{
    char *printable = utf8_printable(string, strlen(string));
    const char *rest = printable != NULL ? printable : "(out of memory)";
    while (*rest != '\0') {
        const char *end = rest + first_line(rest, width);
        while (rest < end) {
            size_t size = utf8_prefix(rest, 1);
            put_character(to, rest, size);
            rest += size;
        }
        rest += strspn(rest, " ");
        fputs(*rest != '\0' ? "\\n" : "", to);
    }
    free(printable);
}

static bool is_in_chain(const struct explanation *x, size_t task)
{
    for (size_t i = 0; i < x->chain.n; i++) {
        const struct edge *e = &x->edges[x->chain.edges[i]];
        if (e->from == task || e->to == (long)task)
            return true;
    }
    return false;
}

static bool is_drawn(const struct explanation *x, size_t task)
{
    return task < TASKS_DRAWN || is_in_chain(x, task);
}

/* A line more in a box. */
static void put_box_line(FILE *to, const char *text)
{
    fputs("\\n", to);
    put_quoted(to, text, BOX_WIDTH);
}

static void put_place(FILE *to, const struct frame *own)
{
    fputs("\\n", to);
    if (own->function != NULL) {
        put_quoted(to, own->function, BOX_WIDTH);
        fputs(", ", to);
    }
    put_quoted(to, frame_file(own), BOX_WIDTH);
    fprintf(to, ":%d", own->line);
}

static void draw_task(FILE *to, const struct explanation *x, size_t task)
{
    const struct wait *w = &x->waits[task];
    char label[TASK_LABEL_SIZE];
    fprintf(to, "  task%zu [label=\"", task);
    put_quoted(to, task_label(w, label, sizeof label), BOX_WIDTH);
    if (w->gone)
        put_box_line(to, "is gone");
    else if (w->shown != NULL && w->shown[0] != '\0')
        put_box_line(to, w->shown);
    else
        put_box_line(to, w->call[0] != '\0' ? w->call : "runs");
    if (w->mode != MODE_ONE && w->n_wanted > 1)
        fprintf(to, w->mode == MODE_ALL ? "\\nneeds all of %zu" : "\\nneeds any of %zu",
                w->n_wanted);
    if (wait_own_frame(w) != NULL)
        put_place(to, wait_own_frame(w));
    fprintf(to, "\"%s];\n", is_in_chain(x, task) ? ", color=red" : "");
}

/* What an edge leads to that is no task: each time a node of its own, or it would look as if those
 * who wait for nobody met there. */
static void draw_no_task(FILE *to, size_t edge, const char *label)
{
    fprintf(to, "  end%zu [label=\"%s\", style=dashed, color=gray40, fontcolor=gray40];\n", edge,
            label);
}

static void draw_edge(FILE *to, const struct explanation *x, size_t edge)
{
    const struct edge *e = &x->edges[edge];
    char label[TASK_LABEL_SIZE];
    if (e->to < 0) {
        draw_no_task(to, edge, goal_label(x, e, label, sizeof label));
        fprintf(to, "  task%zu -> end%zu", e->from, edge);
    } else {
        fprintf(to, "  task%zu -> task%ld", e->from, e->to);
    }
    const char *doubt = edge_doubt(e);
    fprintf(to, " [label=\"%s%s", doubt, doubt[0] != '\0' ? "\\n" : "");
    put_quoted(to, e->reason, REASON_WIDTH);
    fprintf(to, "\"%s%s];\n", chain_has(x, edge) ? ", color=red, fontcolor=red, penwidth=2.5" : "",
            e->strength != EDGE_DEFINITE ? ", style=dashed" : "");
}

/* Returns how many tasks were left out. */
static size_t draw_tasks(FILE *to, const struct explanation *x)
{
    size_t drawn = 0;
    for (size_t i = 0; i < x->n_waits; i++) {
        if (!is_drawn(x, i))
            continue;
        draw_task(to, x, i);
        drawn++;
    }
    return x->n_waits - drawn;
}

/* Draws the chain, and other edges if both their ends are drawn. Returns how many were left out. */
static size_t draw_edges(FILE *to, const struct explanation *x)
{
    size_t drawn = 0, others = 0;
    for (size_t i = 0; i < x->n_edges; i++) {
        const struct edge *e = &x->edges[i];
        bool has_ends = is_drawn(x, e->from) && (e->to < 0 || is_drawn(x, (size_t)e->to));
        if (!chain_has(x, i) && (!has_ends || others++ >= EDGES_DRAWN))
            continue;
        draw_edge(to, x, i);
        drawn++;
    }
    return x->n_edges - drawn;
}

/* The lesson, and what the picture lacks. */
static void draw_title(FILE *to, const struct explanation *x, size_t tasks, size_t edges)
{
    fputs("  label=\"", to);
    if (x->lesson != NULL) {
        put_quoted(to, x->lesson, LESSON_WIDTH);
        fputs("\\n", to);
    }
    if (tasks > 0 || edges > 0)
        fprintf(to, "(%zu tasks and %zu arrows more are not drawn)\\n", tasks, edges);
    fputs("\";\n", to);
}

int report_explanation_dot(FILE *to, const struct explanation *x)
{
    fputs("digraph \"who waits for whom\" {\n"
          "  labelloc=t;\n"
          "  nodesep=0.6;\n"
          "  fontname=\"sans-serif\";\n"
          "  node [shape=box, fontname=\"sans-serif\", fontsize=12, margin=\"0.2,0.1\"];\n"
          "  edge [fontname=\"sans-serif\", fontsize=11];\n",
          to);
    size_t tasks = draw_tasks(to, x), edges = draw_edges(to, x);
    draw_title(to, x, tasks, edges);
    fputs("}\n", to);
    return fflush(to) == EOF || ferror(to) ? -1 : 0;
}
