/* report_explanation.c - who waits for whom, in lines that a person wants to read: the lesson, a
 * block for each task, and the graph as arrows. */
#include "report.h"

#include "report_put.h"
#include "signals.h"
#include "stack.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    DETAIL_INDENT = 4, /* of the lines below a block's first one */
    LABEL_WIDTH = 8,   /* of the word that begins such a line */
    CALLS_SHOWN = 8,   /* of a stack */
    WANTED_SHOWN = 16, /* of the things that one call waits for */
    EDGES_SHOWN = 16,  /* of those that are not in the chain */
    ALIKE_SHOWN = 5,   /* tasks that are named because they wait as another does */
};

static void put_indent(FILE *to, int indent)
{
    fprintf(to, "%*s", indent, "");
}

/* Begins a line of a block; without a label it goes on with what the line before it tells. */
static void put_label(FILE *to, int indent, const char *label)
{
    fprintf(to, "%*s%-*s", indent + DETAIL_INDENT, "", LABEL_WIDTH, label);
}

/* "(5 more)" as a line of its own, if there are more. */
static void put_more(FILE *to, int indent, size_t all, size_t shown)
{
    if (all > shown)
        fprintf(to, "%*s(%zu more)\n", indent, "", all - shown);
}

/* The task and its sentence in one: "child (pid 3) waits in write on a full pipe". */
static void tell_sentence(FILE *to, int indent, const struct wait *w)
{
    char label[TASK_LABEL_SIZE];
    size_t name = strnlen(w->name, sizeof w->name);
    put_indent(to, indent);
    put_string(to, task_label(w, label, sizeof label));
    if (w->gone) {
        fputs(" is gone", to);
    } else if (w->sentence == NULL) {
        fputs(w->call[0] != '\0' ? " waits in " : " runs", to);
        put_string(to, w->call);
    } else if (strncmp(w->sentence, w->name, name) == 0 && w->sentence[name] == ' ') {
        put_string(to, w->sentence + name);
    } else {
        fputs(": ", to);
        put_string(to, w->sentence);
    }
    fputc('\n', to);
}

static void tell_call(FILE *to, int indent, const struct wait *w)
{
    if (w->shown == NULL || w->shown[0] == '\0')
        return;
    put_label(to, indent, "call");
    put_string(to, w->shown);
    fputc('\n', to);
}

/* What one thing is, by what the task knows it, and where it came from; then its state below. */
static void tell_wanted(FILE *to, int indent, const struct wait *w, const struct wanted *wanted)
{
    put_string(to, wanted->name != NULL ? wanted->name : object_kind_name(wanted->kind));
    if (wanted->fd >= 0)
        fprintf(to, ", fd %d", wanted->fd);
    if (wanted->origin != NULL) {
        fputs(", from ", to);
        put_string(to, wanted->origin);
    }
    if (w->n_wanted > 1 && wanted->state[0] != '\0') { /* of one thing the sentence has told it */
        fputs(", ", to);
        put_string(to, wanted->state);
    }
    fputs(wanted->ready ? ", ready\n" : "\n", to);
    int deeper = w->n_wanted > 1 ? 2 : 0;
    if (wanted->facts != NULL)
        put_paragraph(to, indent + DETAIL_INDENT + LABEL_WIDTH + deeper, wanted->facts);
}

static void tell_all_wanted(FILE *to, int indent, const struct wait *w)
{
    const char *label = "for";
    if (w->n_wanted > 1 && w->mode != MODE_ONE)
        label = w->mode == MODE_ALL ? "all of" : "any of";
    for (size_t i = 0; i < w->n_wanted && i < WANTED_SHOWN; i++) {
        put_label(to, indent, i == 0 ? label : "");
        tell_wanted(to, indent, w, &w->wanted[i]);
    }
    put_more(to, indent + DETAIL_INDENT + LABEL_WIDTH, w->n_wanted, WANTED_SHOWN);
}

static const char *module_name(const struct frame *f)
{
    const char *slash = strrchr(f->module, '/');
    return slash != NULL ? slash + 1 : f->module;
}

