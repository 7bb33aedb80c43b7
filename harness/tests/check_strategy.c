/* check_strategy.c - tests of the strategies, and of the schedules' words, on simulated programs.
 * What depth-first search must find is counted here by trying out everything. */
#include "strategy.h"

#include "simulated.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum {
    MAX_SCHEDULES = 1 << 17,
    MAX_COST = 64,
};

static const struct program lost_update = {
    2, {0}, {{{LOAD, 0}, {STORE, 0}}, {{LOAD, 0}, {STORE, 0}}}};
static const struct program abba = {
    2,
    {1, 1},
    {{{DOWN, 0}, {DOWN, 1}, {UP, 1}, {UP, 0}}, {{DOWN, 1}, {DOWN, 0}, {UP, 0}, {UP, 1}}}};
/* Both updates are lost only if each task is interrupted by the other one. */
static const struct program two_updates = {2,
                                           {0},
                                           {{{LOAD, 0}, {STORE, 0}, {LOAD, 1}, {STORE, 1}},
                                            {{LOAD, 0}, {STORE, 0}, {LOAD, 1}, {STORE, 1}}}};
static const struct program ring = {3,
                                    {1, 1, 1},
                                    {{{PLAIN, 0}, {DOWN, 0}, {DOWN, 1}, {UP, 1}, {UP, 0}},
                                     {{PLAIN, 0}, {DOWN, 1}, {DOWN, 2}, {UP, 2}, {UP, 1}},
                                     {{PLAIN, 0}, {DOWN, 2}, {DOWN, 0}, {UP, 0}, {UP, 2}}}};
static const struct program mutex = {3,
                                     {1},
                                     {{{DOWN, 0}, {LOAD, 0}, {STORE, 0}, {UP, 0}},
                                      {{DOWN, 0}, {LOAD, 0}, {STORE, 0}, {UP, 0}},
                                      {{DOWN, 0}, {LOAD, 0}, {STORE, 0}, {UP, 0}}}};
static const struct program hand_over = {
    3,
    {0, 0},
    {{{DOWN, 0}, {UP, 1}}, {{DOWN, 0}, {UP, 1}}, {{UP, 0}, {UP, 0}, {DOWN, 1}, {DOWN, 1}}}};
static const struct program variants = {
    2, {0}, {{{INTERRUPTED, 0}, {READ, 0}, {PLAIN, 0}}, {{READ, 0}, {INTERRUPTED, 0}}}};
static const struct program sleepers = {
    3,
    {0},
    {{{SLEEP, 0}, {LOAD, 0}, {STORE, 0}}, {{SLEEP, 0}, {LOAD, 0}, {STORE, 0}}, {{PLAIN, 0}}}};
/* "The child has surely written by then." */
static const struct program sleep_fix = {
    2, {0}, {{{SLEEP, 0}, {REQUIRE, 0}}, {{PLAIN, 0}, {PLAIN, 0}, {LOAD, 0}, {STORE, 0}}}};

static const struct program *const ending[] = {
    &lost_update, &abba, &two_updates, &ring, &mutex, &hand_over, &variants, &sleepers, &sleep_fix};

/* The flag, variable 1, is set before what it announces. */
static struct program handshake(enum operation_kind wait)
{
    return (struct program){
        2,
        {0},
        {{{wait, 1}, {PLAIN, 0}, {REQUIRE, 0}}, {{PLAIN, 0}, {STORE, 1}, {PLAIN, 0}, {STORE, 0}}}};
}

/* Two tasks wait for the end of a third one. */
static struct program audience(enum operation_kind wait, enum operation_kind other_wait)
{
    return (struct program){
        3, {0}, {{{wait, 0}}, {{other_wait, 0}}, {{PLAIN, 0}, {SLEEP, 0}, {LOAD, 0}, {STORE, 0}}}};
}

/* The ways to ask again and again. */
static const enum operation_kind waits[] = {SPIN, YIELD, SLEEPING_POLL, POLL};

/* Runs under a strategy. */

static size_t ask_strategy(void *context, const struct decision *d)
{
    return strategy_choose(context, d);
}

