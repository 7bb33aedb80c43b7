/* explore.c - runs a program under one schedule after the other until one fails. See explore.h. */
#include "explore_session.h"

#include "clock.h"

#include <stdlib.h>
#include <string.h>

enum { REPLAYS = 3 };

struct explore_options explore_options_default(void)
{
    return (struct explore_options){.budget_s = 1, .seed = 1};
}

const char *failure_kind_name(enum failure_kind kind)
{
    static const char *const names[] = {"none", "outcome", "left", "differs"};
    return names[kind];
}

enum failure_kind explore_failure(const struct observation *o, const struct observation *first)
{
    if (o->outcome.kind == OUTCOME_TIMEOUT)
        return FAILURE_NONE; /* nothing is known of its end */
    if (o->outcome.kind != OUTCOME_EXIT || o->outcome.number != 0)
        return FAILURE_OUTCOME;
    if (o->n_left > 0)
        return FAILURE_LEFT;
    if (first != NULL &&
        (!outcome_equal(o->outcome, first->outcome) || !session_same_output(o, first)))
        return FAILURE_DIFFERS;
    return FAILURE_NONE;
}

/* The hashes of the schedules so far, open addressing. */
struct seen {
    uint64_t *slots;
    size_t room, n;
};

/* 1: new, 0: seen before, -1: no memory. */
static int see(struct seen *seen, uint64_t hash)
{
    if (seen->n * 2 >= seen->room) {
        struct seen larger = {.room = seen->room == 0 ? 1024 : seen->room * 2};
        larger.slots = calloc(larger.room, sizeof(*larger.slots));
        if (larger.slots == NULL)
            return -1;
        for (size_t i = 0; i < seen->room; i++)
            if (seen->slots[i] != 0)
                see(&larger, seen->slots[i]);
        free(seen->slots);
        *seen = larger;
    }
    hash |= hash == 0; /* 0 is an empty slot */
    size_t i = hash % seen->room;
    while (seen->slots[i] != 0 && seen->slots[i] != hash)
        i = (i + 1) % seen->room;
    if (seen->slots[i] == hash)
        return 0;
    seen->slots[i] = hash;
    seen->n++;
    return 1;
}

struct hunt {
    struct session session;
    const struct explore_options *options;
    struct exploration *x;
    struct strategy *strategies[STRATEGY_KINDS]; /* NULL: not asked for, or nothing left */
    struct seen seen;
    bool spun;    /* in some run a task did */
    bool measure; /* x->first is a run that others can be held against */
    double begin_ms;
};

static size_t choose_by_strategy(void *context, const struct decision *decision)
{
    return strategy_choose(context, decision);
}

static bool is_wanted(const struct hunt *h, const struct observation *o, enum failure_kind *failure)
{
    const struct observation *first = h->measure ? &h->x->first : NULL;
    if (h->options->found == NULL)
        *failure = explore_failure(o, first);
    else
        *failure = h->options->found(h->options->context, o) ? FAILURE_OUTCOME : FAILURE_NONE;
    return *failure != FAILURE_NONE;
}

static bool is_still_wanted(void *context, const struct observation *o)
{
    enum failure_kind failure;
    return is_wanted(context, o, &failure);
}

/* Runs that take long, as those that spin, are told as they were found. */
static bool is_short(const struct observation *o)
{
    return o->wall_ms < 100;
}