/* "write_records (broken.c:38)", "sem_wait of libc.so.6", "code of python3". */
static void put_frame(FILE *to, const struct frame *f)
{
    put_string(to, f->function != NULL ? f->function : "code");
    if (f->own) {
        fputs(" (", to);
        put_string(to, frame_file(f));
        fprintf(to, ":%d)", f->line);
    } else if (f->module != NULL) {
        fputs(" of ", to);
        put_string(to, module_name(f));
    }
}

/* Whether the C library begins a program or thread here. What called that says nothing. */
static bool is_start(const struct frame *f)
{
    static const char *const names[] = {"__libc_start_main", "__libc_start_call_main",
                                        "__libc_start_main_impl", "start_thread", "_start"};
    for (size_t i = 0; f->function != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(f->function, names[i]) == 0)
            return true;
    return false;
}

/* Whether the stack begins in code without a name that a function of the C library calls there. */
static bool begins_in_nameless_part(const struct wait *w)
{
    size_t outside = stack_outside(w->frames, w->n_frames), named = 0;
    while (named < outside && w->frames[named].function == NULL)
        named++;
    return named > 0 && named < outside;
}

/* Which call of the stack is worth a line: of a program with debug information its own ones; of
 * others each that has a name, and one for several that have none. */
static bool is_told(const struct wait *w, size_t i, bool has_own)
{
    const struct frame *f = &w->frames[i];
    if (has_own)
        return f->own;
    if (i == 0)
        return !begins_in_nameless_part(w);
    return f->function != NULL || w->frames[i - 1].function != NULL;
}

/* The call into a library that the program's own frame number `own` is in: into the C library, if
 * it got there, whatever lies between. */
static void put_library_call(FILE *to, const struct wait *w, size_t own)
{
    size_t outside = stack_outside(w->frames, w->n_frames);
    struct frame called = w->frames[own - 1];
    if (outside > 0 && w->function != NULL) {
        called = w->frames[outside - 1];
        called.function = w->function;
    }
    fputs(", in ", to);
    put_frame(to, &called);
}

static void tell_stack(FILE *to, int indent, const struct wait *w)
{
    const struct frame *own = wait_own_frame(w);
    size_t told = 0;
    for (size_t i = 0; i < w->n_frames && !is_start(&w->frames[i]); i++) {
        if (!is_told(w, i, own != NULL) || told++ >= CALLS_SHOWN)
            continue;
        put_label(to, indent, told == 1 ? "at" : "");
        fputs(told == 1 ? "" : "called from ", to);
        put_frame(to, &w->frames[i]);
        if (&w->frames[i] == own && i > 0)
            put_library_call(to, w, i);
        fputc('\n', to);
    }
    put_more(to, indent + DETAIL_INDENT + LABEL_WIDTH, told, CALLS_SHOWN);
}

static void tell_signals(FILE *to, int indent, const struct wait *w)
{
    const struct {
        const char *word;
        uint64_t mask;
    } sets[] = {{"pending", w->pending}, {"blocked", w->blocked}, {"caught", w->caught}};
    if ((w->pending | w->blocked | w->caught) == 0)
        return;
    put_label(to, indent, "signals");
    const char *between = "";
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (sets[i].mask == 0)
            continue;
        fprintf(to, "%s%s ", between, sets[i].word);
        signals_write(to, sets[i].mask);
        between = ", ";
    }
    fputc('\n', to);
}

static void tell_denied(FILE *to, int indent, const struct wait *w)
{
    if (w->denied == NULL)
        return;
    put_label(to, indent, "denied");
    put_string(to, w->denied);
    fputc('\n', to);
}