static bool next_run(struct strategy *s, const struct program *program, struct run *r)
{
    if (!strategy_begin(s))
        return false;
    *r = make_run(program, ask_strategy, s);
    strategy_end(s, r->decisions);
    return true;
}

static struct strategy *strategy_of(enum strategy_kind kind, uint64_t seed)
{
    struct strategy *s = strategy_new(kind, seed);

    ck_assert_ptr_nonnull(s);
    return s;
}

static bool has_deadlock(const struct run *r)
{
    return r->deadlock;
}

static bool has_lost_update(const struct run *r)
{
    return r->variables[0] < 2;
}

static bool has_lost_both(const struct run *r)
{
    return r->variables[0] < 2 && r->variables[1] < 2;
}

static bool has_failed(const struct run *r)
{
    return r->failed;
}

/* The number of the first schedule that shows the bug, from 1; 0: none of `limit`. */
static size_t first_found(enum strategy_kind kind, uint64_t seed, const struct program *program,
                          bool (*found)(const struct run *r), size_t limit)
{
    struct strategy *s = strategy_of(kind, seed);
    struct run r;
    size_t first = 0;

    for (size_t i = 1; i <= limit && !first && next_run(s, program, &r); i++)
        if (found(&r))
            first = i;
    strategy_free(s);
    return first;
}

/* The traces of schedules. */
struct traces {
    uint64_t *traces;
    size_t n;
    size_t by_cost[MAX_COST];
};

static struct traces traces_new(void)
{
    struct traces t = {.traces = calloc(MAX_SCHEDULES, sizeof *t.traces)};

    ck_assert_ptr_nonnull(t.traces);
    return t;
}

static void traces_add(struct traces *t, const struct run *r)
{
    if (t->n == MAX_SCHEDULES || r->cost >= MAX_COST)
        ck_abort_msg("schedule %zu costs %u", t->n, r->cost);
    t->traces[t->n++] = r->trace;
    t->by_cost[r->cost]++;
}