/* Three replays, the last of them shown. True: all were the same run, and x has it. */
static int confirm(struct hunt *h, const struct schedule *failing, const struct observation *o,
                   bool *confirmed, struct error *err)
{
    struct session *s = &h->session;
    size_t n;
    struct chosen *chosen = session_chosen(failing, false, &n);
    int result = chosen == NULL ? error_set(err, "out of memory") : 0;
    *confirmed = result == 0;
    s->control.after_cut = session_is_noticed(o->outcome) ? o : NULL;
    for (int i = 0; i < REPLAYS && *confirmed && result == 0; i++) {
        struct observation again;
        s->control.shown = i == REPLAYS - 1;
        s->control.expected_steps = failing->n_steps;
        result = session_replay(s, chosen, n, &again, err);
        if (result != 0)
            break;
        *confirmed = session_same_steps(&s->control.schedule, failing->hash, o->outcome) &&
                     session_same_end(o, &again);
        if (*confirmed && s->control.shown) {
            h->x->schedule = s->control.schedule;
            h->x->observation = again;
        } else {
            schedule_free(&s->control.schedule);
            observation_free(&again);
        }
    }
    s->control.shown = false;
    s->control.after_cut = NULL;
    free(chosen);
    return result;
}

static void count(struct hunt *h, enum strategy_kind kind, const struct schedule *schedule,
                  const struct observation *o, size_t decisions)
{
    struct explore_coverage *c = &h->x->coverage;
    c->schedules++;
    c->by_strategy[kind]++;
    c->steps += schedule->n_steps;
    c->decisions += decisions;
    c->fingerprint = (c->fingerprint ^ schedule->hash) * 1099511628211U;
    c->cut += schedule->cut || o->outcome.kind == OUTCOME_TIMEOUT;
    c->seconds = (clock_now_ms() - h->begin_ms) / 1e3;
    if (h->options->progress != NULL)
        h->options->progress(h->options->context, c);
}

static size_t decisions_of(const struct schedule *schedule)
{
    size_t n = 0;
    for (size_t i = 0; i < schedule->n_steps; i++)
        n += schedule->steps[i].n_options > 1;
    return n;
}

static bool has_spun(const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->n_steps; i++)
        if (schedule->steps[i].choice.kind == CHOICE_SPIN)
            return true;
    return false;
}

/* The run is what is looked for: made simple, and confirmed. */
static int take_failure(struct hunt *h, enum strategy_kind kind, enum failure_kind failure,
                        struct schedule *schedule, struct observation *o, bool *found,
                        struct error *err)
{
    int result = 0;
    if (is_short(o))
        result = session_simplify(&h->session, schedule, o, is_still_wanted, h, err);
    if (result == 0)
        result = confirm(h, schedule, o, found, err);
    h->x->coverage.unstable += result == 0 && !*found;
    if (*found) {
        h->x->failure = failure;
        h->x->by = kind;
        h->x->number = h->x->coverage.schedules;
    }
    return result;
}

/* The run that has just been made. */
static int examine(struct hunt *h, enum strategy_kind kind, struct schedule *schedule,
                   struct observation *o, bool *found, struct error *err)
{
    enum failure_kind failure;
    size_t decisions = decisions_of(schedule);
    strategy_end(h->strategies[kind], decisions);
    count(h, kind, schedule, o, decisions);
    h->spun |= has_spun(schedule);
    int fresh = see(&h->seen, schedule->hash);
    if (fresh < 0)
        return error_set(err, "out of memory");
    h->x->coverage.distinct += fresh > 0;
    if (!is_wanted(h, o, &failure))
        return 0;
    return take_failure(h, kind, failure, schedule, o, found, err);
}

/* What a task does that spins depends on time, and a long run is not known to its end: then there
 * may be more schedules than the strategy has seen. */
static void take_exhausted(struct hunt *h, const struct strategy *strategy)
{
    struct explore_coverage *c = &h->x->coverage;
    c->exhausted = strategy_exhausted(strategy);
    c->complete = strategy_is_complete(strategy) && c->cut == 0 && c->unstable == 0 && !h->spun;
}

/* The first run, or rather the first that has not failed: one that did and did not replay must not
 * make others look different. */
static void keep_first(struct hunt *h, struct observation *o)
{
    bool good = o->outcome.kind != OUTCOME_TIMEOUT && explore_failure(o, NULL) == FAILURE_NONE;
    if (h->measure || (!good && h->x->coverage.schedules > 1)) {
        observation_free(o);
        return;
    }
    observation_free(&h->x->first);
    h->x->first = *o;
    h->measure = good;
}

