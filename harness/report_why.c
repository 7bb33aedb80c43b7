/* report_why.c - the verdict on processes of the machine, and who could still wake those that are
 * not stuck. See report_why.h. */
#include "report_why.h"

#include "report.h"
#include "report_parts.h"
#include "report_put.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAMED = 4,    /* tasks in the verdict's line */
    FOLLOWED = 5, /* tasks of which each waits for the next */
    LISTED = 10   /* tasks that are not stuck and are told one by one */
};

static void put_label(FILE *to, const struct wait *w)
{
    char label[TASK_LABEL_SIZE];
    put_string(to, task_label(w, label, sizeof label));
}

static size_t count_stuck(const struct why *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->explanation.n_waits; i++)
        n += w->stuck[i];
    return n;
}

/* "cat (pid 7), sh (pid 8) and 3 more". */
static void put_stuck(FILE *to, const struct why *w)
{
    size_t all = count_stuck(w), told = 0;
    size_t named = all <= NAMED ? all : NAMED - 1;
    for (size_t i = 0; i < w->explanation.n_waits && told < named; i++) {
        if (!w->stuck[i])
            continue;
        fputs(told == 0 ? "" : told + 1 == all ? " and " : ", ", to);
        put_label(to, &w->explanation.waits[i]);
        told++;
    }
    if (all > named)
        fprintf(to, " and %zu more", all - named);
}

void report_why_text(FILE *to, const struct why *w)
{
    switch (w->verdict) {
    case WHY_GONE:
        fputs("nothing is stuck: no such process is left\n", to);
        return;
    case WHY_FREE:
        fputs("nothing is stuck\n", to);
        return;
    case WHY_STUCK:
        fputs("stuck, as far as can be seen: ", to);
        put_stuck(to, w);
        fputs("\nnot proved: ", to);
        put_string(to, w->doubt);
        break;
    case WHY_DEADLOCK:
        fputs("deadlock: ", to);
        put_stuck(to, w);
        fputs(count_stuck(w) == 1 ? " waits" : " wait", to);
        fputs(" for what can never come", to);
        break;
    }
    fputs("\n\n", to);
    report_explanation_text(to, 0, &w->explanation);
}

/* Why a task that somebody waits for is not stuck itself. */
static const char *how_it_goes_on(const struct wait *w)
{
    if (w->gone)
        return "which has just ended";
    if (w->denied != NULL)
        return "which may not be looked at";
    if (w->object == OBJECT_NONE)
        return "which runs";
    if (w->object == OBJECT_TIME)
        return "which sleeps until its time is up";
    if (w->timed)
        return "which waits with a time limit";
    if (w->object == OBJECT_UNKNOWN)
        return "which is in a call of unknown purpose";
    return NULL; /* because somebody else may wake it */
}

/* An edge that keeps task number `from` from being stuck, or NULL: of several, one that leads to
 * the outside, which is where a story ends. */
static const struct edge *saving_edge(const struct why *w, size_t from)
{
    const struct explanation *x = &w->explanation;
    const struct edge *saving = NULL;
    for (size_t i = 0; i < x->n_edges; i++) {
        const struct edge *e = &x->edges[i];
        if (e->from != from || (e->to != EDGE_OUTSIDE && (e->to < 0 || w->stuck[e->to])))
            continue;
        if (saving == NULL || (e->to == EDGE_OUTSIDE && saving->to != EDGE_OUTSIDE))
            saving = e;
    }
    return saving;
}

/* Who could wake the task; if that one waits as well, who could wake it, and so on. */
static void tell_hope(FILE *to, const struct why *w, size_t task, int depth)
{
    const struct wait *wait = &w->explanation.waits[task];
    const struct edge *e = saving_edge(w, task);
    if (wait->timed || wait->object == OBJECT_TIME) {
        fputs("until its time is up", to);
    } else if (e == NULL) {
        fputs("waiting for something that may come by itself", to);
    } else if (e->to == EDGE_OUTSIDE) {
        fputs("waiting for the outside: ", to);
        put_string(to, e->reason);
    } else if ((size_t)e->to == task) {
        fputs("waiting for what itself could do", to);
    } else {
        fputs("waiting for ", to);
        put_label(to, &w->explanation.waits[e->to]);
        const char *how = how_it_goes_on(&w->explanation.waits[e->to]);
        if (how != NULL || depth == FOLLOWED) {
            fprintf(to, ", %s", how != NULL ? how : "which waits for somebody else in turn");
            return;
        }
        fprintf(to, ", which is in %s ", w->explanation.waits[e->to].call);
        tell_hope(to, w, (size_t)e->to, depth + 1);
    }
}

static void tell_free(FILE *to, const struct why *w, size_t task)
{
    const struct wait *wait = &w->explanation.waits[task];
    put_label(to, wait);
    if (wait->gone) {
        fputs(" has just ended", to);
    } else if (wait->object == OBJECT_NONE) {
        fputs(" runs", to);
    } else {
        fprintf(to, " in %s: ", wait->call);
        tell_hope(to, w, task, 0);
    }
    fputc('\n', to);
}

static bool is_asked(const struct wait *w, const pid_t *pids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pids[i] == w->pid)
            return true;
    return false;
}

static void tell_count(FILE *to, size_t n, const char *one, const char *many)
{
    if (n > 0)
        fprintf(to, "%zu %s\n", n, n == 1 ? one : many);
}

/* Of many tasks only how many do what. */
static void tell_free_counts(FILE *to, const struct why *w, const bool *told)
{
    size_t running = 0, waiting = 0;
    for (size_t i = 0; i < w->explanation.n_waits; i++) {
        running += told[i] && w->explanation.waits[i].object == OBJECT_NONE;
        waiting += told[i] && w->explanation.waits[i].object != OBJECT_NONE;
    }
    tell_count(to, waiting, "task waits for something that may still come",
               "tasks wait for something that may still come");
    tell_count(to, running, "task runs", "tasks run");
}

void report_why_free_text(FILE *to, const struct why *w, const pid_t *pids, size_t n)
{
    const struct explanation *x = &w->explanation;
    size_t found = 0;
    bool *told = calloc(x->n_waits + 1, sizeof *told);
    if (told == NULL) {
        fputs("(out of memory)\n", to);
        return;
    }
    for (size_t i = 0; i < x->n_waits; i++) {
        told[i] = !w->stuck[i] && x->waits[i].denied == NULL && is_asked(&x->waits[i], pids, n);
        found += told[i];
    }
    if (found > 0)
        fputc('\n', to);
    for (size_t i = 0; i < x->n_waits && found <= LISTED; i++)
        if (told[i])
            tell_free(to, w, i);
    if (found > LISTED)
        tell_free_counts(to, w, told);
    free(told);
}

static json_t *stuck_json(const struct why *w)
{
    json_t *array = json_array();
    for (size_t i = 0; i < w->explanation.n_waits; i++) {
        const struct wait *wait = &w->explanation.waits[i];
        if (w->stuck[i] && json_array_append_new(array, json_pack("{s:i, s:i}", "pid", wait->pid,
                                                                  "tid", wait->tid)) == -1) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *report_why_json(const struct why *w)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "verdict", why_verdict_name(w->verdict), "doubt",
                     string_or_null_json(w->doubt), "stuck", stuck_json(w), "explanation",
                     report_explanation_json(&w->explanation));
}