static int compare_traces(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

static size_t count_distinct(struct traces *t)
{
    size_t n = t->n > 0;

    qsort(t->traces, t->n, sizeof *t->traces, compare_traces);
    for (size_t i = 1; i < t->n; i++)
        n += t->traces[i] != t->traces[i - 1];
    return n;
}

/* Everything that can be chosen, counted up like the digits of a number. */
struct odometer {
    size_t digits[MAX_STEPS], limits[MAX_STEPS];
    size_t n, at;
};

static size_t ask_odometer(void *context, const struct decision *d)
{
    struct odometer *o = context;

    if (o->at == o->n)
        o->digits[o->n++] = 0;
    o->limits[o->at] = d->n;
    return o->digits[o->at++];
}

static bool count_up(struct odometer *o)
{
    while (o->n > 0 && ++o->digits[o->n - 1] == o->limits[o->n - 1])
        o->n--;
    o->at = 0;
    return o->n > 0;
}

static struct traces all_schedules(const struct program *program)
{
    struct traces t = traces_new();
    struct odometer o = {.n = 0};

    do {
        struct run r = make_run(program, ask_odometer, &o);

        traces_add(&t, &r);
    } while (count_up(&o));
    return t;
}

START_TEST(nonpreemptive_makes_one_schedule)
{
    for (size_t i = 0; i < LENGTH(ending); i++) {
        struct strategy *s = strategy_of(STRATEGY_NONPREEMPTIVE, 1);
        struct run r;

        ck_assert(next_run(s, ending[i], &r));
        ck_assert_uint_eq(r.cost, 0);
        ck_assert(!r.deadlock && !r.endless);
        ck_assert(!next_run(s, ending[i], &r));
        ck_assert(!strategy_begin(s));
        ck_assert_int_eq(strategy_exhausted(s), -1);
        strategy_free(s);
    }
}
END_TEST

/* Every schedule once, in the order of their preemptions, and exhausted() told in time. */
START_TEST(dfs_makes_every_schedule_once)
{
    const struct program *program = ending[_i];
    struct traces all = all_schedules(program), made = traces_new();
    struct strategy *s = strategy_of(STRATEGY_DFS, 1);
    int bound = -1;
    size_t expected = 0;
    struct run r;

    while (next_run(s, program, &r)) {
        ck_assert_int_eq((int)r.cost, bound + 1);
        traces_add(&made, &r);
        if (strategy_exhausted(s) == bound)
            continue;
        ck_assert_int_eq(strategy_exhausted(s), bound + 1);
        expected += all.by_cost[++bound];
        ck_assert_uint_eq(made.n, expected);
    }
    ck_assert_uint_eq(made.n, all.n);
    ck_assert_uint_eq(count_distinct(&made), all.n);
    ck_assert_uint_eq(count_distinct(&all), all.n);
    ck_assert_mem_eq(made.traces, all.traces, all.n * sizeof *all.traces);
    ck_assert(!strategy_begin(s));
    strategy_free(s);
    free(made.traces);
    free(all.traces);
}
END_TEST

/* Counted by hand: two tasks of two steps. No preemption: either begins. One: the other one comes
 * between the first one's steps and goes on to its end. Two: it is itself interrupted again. */
START_TEST(dfs_counts_as_by_hand)
{
    struct traces all = all_schedules(&lost_update);

    ck_assert_uint_eq(all.by_cost[0], 2);
    ck_assert_uint_eq(all.by_cost[1], 2);
    ck_assert_uint_eq(all.by_cost[2], 2);
    ck_assert_uint_eq(all.n, 6);
    free(all.traces);
}
END_TEST

/* The round of the search in which the bug shows; -1: in none. */
static int bound_of_bug(const struct program *program, bool (*found)(const struct run *r))
{
    struct strategy *s = strategy_of(STRATEGY_DFS, 1);
    struct run r;
    int bound = -1, round = 0;

    while (bound < 0 && next_run(s, program, &r)) {
        if (found(&r))
            bound = round;
        round = strategy_exhausted(s) + 1;
    }
    strategy_free(s);
    return bound;
}

START_TEST(dfs_finds_bugs_at_their_bound)
{
    ck_assert_int_eq(bound_of_bug(&abba, has_deadlock), 1);
    ck_assert_int_eq(bound_of_bug(&lost_update, has_lost_update), 1);
    ck_assert_int_eq(bound_of_bug(&ring, has_deadlock), 1);
    ck_assert_int_eq(bound_of_bug(&two_updates, has_lost_both), 2);
    ck_assert_int_eq(bound_of_bug(&sleep_fix, has_failed), 1);
    ck_assert_int_eq(bound_of_bug(&mutex, has_deadlock), -1);
}
END_TEST

START_TEST(nobody_starves)
{
    static const size_t most[STRATEGY_KINDS] = {1, 200, 200, 500};
    enum strategy_kind kind = (enum strategy_kind)_i;

    for (size_t i = 0; i < LENGTH(waits) * LENGTH(waits); i++) {
        struct program program = audience(waits[i / LENGTH(waits)], waits[i % LENGTH(waits)]);
        struct strategy *s = strategy_of(kind, 1);
        struct run r;

        for (size_t n = 0; n < most[kind] && next_run(s, &program, &r); n++)
            if (r.endless)
                ck_abort_msg("schedule %zu of waits %zu", n, i);
        strategy_free(s);
    }
}
END_TEST

/* A poll that yields can be repeated at will, but each time is paid for. */
START_TEST(dfs_rounds_of_polls_are_finite)
{
    for (size_t i = 0; waits[i] != POLL; i++) {
        struct program program = audience(waits[i], waits[i]);
        struct strategy *s = strategy_of(STRATEGY_DFS, 1);
        struct run r;

        for (size_t n = 0; strategy_exhausted(s) < 2; n++) {
            ck_assert_uint_lt(n, 1000);
            ck_assert(next_run(s, &program, &r));
        }
        strategy_free(s);
    }
}
END_TEST

START_TEST(random_covers_a_tiny_program)
{
    struct traces all = all_schedules(&variants), made = traces_new();
    struct strategy *s = strategy_of(STRATEGY_RANDOM, 1);
    struct run r;

    for (size_t i = 0; i < 20 * all.n; i++) {
        ck_assert(next_run(s, &variants, &r));
        traces_add(&made, &r);
    }
    ck_assert_uint_eq(count_distinct(&made), all.n);
    strategy_free(s);
    free(made.traces);
    free(all.traces);
}
END_TEST

START_TEST(same_seed_makes_the_same_schedules)
{
    enum strategy_kind kind = (enum strategy_kind)_i;
    struct strategy *a = strategy_of(kind, 7);
    struct strategy *b = strategy_of(kind, 7);
    struct strategy *other = strategy_of(kind, 8);
    struct run of_a, of_b, of_other;
    size_t differ = 0;

    for (size_t i = 0; i < 50 && next_run(a, &ring, &of_a); i++) {
        ck_assert(next_run(b, &ring, &of_b));
        ck_assert(next_run(other, &ring, &of_other));
        ck_assert_uint_eq(of_a.trace, of_b.trace);
        differ += of_a.trace != of_other.trace;
    }
    if (kind == STRATEGY_RANDOM || kind == STRATEGY_PCT)
        ck_assert_uint_gt(differ, 40);
    strategy_free(a);
    strategy_free(b);
    strategy_free(other);
}
END_TEST

START_TEST(random_schedule_depends_on_its_number_alone)
{
    struct strategy *a = strategy_of(STRATEGY_RANDOM, 7), *b = strategy_of(STRATEGY_RANDOM, 7);
    struct run of_a, of_b;

    for (size_t i = 0; i < 20; i++) {
        ck_assert(next_run(a, &ring, &of_a));
        ck_assert(next_run(b, &lost_update, &of_b));
    }
    ck_assert(next_run(a, &ring, &of_a));
    ck_assert(next_run(b, &ring, &of_b));
    ck_assert_uint_eq(of_a.trace, of_b.trace);
    strategy_free(a);
    strategy_free(b);
}
END_TEST

START_TEST(random_frequencies_are_even)
{
    static const struct alternative options[] = {
        {.choice = {0, CHOICE_GO}},
        {.choice = {0, CHOICE_SIGNAL}},
        {.choice = {1, CHOICE_GO}},
        {.choice = {2, CHOICE_TIMEOUT}, .yields = true},
        {.choice = {3, CHOICE_SPIN}, .yields = true},
    };
    static const struct decision d = {options, LENGTH(options), 0};
    struct strategy *s = strategy_of(STRATEGY_RANDOM, 1);
    size_t chosen[LENGTH(options)] = {0}, n = 4250;

    for (size_t i = 0; i < n; i++) {
        ck_assert(strategy_begin(s));
        chosen[strategy_choose(s, &d)]++;
        strategy_end(s, 1);
    }
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_gt(chosen[i], 900);
        ck_assert_uint_lt(chosen[i], 1100);
    }
    ck_assert_uint_gt(chosen[4], 0);
    ck_assert_uint_lt(chosen[4], 400);
    strategy_free(s);
}
END_TEST

