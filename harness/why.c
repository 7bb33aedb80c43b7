/* why.c - which tasks are stuck, and whether that is proved. See why.h. */
#include "why.h"

#include "census.h"
#include "closed_set.h"
#include "doubt.h"
#include "explain.h"
#include "restless.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How often to look again if something moved while it was looked at; 1, 2, 4... ms later. */
enum { ATTEMPTS = 5 };

/* What one look came to. */
enum look {
    LOOK_FAILED,
    LOOK_DONE,
    LOOK_MOVED,   /* a task that seemed stuck has run */
    LOOK_CROWDED, /* a process that runs may hold what they wait for */
};

const char *why_verdict_name(enum why_verdict verdict)
{
    static const char *const names[] = {[WHY_GONE] = "gone",
                                        [WHY_FREE] = "free",
                                        [WHY_STUCK] = "stuck",
                                        [WHY_DEADLOCK] = "deadlock"};
    return names[verdict];
}

void why_free(struct why *w)
{
    explanation_free(&w->explanation);
    free(w->stuck);
    free(w->doubt);
    *w = (struct why){0};
}

/* Whether the task goes on without anybody's help, or nothing is known of what it waits for. */
static bool goes_on(const struct wait *w)
{
    return w->gone || w->timed || w->object == OBJECT_NONE || w->object == OBJECT_TIME ||
           w->object == OBJECT_UNKNOWN || w->object == OBJECT_FILE;
}

/* All that wait are stuck, but for those whom somebody who is not could wake: the greatest fixed
 * point. Of a call that needs several things at once, it takes any of them for enough. */
static void find_stuck(const struct explanation *x, bool *stuck)
{
    for (size_t i = 0; i < x->n_waits; i++)
        stuck[i] = !goes_on(&x->waits[i]);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < x->n_edges; i++) {
            const struct edge *e = &x->edges[i];
            bool free_end = e->to == EDGE_OUTSIDE || (e->to >= 0 && !stuck[e->to]);
            if (!free_end || !stuck[e->from])
                continue;
            stuck[e->from] = false;
            changed = true;
        }
    }
}

static bool is_asked(pid_t pid, const pid_t *pids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

/* Marks the stuck tasks of the processes asked for, and all that their waits lead to, which are
 * stuck as well. Returns how many there are. */
static size_t find_members(const struct why *w, const pid_t *pids, size_t n, bool *member)
{
    const struct explanation *x = &w->explanation;
    size_t found = 0;
    for (size_t i = 0; i < x->n_waits; i++) {
        member[i] = w->stuck[i] && is_asked(x->waits[i].pid, pids, n);
        found += member[i];
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < x->n_edges; i++) {
            const struct edge *e = &x->edges[i];
            if (!member[e->from] || e->to < 0 || member[e->to])
                continue;
            member[e->to] = changed = true;
            found++;
        }
    }
    return found;
}

static enum why_verdict verdict_without_stuck(const struct why *w, const pid_t *pids, size_t n)
{
    const struct explanation *x = &w->explanation;
    for (size_t i = 0; i < x->n_waits; i++)
        if (!x->waits[i].gone && is_asked(x->waits[i].pid, pids, n))
            return WHY_FREE;
    return WHY_GONE;
}

/* Pass 2 for one task: it is still in the call of pass 1, and has not run since. The call first and
 * the counter last: the reverse of pass 1. */
static bool slept_through(struct view *v, const struct task *before)
{
    struct task now = *before;
    uint64_t switches;
    return before->blocked && task_read(v, &now) == 0 && now.blocked &&
           now.state == before->state && now.in_call == before->in_call && now.nr == before->nr &&
           now.sp == before->sp && now.pc == before->pc &&
           task_read_switches(v, before, &switches) == 0 && switches == before->switches;
}

/* Whether the process has had the same threads all the time. A listing can end early when the
 * thread it stands on dies, so they are counted as well. */
static bool same_threads(const struct closed_set *set, const struct tasks *now, pid_t pid)
{
    struct process process;
    int n = census_threads(set->census, pid);
    for (size_t i = 0; i < now->n; i++)
        if (now->all[i].pid == pid && census_find(set->census, pid, now->all[i].tid) == NULL)
            return false;
    return census_threads(now, pid) == n && process_read(set->view, pid, &process) == 0 &&
           process.threads == n;
}

