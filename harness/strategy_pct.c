/* strategy_pct.c - probabilistic concurrency testing: the task with the highest priority goes.
 *
 * See Burckhardt et al., "A randomized scheduler with probabilistic guarantees of finding bugs",
 * ASPLOS 2010. A schedule of depth d draws a priority for every task, and d - 1 decisions before
 * which the task that would go falls behind all others. A bug that shows when a few steps come in a
 * certain order needs a small d, however long the program is. How many decisions there will be is
 * not known beforehand: they are drawn below the mean of the schedules so far.
 *
 * A task that yields falls behind too, or one that polls would starve those that it waits for; but
 * only every second time, as what is wrong may be that it goes on at once. That both fall behind
 * all others, also behind those that fell before, differs from the paper, in which a task keeps
 * one of d - 1 low priorities: then a task that has yielded once would never again go before
 * another that could, and a sleep that was too short would not be found. */
#include "strategy_kinds.h"

#include <stdlib.h>

enum {
    LEAST_DEPTH = 2, /* there are too few schedules of depth 1: one for each order of tasks */
    DEPTHS = 4,      /* take turns */
    MAX_CHANGES = LEAST_DEPTH + DEPTHS - 2,
    FIRST_LENGTH = 50,     /* guessed for the first schedule */
    HIGHEST = 1 << 30,     /* priorities are drawn below */
    UNKNOWN = HIGHEST + 1, /* of a task that was not seen yet */
};

struct pct {
    struct strategy strategy;
    uint64_t decisions; /* of all schedules that have ended */
    uint64_t ended;
    /* This schedule: */
    int64_t *priorities; /* by task; equal ones are possible, and do no harm */
    size_t n_tasks;
    int64_t lowest; /* priority so far */
    uint64_t changes[MAX_CHANGES];
    size_t n_changes;
    uint64_t decision; /* the present one */
};

static struct pct *pct_of(struct strategy *s)
{
    return (struct pct *)s;
}

static struct strategy *create(void)
{
    struct pct *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    return &p->strategy;
}

static void release(struct strategy *s)
{
    free(pct_of(s)->priorities);
    free(s);
}

static bool begin(struct strategy *s)
{
    struct pct *p = pct_of(s);
    uint64_t length = p->decisions ? p->decisions / p->ended + 1 : FIRST_LENGTH;

    p->n_changes = LEAST_DEPTH - 1 + s->begun % DEPTHS;
    for (size_t i = 0; i < p->n_changes; i++)
        p->changes[i] = random_below(&s->random, length);
    for (size_t task = 0; task < p->n_tasks; task++)
        p->priorities[task] = UNKNOWN;
    p->lowest = 0;
    p->decision = 0;
    return true;
}

/* Makes room for the priority of the task. False: no memory. */
static bool know_task(struct pct *p, int task)
{
    size_t n = (size_t)task + 1;
    int64_t *priorities;

    if (n <= p->n_tasks)
        return true;
    priorities = reallocarray(p->priorities, n, sizeof *priorities);
    if (!priorities)
        return false;
    while (p->n_tasks < n)
        priorities[p->n_tasks++] = UNKNOWN;
    p->priorities = priorities;
    return true;
}

static bool draw_priorities(struct pct *p, const struct decision *d)
{
    for (size_t i = 0; i < d->n; i++) {
        int task = d->options[i].choice.task;

        if (!know_task(p, task))
            return false;
        if (p->priorities[task] == UNKNOWN)
            p->priorities[task] = (int64_t)random_below(&p->strategy.random, HIGHEST);
    }
    return true;
}

static int highest(const struct pct *p, const struct decision *d)
{
    int best = d->options[0].choice.task;

    for (size_t i = 1; i < d->n; i++)
        if (p->priorities[d->options[i].choice.task] > p->priorities[best])
            best = d->options[i].choice.task;
    return best;
}

static void fall_behind(struct pct *p, int task)
{
    p->priorities[task] = --p->lowest;
}

static bool is_change(const struct pct *p)
{
    for (size_t i = 0; i < p->n_changes; i++)
        if (p->changes[i] == p->decision)
            return true;
    return false;
}

static size_t choose(struct strategy *s, const struct decision *d)
{
    struct pct *p = pct_of(s);
    size_t chosen;
    int task;

    if (!draw_priorities(p, d))
        return random_option(&s->random, d, ANY_TASK);
    task = highest(p, d);
    if (is_change(p)) {
        fall_behind(p, task);
        task = highest(p, d);
    }
    p->decision++;
    chosen = random_option(&s->random, d, task);
    if (option_yields(&d->options[chosen]) && random_below(&s->random, 2))
        fall_behind(p, task);
    return chosen;
}

static void end(struct strategy *s, size_t decisions)
{
    struct pct *p = pct_of(s);

    p->decisions += decisions;
    p->ended++;
}

const struct strategy_class strategy_pct = {
    .name = "pct",
    .create = create,
    .free = release,
    .begin = begin,
    .choose = choose,
    .end = end,
};