START_TEST(pct_finds_bugs)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &lost_update, has_lost_update, 100), 0);
        ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &abba, has_deadlock, 100), 0);
        ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &ring, has_deadlock, 100), 0);
        ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &two_updates, has_lost_both, 300), 0);
        ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &sleep_fix, has_failed, 100), 0);
    }
}
END_TEST

/* The bug shows if the one who waits sees at once that it is over. */
START_TEST(end_of_a_wait_is_seen_early)
{
    for (size_t i = 0; i < LENGTH(waits); i++) {
        struct program program = handshake(waits[i]);

        ck_assert_int_eq(bound_of_bug(&program, has_failed), 1);
        for (uint64_t seed = 1; seed <= 20; seed++) {
            ck_assert_uint_gt(first_found(STRATEGY_RANDOM, seed, &program, has_failed, 50), 0);
            ck_assert_uint_gt(first_found(STRATEGY_PCT, seed, &program, has_failed, 100), 0);
        }
    }
}
END_TEST

START_TEST(random_finds_bugs)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ck_assert_uint_gt(first_found(STRATEGY_RANDOM, seed, &abba, has_deadlock, 100), 0);
        ck_assert_uint_gt(first_found(STRATEGY_RANDOM, seed, &two_updates, has_lost_both, 300), 0);
        ck_assert_uint_gt(first_found(STRATEGY_RANDOM, seed, &ring, has_deadlock, 100), 0);
        ck_assert_uint_gt(first_found(STRATEGY_RANDOM, seed, &sleep_fix, has_failed, 100), 0);
    }
}
END_TEST