/* One schedule of a strategy, if there is one left. `*found`: it fails, and replays. */
static int try_one(struct hunt *h, enum strategy_kind kind, bool *found, struct error *err)
{
    struct strategy *strategy = h->strategies[kind];
    struct observation o;
    if (!strategy_begin(strategy)) {
        if (kind == STRATEGY_DFS)
            take_exhausted(h, strategy);
        strategy_free(strategy);
        h->strategies[kind] = NULL;
        return 0;
    }
    if (session_run(&h->session, choose_by_strategy, strategy, &o, err) != 0)
        return -1;
    struct schedule schedule = h->session.control.schedule;
    int result = examine(h, kind, &schedule, &o, found, err);
    schedule_free(&schedule);
    keep_first(h, &o);
    return result;
}

static bool is_over(const struct hunt *h)
{
    const struct explore_options *options = h->options;
    size_t n = h->x->coverage.schedules;
    if (options->max_schedules != 0 && n >= options->max_schedules)
        return true;
    return n > 0 && clock_now_ms() - h->begin_ms >= options->budget_s * 1e3;
}

/* The strategies take turns: each finds some failures long before the others. */
static int take_turns(struct hunt *h, struct error *err)
{
    bool found = false, any = true;
    while (any && !found) {
        any = false;
        for (int kind = 0; kind < STRATEGY_KINDS && !found; kind++) {
            if (h->strategies[kind] == NULL)
                continue;
            if (is_over(h) || h->x->coverage.complete)
                return 0;
            any = true;
            if (try_one(h, (enum strategy_kind)kind, &found, err) != 0)
                return -1;
        }
    }
    return 0;
}

static int open_strategies(struct hunt *h, struct error *err)
{
    unsigned wanted = h->options->strategies;
    for (int kind = 0; kind < STRATEGY_KINDS; kind++) {
        if (wanted != 0 && (wanted & 1U << kind) == 0)
            continue;
        h->strategies[kind] = strategy_new((enum strategy_kind)kind, h->options->seed);
        if (h->strategies[kind] == NULL)
            return error_set(err, "out of memory");
    }
    return 0;
}

static int hunt(struct hunt *h, struct error *err)
{
    struct session *s = &h->session;
    session_set_clocks(s);
    h->x->realtime_ns = s->control.realtime_ns;
    h->x->monotonic_ns = s->control.monotonic_ns;
    h->x->coverage.real_time = s->processor.real_time;
    s->control.sleeps_take_time = h->options->sleeps_take_time;
    s->control.short_reads = h->options->short_reads;
    h->begin_ms = clock_now_ms();
    int result = take_turns(h, err);
    if (h->strategies[STRATEGY_DFS] != NULL)
        h->x->coverage.exhausted = strategy_exhausted(h->strategies[STRATEGY_DFS]);
    h->x->coverage.seconds = (clock_now_ms() - h->begin_ms) / 1e3;
    return result;
}

int explore(const struct world_spec *spec, const struct explore_options *options,
            struct exploration *x, struct error *err)
{
    struct hunt h = {.options = options, .x = x};
    *x = (struct exploration){.coverage = {.exhausted = -1}};
    int result =
        session_open(&h.session, spec, options->ordinary, options->waits, options->context, err);
    if (result == 0)
        result = open_strategies(&h, err);
    if (result == 0)
        result = hunt(&h, err);
    for (int kind = 0; kind < STRATEGY_KINDS; kind++)
        strategy_free(h.strategies[kind]);
    free(h.seen.slots);
    session_close(&h.session);
    if (result != 0)
        exploration_free(x);
    return result;
}

void exploration_free(struct exploration *x)
{
    schedule_free(&x->schedule);
    observation_free(&x->observation);
    observation_free(&x->first);
    *x = (struct exploration){0};
}
