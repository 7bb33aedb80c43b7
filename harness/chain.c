/* chain.c - finds the cycle or the dead end of a wait-for graph. See chain.h. */
#include "chain.h"

#include <stdlib.h>
#include <string.h>

static const size_t NONE = (size_t)-1;

/* Where a search may lead, beside a task and what explanation.h has: any task that can go on. */
enum { EDGE_FREE = -3 };

/* One search, breadth first, over edges of at least some strength. */
struct search {
    const struct explanation *x;
    size_t *edges; /* where the edges of each task begin; one more at the end */
    enum edge_strength weakest;
    size_t *by;    /* edge by which each task was reached; NONE: not yet */
    size_t *queue; /* tasks in the order in which they were reached */
    size_t first, last;
};

static void begin(struct search *s, size_t start)
{
    for (size_t i = 0; i < s->x->n_waits; i++)
        s->by[i] = NONE;
    s->queue[0] = start;
    s->first = 0;
    s->last = 1;
}

static bool can_go_on(const struct wait *w)
{
    return w->timed || w->denied != NULL || w->object == OBJECT_NONE || w->object == OBJECT_TIME;
}

static bool leads_to(const struct explanation *x, const struct edge *edge, long goal)
{
    return goal == EDGE_FREE ? edge->to >= 0 && can_go_on(&x->waits[edge->to]) : edge->to == goal;
}

/* Goes on until an edge leads to `goal`: its number, or NONE if none does. */
static size_t search(struct search *s, size_t start, long goal)
{
    begin(s, start);
    while (s->first < s->last) {
        size_t task = s->queue[s->first++];
        for (size_t i = s->edges[task]; i < s->edges[task + 1]; i++) {
            const struct edge *edge = &s->x->edges[i];
            if (edge->strength < s->weakest && edge->to >= 0)
                continue;
            if (leads_to(s->x, edge, goal))
                return i;
            if (edge->to < 0 || (size_t)edge->to == start || s->by[edge->to] != NONE)
                continue;
            s->by[edge->to] = i;
            s->queue[s->last++] = (size_t)edge->to;
        }
    }
    return NONE;
}

static size_t length_of(const struct search *s, size_t start, size_t last_edge)
{
    size_t n = 1;
    for (size_t task = s->x->edges[last_edge].from; task != start;
         task = s->x->edges[s->by[task]].from)
        n++;
    return n;
}

/* Makes the path that ends with `last_edge` the chain. */
static int keep(struct explanation *x, const struct search *s, size_t start, size_t last_edge,
                enum chain_kind kind)
{
    size_t n = length_of(s, start, last_edge);
    size_t *edges = calloc(n, sizeof(*edges));
    if (edges == NULL)
        return -1;
    edges[n - 1] = last_edge;
    size_t task = x->edges[last_edge].from;
    for (size_t i = n - 1; i > 0; i--) {
        edges[i - 1] = s->by[task];
        task = x->edges[s->by[task]].from;
    }
    free(x->chain.edges);
    x->chain = (struct chain){.kind = kind, .edges = edges, .n = n};
    return 0;
}

/* The shortest cycle over edges of at least that strength. */
static int find_cycle(struct explanation *x, struct search *s)
{
    size_t shortest = NONE;
    for (size_t start = 0; start < x->n_waits; start++) {
        size_t last = search(s, start, (long)start);
        if (last == NONE || length_of(s, start, last) >= shortest)
            continue;
        shortest = length_of(s, start, last);
        if (keep(x, s, start, last, CHAIN_CYCLE) != 0)
            return -1;
    }
    return 0;
}

/* From the first task from which `goal` can be reached at all. */
static int find_path(struct explanation *x, struct search *s, long goal, enum chain_kind kind)
{
    for (size_t start = 0; start < x->n_waits; start++) {
        size_t last = can_go_on(&x->waits[start]) ? NONE : search(s, start, goal);
        if (last != NONE)
            return keep(x, s, start, last, kind);
    }
    return 0;
}

static int find_end(struct explanation *x, struct search *s)
{
    int result = find_path(x, s, EDGE_FREE, CHAIN_OPEN);
    if (x->chain.kind == CHAIN_NONE && result == 0)
        result = find_path(x, s, EDGE_OUTSIDE, CHAIN_OPEN);
    if (x->chain.kind == CHAIN_NONE && result == 0)
        result = find_path(x, s, EDGE_NOBODY, CHAIN_DEAD_END);
    return result;
}

/* The edges stand in the order of the tasks that they start from. */
static void index_edges(struct search *s)
{
    size_t edge = 0;
    for (size_t task = 0; task <= s->x->n_waits; task++) {
        while (edge < s->x->n_edges && s->x->edges[edge].from < task)
            edge++;
        s->edges[task] = edge;
    }
}

int chain_find(struct explanation *x)
{
    struct search s = {.x = x,
                       .edges = calloc(x->n_waits + 1, sizeof(*s.edges)),
                       .by = calloc(x->n_waits + 1, sizeof(*s.by)),
                       .queue = calloc(x->n_waits + 1, sizeof(*s.queue))};
    int result = s.edges == NULL || s.by == NULL || s.queue == NULL ? -1 : 0;
    if (result == 0)
        index_edges(&s);
    for (int weakest = EDGE_DEFINITE; weakest >= EDGE_POSSIBLE && result == 0; weakest--) {
        s.weakest = (enum edge_strength)weakest;
        if (x->chain.kind == CHAIN_NONE)
            result = find_cycle(x, &s);
    }
    if (result == 0 && x->chain.kind == CHAIN_NONE)
        result = find_end(x, &s);
    free(s.edges);
    free(s.by);
    free(s.queue);
    return result;
}