/* A subject that is another one whenever it is run. */
START_TEST(changing_subject_is_survived)
{
    enum strategy_kind kind = (enum strategy_kind)_i;
    struct strategy *s = strategy_of(kind, 1);
    uint64_t noise = 1;
    size_t made;

    for (made = 0; made < 10000 && strategy_begin(s); made++) {
        size_t decisions = 3 + made % 5;

        for (size_t i = 0; i < decisions; i++) {
            struct alternative options[7];
            struct decision d = {options, 0, -1};

            noise = noise * UINT64_C(6364136223846793005) + 1;
            d.n = 2 + (noise >> 40) % 6;
            d.current = (noise >> 50) % 2 ? 0 : -1;
            for (size_t j = 0; j < d.n; j++)
                options[j] = (struct alternative){.choice = {(int)j, CHOICE_GO}, .yields = j == 6};
            ck_assert_uint_lt(strategy_choose(s, &d), d.n);
        }
        strategy_end(s, decisions);
    }
    if (kind == STRATEGY_DFS) {
        ck_assert_uint_lt(made, 10000);
        ck_assert_int_eq(strategy_exhausted(s), -1);
    }
    strategy_free(s);
}
END_TEST

/* One run in between is cut off at its first decision: it is made again, and nothing is missed. */
START_TEST(dfs_recovers_from_one_bad_run)
{
    struct traces all = all_schedules(&abba), made = traces_new();
    struct strategy *s = strategy_of(STRATEGY_DFS, 1);
    struct run r;

    for (size_t i = 0; i == 2 || next_run(s, &abba, &r); i++) {
        if (i != 2)
            traces_add(&made, &r);
        else if (strategy_begin(s))
            strategy_end(s, 0);
    }
    ck_assert_uint_eq(made.n, all.n);
    ck_assert_uint_eq(count_distinct(&made), all.n);
    ck_assert_int_ge(strategy_exhausted(s), 2);
    strategy_free(s);
    free(made.traces);
    free(all.traces);
}
END_TEST

/* If it never comes to what was noted, what was not seen is not claimed. */
START_TEST(dfs_claims_nothing_that_it_missed)
{
    struct strategy *s = strategy_of(STRATEGY_DFS, 1);
    struct run r;
    size_t n = 0;

    while (strategy_exhausted(s) < 0)
        ck_assert(next_run(s, &abba, &r));
    for (; strategy_begin(s); n++) {
        ck_assert_uint_lt(n, 1000);
        strategy_end(s, 0);
    }
    ck_assert_int_eq(strategy_exhausted(s), 0);
    strategy_free(s);
}
END_TEST

/* More schedules than can be known: what is known is made, and no more is claimed. */
START_TEST(dfs_knows_its_limits)
{
    enum { DECISIONS = 60, OPTIONS = 50 };
    struct alternative options[OPTIONS];
    const struct decision d = {options, OPTIONS, 0};
    struct strategy *s = strategy_of(STRATEGY_DFS, 1);
    size_t one_preemption = DECISIONS * (OPTIONS - 1);

    for (size_t i = 0; i < OPTIONS; i++)
        options[i] = (struct alternative){.choice = {(int)i, CHOICE_GO}};
    for (size_t made = 1; made < one_preemption + 100; made++) {
        if (!strategy_begin(s))
            ck_abort_msg("ends after %zu", made);
        for (size_t i = 0; i < DECISIONS; i++)
            strategy_choose(s, &d);
        strategy_end(s, DECISIONS);
        if (strategy_exhausted(s) != (made > one_preemption))
            ck_abort_msg("exhausted %d after %zu", strategy_exhausted(s), made);
    }
    strategy_free(s);
}
END_TEST

