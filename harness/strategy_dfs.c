/* strategy_dfs.c - all schedules without preemptions, then all with 1, then with 2...
 *
 * See Musuvathi and Qadeer, "Iterative context bounding for systematic testing of multithreaded
 * programs", PLDI 2007. Every schedule but the first is a branch of another one: the same up to a
 * decision, another option there, and no preemption from then on. When a schedule is made, the
 * branches at all decisions after its own are noted: those that cost nothing for this round, those
 * that cost a preemption for the next. So every schedule is made once, in one round, and those with
 * early preemptions come first in theirs. What is paid for that is memory, one struct branch for
 * each schedule that is known. (A search that knows its present schedule alone needs none, but
 * makes those of all rounds before again. Of simulated programs that was 2 percent of the second
 * round, and 10 where the tasks block often and so leave many choices without a preemption.)
 *
 * An option costs a preemption if it is not the one of usual_option() and: the task that ran last
 * could go on; or it yields; or it reads short. So the rounds of a program that ends are finite:
 * what can be chosen again and again, such as a poll, has its price. */
#include "strategy_kinds.h"

#include <limits.h>
#include <stdlib.h>

enum {
    NONE,                         /* no branch */
    FIRST,                        /* the first schedule, with which all begin */
    MAX_BRANCHES = 1 << 20,       /* 32 MB */
    MAX_LATER = MAX_BRANCHES / 2, /* more are noted for this round only */
    TRIES = 3, /* to make a schedule whose beginning is not what it was when it was noted */
};

/* A schedule: as its parent up to a decision, another option there, no preemption from then on. */
struct branch {
    uint32_t parent;
    uint32_t depth;    /* branches on the way to it from the first schedule */
    uint32_t decision; /* number of the decision, and of the option */
    uint32_t option;
    uint64_t trace; /* of all decisions up to this one, which must be the same again */
    uint32_t tries;
    uint32_t next; /* in its list */
};

struct list {
    uint32_t first, last;
};

struct dfs {
    struct strategy strategy;
    struct branch *branches;
    size_t n_branches, room;
    struct list now, later; /* to be made in this round, and in the next */
    int bound;              /* preemptions of the schedules of this round */
    int lost;      /* schedules of so many preemptions and more were not all made; INT_MAX: none */
    uint32_t *way; /* the branches that lead to this schedule, the last one is itself */
    size_t way_room; /* for the way to any that is known */
    /* This schedule: */
    uint32_t branch;
    uint32_t taken; /* branches of the way */
    uint32_t decisions;
    uint64_t trace;
    bool astray; /* its beginning is not what it was */
};

static struct dfs *dfs_of(struct strategy *s)
{
    return (struct dfs *)s;
}

static void append(struct dfs *p, struct list *list, uint32_t branch)
{
    p->branches[branch].next = NONE;
    if (list->first == NONE)
        list->first = branch;
    else
        p->branches[list->last].next = branch;
    list->last = branch;
}

static void prepend(struct dfs *p, struct list *list, uint32_t branch)
{
    p->branches[branch].next = list->first;
    if (list->first == NONE)
        list->last = branch;
    list->first = branch;
}

static void lose(struct dfs *p, int bound)
{
    if (bound < p->lost)
        p->lost = bound;
}

/* Room for one more branch, and for the way to it. */
static bool make_room(struct dfs *p, size_t depth)
{
    if (p->n_branches == p->room) {
        size_t room = p->room ? 2 * p->room : 1024;
        struct branch *branches = reallocarray(p->branches, room, sizeof *branches);

        if (!branches)
            return false;
        p->branches = branches;
        p->room = room;
    }
    if (depth > p->way_room) {
        uint32_t *way = reallocarray(p->way, 2 * depth, sizeof *way);

        if (!way)
            return false;
        p->way = way;
        p->way_room = 2 * depth;
    }
    return true;
}