static bool same_string(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_wanted(const struct wait *a, const struct wait *b)
{
    bool same = a->n_wanted == b->n_wanted;
    for (size_t i = 0; same && i < a->n_wanted; i++)
        same = same_string(a->wanted[i].name, b->wanted[i].name) &&
               same_string(a->wanted[i].facts, b->wanted[i].facts);
    return same;
}

static bool same_place(const struct wait *a, const struct wait *b)
{
    const struct frame *f = wait_own_frame(a), *g = wait_own_frame(b);
    if (f == NULL || g == NULL)
        return f == g;
    return f->line == g->line && same_string(f->file, g->file) &&
           same_string(f->function, g->function);
}

/* Whether `b` waits just as `a` does, so that its block would say nothing new. */
static bool is_alike(const struct wait *a, const struct wait *b)
{
    return a->gone == b->gone && strcmp(a->call, b->call) == 0 &&
           same_string(a->sentence, b->sentence) && same_string(a->denied, b->denied) &&
           a->pending == b->pending && a->blocked == b->blocked && a->caught == b->caught &&
           same_wanted(a, b) && same_place(a, b);
}

static bool is_first_of_alike(const struct explanation *x, size_t task)
{
    for (size_t i = 0; i < task; i++)
        if (is_alike(&x->waits[i], &x->waits[task]))
            return false;
    return true;
}

/* The later tasks that wait just as this one does. */
static void tell_alike(FILE *to, int indent, const struct explanation *x, size_t task)
{
    size_t alike = 0;
    for (size_t i = task + 1; i < x->n_waits; i++) {
        if (!is_alike(&x->waits[task], &x->waits[i]) || alike++ >= ALIKE_SHOWN)
            continue;
        char label[TASK_LABEL_SIZE];
        if (alike == 1)
            put_label(to, indent, "alike");
        fputs(alike == 1 ? "" : ", ", to);
        put_string(to, task_label(&x->waits[i], label, sizeof label));
    }
    if (alike > ALIKE_SHOWN)
        fprintf(to, " and %zu more", alike - ALIKE_SHOWN);
    fputs(alike > 0 ? "\n" : "", to);
}

static void tell_task(FILE *to, int indent, const struct explanation *x, size_t task)
{
    const struct wait *w = &x->waits[task];
    tell_sentence(to, indent, w);
    tell_call(to, indent, w);
    tell_all_wanted(to, indent, w);
    tell_stack(to, indent, w);
    tell_signals(to, indent, w);
    tell_denied(to, indent, w);
    tell_alike(to, indent, x, task);
}

/* "parent (pid 2) -- child has not ended --> child (pid 3)". */
static void tell_edge(FILE *to, int indent, const struct explanation *x, const struct edge *e)
{
    char from[TASK_LABEL_SIZE], goal[TASK_LABEL_SIZE];
    put_indent(to, indent + DETAIL_INDENT);
    put_string(to, task_label(&x->waits[e->from], from, sizeof from));
    fprintf(to, " -- %s", edge_doubt(e));
    put_string(to, e->reason);
    fputs(" --> ", to);
    put_string(to, goal_label(x, e, goal, sizeof goal));
    fputc('\n', to);
}

static void tell_chain(FILE *to, int indent, const struct explanation *x)
{
    static const char *const titles[] = {
        [CHAIN_CYCLE] = "cycle", [CHAIN_DEAD_END] = "dead end", [CHAIN_OPEN] = "can still go on"};
    if (x->chain.kind == CHAIN_NONE)
        return;
    fprintf(to, "%*s%s:\n", indent, "", titles[x->chain.kind]);
    for (size_t i = 0; i < x->chain.n; i++)
        tell_edge(to, indent, x, &x->edges[x->chain.edges[i]]);
}

static void tell_other_edges(FILE *to, int indent, const struct explanation *x)
{
    size_t others = 0;
    for (size_t i = 0; i < x->n_edges; i++) {
        if (chain_has(x, i) || others++ >= EDGES_SHOWN)
            continue;
        if (others == 1)
            fprintf(to, "%*s%s:\n", indent, "",
                    x->chain.kind == CHAIN_NONE ? "who waits for whom" : "other waits");
        tell_edge(to, indent, x, &x->edges[i]);
    }
    put_more(to, indent + DETAIL_INDENT, others, EDGES_SHOWN);
}

void report_explanation_text(FILE *to, int indent, const struct explanation *x)
{
    if (x->lesson != NULL) {
        put_paragraph(to, indent, x->lesson);
        fputc('\n', to);
    }
    for (size_t i = 0; i < x->n_waits; i++)
        if (is_first_of_alike(x, i))
            tell_task(to, indent, x, i);
    if (x->cut)
        put_paragraph(to, indent, "There is more than can be told: of some tasks, not all is.");
    if (x->n_edges == 0)
        return;
    fputc('\n', to);
    tell_chain(to, indent, x);
    tell_other_edges(to, indent, x);
}
