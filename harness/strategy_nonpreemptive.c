/* strategy_nonpreemptive.c - who goes without a preemption; and the strategy that does nothing
 * else.
 *
 * That is the first option, as long as nobody starves, which Linux would not allow either: two that
 * poll must not keep a third one from doing what they wait for. So the tasks take turns, by number,
 * where all yield; and else once in a while. */
#include "strategy_kinds.h"

#include <limits.h>
#include <stdlib.h>

enum { WHILE = 200 }; /* decisions: more than most programs make */

bool option_yields(const struct alternative *o)
{
    /* A timer that rings periodically would be chosen for ever if it came before other things. */
    return o->yields || o->choice.kind == CHOICE_EXPIRE;
}

static bool take_turns(const struct strategy *s, const struct decision *d)
{
    return option_yields(&d->options[0]) || s->since_turn >= WHILE;
}

/* The place of the option's task, counted from the one that had the last turn. */
static unsigned place(const struct strategy *s, const struct alternative *o)
{
    unsigned task = (unsigned)o->choice.task;

    return o->choice.task > s->last_turn ? task : task + INT_MAX;
}

size_t usual_option(const struct strategy *s, const struct decision *d)
{
    size_t next = 0;

    if (!take_turns(s, d))
        return 0;
    for (size_t i = 1; i < d->n; i++)
        if (place(s, &d->options[i]) < place(s, &d->options[next]))
            next = i;
    return next;
}

void note_turn(struct strategy *s, const struct decision *d, size_t chosen)
{
    if (take_turns(s, d)) {
        s->last_turn = d->options[chosen].choice.task;
        s->since_turn = 0;
    } else {
        s->since_turn++;
    }
}

static struct strategy *create(void)
{
    return calloc(1, sizeof(struct strategy));
}

static void release(struct strategy *s)
{
    free(s);
}

static bool begin(struct strategy *s)
{
    return s->begun == 0;
}

static size_t choose(struct strategy *s, const struct decision *d)
{
    return usual_option(s, d);
}

const struct strategy_class strategy_nonpreemptive = {
    .name = "nonpreemptive",
    .create = create,
    .free = release,
    .begin = begin,
    .choose = choose,
};
