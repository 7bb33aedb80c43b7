/* strategy.c - the kinds of strategies by name, and what they have in common. */
#include "strategy.h"

#include "strategy_kinds.h"

#include <string.h>

static const struct strategy_class *const classes[STRATEGY_KINDS] = {
    [STRATEGY_NONPREEMPTIVE] = &strategy_nonpreemptive,
    [STRATEGY_DFS] = &strategy_dfs,
    [STRATEGY_RANDOM] = &strategy_random,
    [STRATEGY_PCT] = &strategy_pct,
};

struct strategy *strategy_new(enum strategy_kind kind, uint64_t seed)
{
    struct strategy *s = classes[kind]->create();

    if (s) {
        s->class = classes[kind];
        s->seed = seed;
    }
    return s;
}

void strategy_free(struct strategy *s)
{
    if (s)
        s->class->free(s);
}

bool strategy_begin(struct strategy *s)
{
    s->random = random_begin(s->seed, s->begun);
    s->last_turn = -1;
    s->since_turn = 0;
    if (!s->class->begin(s))
        return false;
    s->begun++;
    return true;
}

size_t strategy_choose(struct strategy *s, const struct decision *d)
{
    size_t chosen = s->class->choose(s, d);

    note_turn(s, d, chosen);
    return chosen;
}

void strategy_end(struct strategy *s, size_t decisions)
{
    if (s->class->end)
        s->class->end(s, decisions);
}

int strategy_exhausted(const struct strategy *s)
{
    return s->class->exhausted ? s->class->exhausted(s) : -1;
}

bool strategy_is_complete(const struct strategy *s)
{
    return s->class->is_complete && s->class->is_complete(s);
}

const char *strategy_kind_name(enum strategy_kind kind)
{
    return classes[kind]->name;
}

int strategy_kind_parse(const char *word)
{
    for (int kind = 0; kind < STRATEGY_KINDS; kind++)
        if (!strcmp(word, classes[kind]->name))
            return kind;
    return -1;
}
