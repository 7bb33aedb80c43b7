/* strategy.h - who goes next: the ways to choose a schedule.
 *
 * A strategy makes one schedule after the other. It is deterministic: the same kind, seed and
 * decisions give the same choices. */
#ifndef BROKENPIPE_STRATEGY_H
#define BROKENPIPE_STRATEGY_H

#include "schedule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum strategy_kind {
    STRATEGY_NONPREEMPTIVE, /* "nonpreemptive": one schedule, always option 0; but tasks take turns
                               where they would starve others */
    STRATEGY_DFS,    /* "dfs": depth first, all schedules with at most 0, then 1, 2... preemptions
                        (Musuvathi and Qadeer, "Iterative context bounding", PLDI 2007) */
    STRATEGY_RANDOM, /* "random": every option as likely as the others, but a spin less */
    STRATEGY_PCT,    /* "pct": random priorities, lowered at d - 1 random points, drawn from the
                        length of the schedules so far (Burckhardt et al., "A randomized scheduler
                        with probabilistic guarantees of finding bugs", ASPLOS 2010) */
    STRATEGY_KINDS
};

struct strategy;

/* NULL: no memory. */
struct strategy *strategy_new(enum strategy_kind kind, uint64_t seed);
void strategy_free(struct strategy *s);

/* Begins the next schedule. False if there is none left: it was the only one, or (depth-first) all
 * with at most strategy_exhausted() preemptions have been made and none with more is known. */
bool strategy_begin(struct strategy *s);

/* The number of the chosen option. Called for decisions with more than one option only. */
size_t strategy_choose(struct strategy *s, const struct decision *d);

/* The schedule has ended, after `decisions` calls of strategy_choose(). */
void strategy_end(struct strategy *s, size_t decisions);

/* Depth-first: the number of preemptions of which all schedules with at most so many have been
 * made; -1: not even those without any. Other strategies: -1. */
int strategy_exhausted(const struct strategy *s);

/* Depth-first: whether strategy_begin() has returned false after all schedules that there are. */
bool strategy_is_complete(const struct strategy *s);

const char *strategy_kind_name(enum strategy_kind kind);
int strategy_kind_parse(const char *word); /* or -1 */

#endif
