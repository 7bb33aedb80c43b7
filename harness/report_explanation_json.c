/* report_explanation_json.c - who waits for whom, on what, and at which line, as JSON. */
#include "report.h"

#include "report_parts.h"
#include "signals.h"

static json_t *number_or_null(int number, bool known)
{
    return known ? json_integer(number) : json_null();
}

static json_t *task_json(const struct wait *w)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "pid", json_integer(w->pid));
    failed |= json_object_set_new(json, "tid", json_integer(w->tid));
    failed |= json_object_set_new(json, "name", string_json(w->name));
    return finished(json, failed);
}

/* Where an edge leads to: a task, "nobody" or "outside". */
static json_t *goal_json(const struct explanation *x, const struct edge *e)
{
    if (e->to >= 0)
        return task_json(&x->waits[e->to]);
    return json_string(e->to == EDGE_NOBODY ? "nobody" : "outside");
}

static json_t *wanted_json(const struct wanted *wanted)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "kind", json_string(object_kind_name(wanted->kind)));
    failed |= json_object_set_new(json, "state", string_json(wanted->state));
    failed |= json_object_set_new(json, "fd", number_or_null(wanted->fd, wanted->fd >= 0));
    failed |= json_object_set_new(json, "ready", json_boolean(wanted->ready));
    failed |= json_object_set_new(json, "name", string_or_null_json(wanted->name));
    failed |= json_object_set_new(json, "facts", string_or_null_json(wanted->facts));
    failed |= json_object_set_new(json, "origin", string_or_null_json(wanted->origin));
    return finished(json, failed);
}

static json_t *all_wanted_json(const struct wait *w)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < w->n_wanted; i++)
        failed |= json_array_append_new(json, wanted_json(&w->wanted[i]));
    return finished(json, failed);
}

static json_t *waits_for_json(const struct explanation *x, const struct edge *e)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "to", goal_json(x, e));
    failed |= json_object_set_new(json, "wanted", json_integer((json_int_t)e->wanted));
    failed |= json_object_set_new(json, "strength", json_string(edge_strength_name(e->strength)));
    failed |= json_object_set_new(json, "reason", string_or_null_json(e->reason));
    return finished(json, failed);
}

static json_t *all_waits_for_json(const struct explanation *x, size_t task)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < x->n_edges; i++)
        if (x->edges[i].from == task)
            failed |= json_array_append_new(json, waits_for_json(x, &x->edges[i]));
    return finished(json, failed);
}

static json_t *frame_json(const struct frame *f)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "function", string_or_null_json(f->function));
    failed |= json_object_set_new(json, "module", string_or_null_json(f->module));
    failed |= json_object_set_new(json, "file", string_or_null_json(f->file));
    failed |= json_object_set_new(json, "line", number_or_null(f->line, f->line > 0));
    failed |= json_object_set_new(json, "own", json_boolean(f->own));
    return finished(json, failed);
}

static json_t *stack_json(const struct wait *w)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < w->n_frames; i++)
        failed |= json_array_append_new(json, frame_json(&w->frames[i]));
    return finished(json, failed);
}

/* Where a person can look. */
static json_t *place_json(const struct frame *own)
{
    if (own == NULL)
        return json_null();
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "function", string_or_null_json(own->function));
    failed |= json_object_set_new(json, "file", string_or_null_json(own->file));
    failed |= json_object_set_new(json, "line", json_integer(own->line));
    return finished(json, failed);
}

static json_t *mask_json(uint64_t mask)
{
    json_t *json = json_array();
    int failed = 0;
    char name[32];
    for (int number = 1; number <= 64; number++)
        if ((mask >> (number - 1) & 1) != 0)
            failed |=
                json_array_append_new(json, json_string(signal_format(number, name, sizeof name)));
    return finished(json, failed);
}

static json_t *signals_json(const struct wait *w)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "pending", mask_json(w->pending));
    failed |= json_object_set_new(json, "blocked", mask_json(w->blocked));
    failed |= json_object_set_new(json, "caught", mask_json(w->caught));
    return finished(json, failed);
}

static json_t *wait_json(const struct explanation *x, size_t task)
{
    const struct wait *w = &x->waits[task];
    json_t *json = task_json(w);
    int failed = 0;
    failed |= json_object_set_new(json, "call", string_json(w->call));
    failed |= json_object_set_new(json, "shown", string_or_null_json(w->shown));
    failed |= json_object_set_new(json, "function", string_or_null_json(w->function));
    failed |= json_object_set_new(json, "object", json_string(object_kind_name(w->object)));
    failed |= json_object_set_new(json, "state", string_json(w->state));
    failed |= json_object_set_new(json, "sentence", string_or_null_json(w->sentence));
    failed |= json_object_set_new(json, "timed", json_boolean(w->timed));
    failed |= json_object_set_new(json, "mode", json_string(wait_mode_name(w->mode)));
    failed |= json_object_set_new(json, "wanted", all_wanted_json(w));
    failed |= json_object_set_new(json, "waits_for", all_waits_for_json(x, task));
    failed |= json_object_set_new(json, "at", place_json(wait_own_frame(w)));
    failed |= json_object_set_new(json, "stack", stack_json(w));
    failed |= json_object_set_new(json, "signals", signals_json(w));
    failed |= json_object_set_new(json, "gone", json_boolean(w->gone));
    failed |= json_object_set_new(json, "denied", string_or_null_json(w->denied));
    return finished(json, failed);
}

json_t *waits_json(const struct explanation *x)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < x->n_waits; i++)
        failed |= json_array_append_new(json, wait_json(x, i));
    return finished(json, failed);
}

static json_t *edge_json(const struct explanation *x, const struct edge *e)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "from", task_json(&x->waits[e->from]));
    failed |= json_object_set_new(json, "to", goal_json(x, e));
    failed |= json_object_set_new(json, "reason", string_or_null_json(e->reason));
    failed |= json_object_set_new(json, "strength", json_string(edge_strength_name(e->strength)));
    return finished(json, failed);
}

static json_t *chain_edges_json(const struct explanation *x)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < x->chain.n; i++)
        failed |= json_array_append_new(json, edge_json(x, &x->edges[x->chain.edges[i]]));
    return finished(json, failed);
}

static json_t *chain_json(const struct explanation *x)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "kind", json_string(chain_kind_name(x->chain.kind)));
    failed |= json_object_set_new(json, "edges", chain_edges_json(x));
    return finished(json, failed);
}

json_t *summary_json(const struct explanation *x)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "lesson", string_or_null_json(x->lesson));
    failed |= json_object_set_new(json, "chain", chain_json(x));
    failed |= json_object_set_new(json, "cut", json_boolean(x->cut));
    failed |= json_object_set_new(json, "took_ms", milliseconds_json(x->took_ms));
    return finished(json, failed);
}

json_t *report_explanation_json(const struct explanation *x)
{
    json_t *json = summary_json(x);
    return finished(json, json_object_set_new(json, "waits", waits_json(x)));
}