/* Notes the schedule that differs from this one in taking `option` at the present decision. */
static void note(struct dfs *p, size_t option, bool preempts)
{
    uint32_t depth = p->branches[p->branch].depth + 1, branch = (uint32_t)p->n_branches;

    if (p->n_branches >= (preempts ? MAX_LATER : MAX_BRANCHES) || !make_room(p, depth)) {
        lose(p, p->bound + preempts);
        return;
    }
    p->n_branches++;
    p->branches[branch] = (struct branch){.parent = p->branch,
                                          .depth = depth,
                                          .decision = p->decisions,
                                          .option = (uint32_t)option,
                                          .trace = p->trace};
    if (preempts)
        append(p, &p->later, branch);
    else
        prepend(p, &p->now, branch);
}

static void note_branches(struct dfs *p, const struct decision *d, size_t usual)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct alternative *o = &d->options[i];

        if (i != usual)
            note(p, i, d->current >= 0 || option_yields(o) || o->choice.kind == CHOICE_SHORT);
    }
}

static uint64_t trace_add(uint64_t trace, const struct decision *d)
{
    trace = random_mix(trace + d->n);
    for (size_t i = 0; i < d->n; i++) {
        const struct choice *c = &d->options[i].choice;

        trace = random_mix(trace + (uint64_t)c->task * CHOICE_KINDS + c->kind);
    }
    return trace;
}

static struct strategy *create(void)
{
    struct dfs *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->lost = INT_MAX;
    if (!make_room(p, 1)) {
        free(p->branches);
        free(p);
        return NULL;
    }
    p->branches[FIRST] = (struct branch){0};
    p->n_branches = FIRST + 1;
    append(p, &p->now, FIRST);
    return &p->strategy;
}

static void release(struct strategy *s)
{
    free(dfs_of(s)->branches);
    free(dfs_of(s)->way);
    free(s);
}

static bool begin(struct strategy *s)
{
    struct dfs *p = dfs_of(s);
    uint32_t on_way = p->now.first;

    if (on_way == NONE)
        return false;
    p->branch = on_way;
    p->now.first = p->branches[on_way].next;
    for (uint32_t i = p->branches[p->branch].depth; i > 0; i--) {
        p->way[i - 1] = on_way;
        on_way = p->branches[on_way].parent;
    }
    p->taken = 0;
    p->decisions = 0;
    p->trace = 0;
    p->astray = false;
    return true;
}

/* The present decision is the next branch of the way, if it is what it was. */
static size_t take_branch(struct dfs *p, size_t usual)
{
    const struct branch *b = &p->branches[p->way[p->taken]];

    if (p->decisions < b->decision)
        return usual;
    p->astray = p->trace != b->trace;
    if (p->astray)
        return usual;
    p->taken++;
    return b->option;
}

static size_t choose(struct strategy *s, const struct decision *d)
{
    struct dfs *p = dfs_of(s);
    size_t usual = usual_option(s, d), chosen = usual;

    p->trace = trace_add(p->trace, d);
    if (p->taken < p->branches[p->branch].depth)
        chosen = p->astray ? usual : take_branch(p, usual);
    else
        note_branches(p, d, usual);
    p->decisions++;
    return chosen;
}

static void end(struct strategy *s, size_t decisions)
{
    struct dfs *p = dfs_of(s);
    struct branch *b = &p->branches[p->branch];

    (void)decisions;
    if (p->taken < b->depth) {
        if (++b->tries < TRIES)
            prepend(p, &p->now, p->branch);
        else
            lose(p, p->bound);
    }
    if (p->now.first == NONE) {
        p->now = p->later;
        p->later = (struct list){NONE, NONE};
        p->bound++;
    }
}

static int exhausted(const struct strategy *s)
{
    const struct dfs *p = (const struct dfs *)s;

    return (p->bound < p->lost ? p->bound : p->lost) - 1;
}

static bool is_complete(const struct strategy *s)
{
    const struct dfs *p = (const struct dfs *)s;

    return p->now.first == NONE && p->lost == INT_MAX;
}

const struct strategy_class strategy_dfs = {
    .name = "dfs",
    .create = create,
    .free = release,
    .begin = begin,
    .choose = choose,
    .end = end,
    .exhausted = exhausted,
    .is_complete = is_complete,
};
