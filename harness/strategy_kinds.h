/* strategy_kinds.h - what the strategies have in common, and where each of them is. For strategy.c
 * and strategy_*.c alone. */
#ifndef BROKENPIPE_STRATEGY_KINDS_H
#define BROKENPIPE_STRATEGY_KINDS_H

#include "strategy.h"

/* Random numbers: a state, and nothing else. */
struct random {
    uint64_t state;
};

/* One kind of strategy. */
struct strategy_class {
    const char *name;
    struct strategy *(*create)(void); /* NULL: no memory */
    void (*free)(struct strategy *s);
    bool (*begin)(struct strategy *s);
    size_t (*choose)(struct strategy *s, const struct decision *d);
    void (*end)(struct strategy *s, size_t decisions);
    int (*exhausted)(const struct strategy *s);
    bool (*is_complete)(const struct strategy *s);
};

extern const struct strategy_class strategy_nonpreemptive, strategy_dfs, strategy_random,
    strategy_pct;

/* What every strategy begins with. The random numbers and the turns begin anew with each schedule,
 * so that a schedule depends on its number, and not on what was chosen in those before. */
struct strategy {
    const struct strategy_class *class;
    uint64_t seed;
    uint64_t begun; /* how many schedules */
    struct random random;
    int last_turn;     /* the task that had it; -1: none yet */
    size_t since_turn; /* decisions */
};

/* All bits of the result depend on all bits of `x`, one to one. */
uint64_t random_mix(uint64_t x);

struct random random_begin(uint64_t seed, uint64_t number);
uint64_t random_below(struct random *r, uint64_t limit); /* a number less than `limit` */

/* Draws one of the options of `task`, or of all tasks if `task` is ANY_TASK. */
enum { ANY_TASK = -1 };
size_t random_option(struct random *r, const struct decision *d, int task);

/* Whether who chooses this lets time pass, or others go first. */
bool option_yields(const struct alternative *o);

/* The option that is no preemption; and what was chosen must be noted for it. */
size_t usual_option(const struct strategy *s, const struct decision *d);
void note_turn(struct strategy *s, const struct decision *d, size_t chosen);

#endif