START_TEST(any_number_of_options_will_do)
{
    enum strategy_kind kind = (enum strategy_kind)_i;
    struct alternative options[50];

    for (size_t i = 0; i < LENGTH(options); i++)
        options[i] = (struct alternative){.choice = {(int)i / 2, i % 2 ? CHOICE_SIGNAL : CHOICE_GO},
                                          .yields = i >= 40};
    for (size_t n = 1; n <= LENGTH(options); n++) {
        struct strategy *s = strategy_of(kind, n);
        struct decision d = {options, n, n % 2 ? -1 : 0};
        bool seen[LENGTH(options)] = {false};

        for (size_t i = 0; i < 200 && strategy_begin(s); i++) {
            size_t chosen = strategy_choose(s, &d);

            ck_assert_uint_lt(chosen, n);
            seen[chosen] = true;
            strategy_end(s, 1);
        }
        ck_assert(seen[0] || kind == STRATEGY_RANDOM || kind == STRATEGY_PCT);
        if (kind == STRATEGY_DFS)
            for (size_t i = 0; i < n; i++)
                ck_assert(seen[i]);
        strategy_free(s);
    }
}
END_TEST

START_TEST(kinds_have_names)
{
    for (int kind = 0; kind < STRATEGY_KINDS; kind++)
        ck_assert_int_eq(strategy_kind_parse(strategy_kind_name((enum strategy_kind)kind)), kind);
    ck_assert_int_eq(strategy_kind_parse("dfs"), STRATEGY_DFS);
    ck_assert_int_eq(strategy_kind_parse("breadth"), -1);
    for (int kind = 0; kind < CHOICE_KINDS; kind++)
        ck_assert_int_eq(choice_kind_parse(choice_kind_name((enum choice_kind)kind)), kind);
    ck_assert_int_eq(choice_kind_parse("signal"), CHOICE_SIGNAL);
    ck_assert_int_eq(choice_kind_parse(""), -1);
    strategy_free(NULL);
}
END_TEST

START_TEST(schedule_grows)
{
    struct schedule s;

    schedule_init(&s);
    for (size_t i = 0; i < 1000; i++) {
        struct step *step = schedule_add(&s);

        ck_assert_ptr_nonnull(step);
        ck_assert_int_eq(step->nr, 0);
        ck_assert_ptr_null(step->shown);
        step->nr = (long)i;
        step->shown = strdup("close(0)");
        step->where = i % 2 ? strdup("main (x.c:1)") : NULL;
    }
    ck_assert_uint_eq(s.n_steps, 1000);
    for (size_t i = 0; i < s.n_steps; i++)
        ck_assert_int_eq(s.steps[i].nr, (long)i);
    schedule_free(&s);
    ck_assert_uint_eq(s.n_steps, 0);
    schedule_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("strategy");
    TCase *tcase = tcase_create("strategy");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, nonpreemptive_makes_one_schedule);
    tcase_add_loop_test(tcase, dfs_makes_every_schedule_once, 0, LENGTH(ending));
    tcase_add_test(tcase, dfs_counts_as_by_hand);
    tcase_add_test(tcase, dfs_finds_bugs_at_their_bound);
    tcase_add_loop_test(tcase, nobody_starves, 0, STRATEGY_KINDS);
    tcase_add_test(tcase, dfs_rounds_of_polls_are_finite);
    tcase_add_test(tcase, random_covers_a_tiny_program);
    tcase_add_loop_test(tcase, same_seed_makes_the_same_schedules, 0, STRATEGY_KINDS);
    tcase_add_test(tcase, random_schedule_depends_on_its_number_alone);
    tcase_add_test(tcase, random_frequencies_are_even);
    tcase_add_test(tcase, pct_finds_bugs);
    tcase_add_test(tcase, end_of_a_wait_is_seen_early);
    tcase_add_test(tcase, random_finds_bugs);
    tcase_add_loop_test(tcase, changing_subject_is_survived, 0, STRATEGY_KINDS);
    tcase_add_test(tcase, dfs_recovers_from_one_bad_run);
    tcase_add_test(tcase, dfs_claims_nothing_that_it_missed);
    tcase_add_test(tcase, dfs_knows_its_limits);
    tcase_add_loop_test(tcase, any_number_of_options_will_do, 0, STRATEGY_KINDS);
    tcase_add_test(tcase, kinds_have_names);
    tcase_add_test(tcase, schedule_grows);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