static enum look compare(const struct closed_set *set, const struct tasks *now, pid_t *holder)
{
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        const struct task *before = census_find(set->census, w->pid, w->tid);
        if (set->member[i] && (before == NULL || !slept_through(set->view, before) ||
                               !same_threads(set, now, w->pid)))
            return LOOK_MOVED;
    }
    if (restless_find_holder(set, now, holder) != 0)
        return LOOK_MOVED;
    return *holder != 0 ? LOOK_CROWDED : LOOK_DONE;
}

/* Whether nothing has changed since pass 1; `holder` is who keeps that from being certain. */
static enum look second_pass(const struct closed_set *set, pid_t *holder)
{
    struct tasks now = {0};
    *holder = 0;
    enum look look = tasks_list(set->view, &now) != 0 ? LOOK_FAILED : compare(set, &now, holder);
    tasks_free(&now);
    return look;
}

/* What stuck members come to, if nothing has moved: a deadlock, or a doubt. */
static enum look judge(const struct closed_set *set, struct why *w)
{
    char why[512], name[16];
    pid_t holder;
    bool doubted = doubt_any(set, why, sizeof(why));
    enum look look = second_pass(set, &holder);
    if (look == LOOK_CROWDED && !doubted) {
        const struct task task = {.pid = holder, .tid = holder};
        task_name(set->view, &task, name);
        snprintf(why, sizeof(why),
                 "%s (pid %d) runs, and may hold what they wait for, or have it handed to it", name,
                 (int)holder);
    }
    w->verdict = doubted || look == LOOK_CROWDED ? WHY_STUCK : WHY_DEADLOCK;
    if (w->verdict == WHY_STUCK && (w->doubt = strdup(why)) == NULL)
        return LOOK_FAILED;
    return doubted && look == LOOK_CROWDED ? LOOK_DONE : look;
}

/* The explanation is the cut between the passes. */
static enum look look_once(struct view *v, const pid_t *pids, size_t n, const struct tasks *census,
                           struct why *w, struct error *err)
{
    const struct explain_options options = {.lines = true, .start = pids, .n_start = n};
    if (explain(v, &options, &w->explanation, err) != 0)
        return LOOK_FAILED;
    size_t room = w->explanation.n_waits + 1;
    bool *member = calloc(room, sizeof(*member));
    w->stuck = calloc(room, sizeof(*w->stuck));
    enum look look = LOOK_FAILED;
    if (member != NULL && w->stuck != NULL) {
        find_stuck(&w->explanation, w->stuck);
        const struct closed_set set = {v, census, &w->explanation, member};
        look = LOOK_DONE;
        if (find_members(w, pids, n, member) > 0)
            look = judge(&set, w);
        else
            w->verdict = verdict_without_stuck(w, pids, n);
    }
    if (look == LOOK_FAILED)
        error_errno(err, "cannot look at the processes");
    free(member);
    return look;
}

static void pause_before(int attempt)
{
    const struct timespec pause = {.tv_nsec = 500000L << attempt};
    nanosleep(&pause, NULL);
}

int why_look(struct view *v, const pid_t *pids, size_t n, struct why *w, struct error *err)
{
    struct tasks census = {0};
    enum look look = LOOK_MOVED;
    *w = (struct why){0};
    for (int attempt = 0; attempt < ATTEMPTS && look >= LOOK_MOVED; attempt++) {
        if (attempt > 0)
            pause_before(attempt);
        why_free(w);
        if (census_take(v, &census) != 0) {
            error_errno(err, "cannot list the processes in /proc");
            look = LOOK_FAILED;
        } else {
            look = look_once(v, pids, n, &census, w, err);
        }
    }
    tasks_free(&census);
    if (look == LOOK_MOVED) {
        /* It moves, whatever it looked like at each instant. */
        memset(w->stuck, 0, (w->explanation.n_waits + 1) * sizeof(*w->stuck));
        free(w->doubt);
        w->doubt = NULL;
        w->verdict = WHY_FREE;
    }
    return look == LOOK_FAILED ? -1 : 0;
}
