/* verdict_run.c - runs a variant as a claim says, once or in many schedules, and judges it.
 *
 * An explored claim on a fixed variant is for all schedules: the search is for one that does not
 * meet it. On any other the search is for one that does; what the rest did is counted, to be told
 * if there is none. */
#include "verdict.h"

#include "claim.h"
#include "words.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More kinds of results than these are only counted together. */
enum { KINDS_TOLD = 4 };

/* What the schedules did that are not searched for, in the words of their verdicts. */
struct tally {
    struct {
        char *observed;
        size_t times;
    } kinds[KINDS_TOLD];
    size_t n_kinds, others;
};

struct search {
    const struct claim *claim;
    const struct claim *right; /* as right_claim() has it */
    size_t judged;             /* runs of which the end is known */
    size_t right_runs;         /* of these, the ones that `right` is true of */
    struct tally tally;
};

/* What is claimed of the right program where something else is claimed of this one, which should
 * fail there; or NULL: the variant is right itself, or is to pass (a wrong fix without a knob). */
static const struct claim *right_claim(const struct expectation *e, const struct claim *c)
{
    bool to_fail = strcmp(c->variant, "broken") == 0 || c->knob != NULL;

    return to_fail && !variant_is_fixed(c->variant) ? claim_find(e, "fixed", c->knob) : NULL;
}

static bool is_right(const struct claim *right, const struct observation *o)
{
    struct verdict v;
    bool is;

    if (right == NULL)
        return false;
    v = verdict_of(right, o);
    is = v.kind == VERDICT_PASS;
    verdict_free(&v);
    return is;
}

/* What it is called when a variant that should fail does what the right program does. */
static const char *news_of(const struct claim *c)
{
    return strcmp(c->variant, "broken") == 0 ? "a broken variant that stopped breaking"
                                             : "a wrong fix that now passes";
}

/* Of a run that was alive at its time limit nobody knows how it would have ended. */
static bool end_is_known(const struct claim *c, const struct observation *o)
{
    return o->outcome.kind != OUTCOME_TIMEOUT || c->outcome.kind == OUTCOME_TIMEOUT;
}

static void tally_add(struct tally *t, const char *observed)
{
    size_t i = 0;

    while (i < t->n_kinds && strcmp(t->kinds[i].observed, observed) != 0)
        i++;
    if (i == t->n_kinds && i < KINDS_TOLD && (t->kinds[i].observed = strdup(observed)) != NULL)
        t->n_kinds++;
    if (i < t->n_kinds)
        t->kinds[i].times++;
    else
        t->others++;
}

static void tally_free(struct tally *t)
{
    for (size_t i = 0; i < t->n_kinds; i++)
        free(t->kinds[i].observed);
}

static void put_kind(FILE *to, const char *observed, size_t times)
{
    fprintf(to, "%s (%zu time%s)", observed, times, times == 1 ? "" : "s");
}

static void put_tally(FILE *to, const struct tally *t)
{
    for (size_t i = 0; i < t->n_kinds; i++) {
        fputs(i > 0 ? ", " : "", to);
        put_kind(to, t->kinds[i].observed, t->kinds[i].times);
    }
    if (t->others > 0)
        put_kind(to, ", something else", t->others);
}

/* For explore(): whether a run is what is searched for. */
static bool is_found(void *context, const struct observation *o)
{
    struct search *s = context;
    struct verdict v;
    bool found;

    if (!end_is_known(s->claim, o))
        return false;
    s->judged++;
    s->right_runs += is_right(s->right, o);
    v = verdict_of(s->claim, o);
    found = (v.kind == VERDICT_PASS) != claim_is_for_all(s->claim);
    if (!found && v.observed != NULL)
        tally_add(&s->tally, v.observed);
    verdict_free(&v);
    return found;
}

/* What the exploration came to: the schedule that was found, of which `observed` tells; or what all
 * of them did. */
static void put_result(FILE *to, const struct search *s, const struct exploration *x,
                       const char *observed)
{
    if (x->failure != FAILURE_NONE) {
        fprintf(to, "in schedule %zu: %s", x->number, observed);
        return;
    }
    if (!claim_is_for_all(s->claim))
        fprintf(to, "no such schedule in %zu; but: ", x->coverage.schedules);
    put_tally(to, &s->tally);
    if (x->coverage.unstable > 0)
        put_kind(to, "; that did not replay", x->coverage.unstable);
}

/* Replaces the text of what was observed in the decisive run by that of the whole exploration. */
static int retell(struct verdict *v, const struct search *s, const struct exploration *x)
{
    char *observed = NULL;
    size_t size;
    FILE *to = open_memstream(&observed, &size);

    if (to == NULL)
        return -1;
    put_result(to, s, x, v->observed);
    if (fclose(to) == EOF) {
        free(observed);
        return -1;
    }
    free(v->observed);
    v->observed = observed;
    return 0;
}

/* The verdict on what was found, or on that nothing was. `o` takes over the decisive run. */
static struct verdict conclude(const struct search *s, struct exploration *x, struct observation *o)
{
    bool found = x->failure != FAILURE_NONE, for_all = claim_is_for_all(s->claim);
    struct observation *decisive = found ? &x->observation : &x->first;
    struct verdict v = verdict_of(s->claim, decisive);

    if (v.kind == VERDICT_BROKEN_HARNESS)
        return v;
    if (found == for_all)
        v.kind = VERDICT_FAIL;
    else if (for_all)
        v.kind = VERDICT_PASS;
    if (retell(&v, s, x) == -1)
        v.kind = VERDICT_BROKEN_HARNESS;
    if (v.kind == VERDICT_FAIL && s->right_runs == s->judged)
        v.news = news_of(s->claim);
    v.coverage = x->coverage;
    v.schedule = found ? x->number : 0;
    *o = *decisive;
    *decisive = (struct observation){0};
    return v;
}

static struct verdict judge_schedules(const struct world_spec *spec, double budget_s,
                                      const struct claim *c, const struct claim *right,
                                      struct observation *o)
{
    struct search search = {.claim = c, .right = right};
    struct explore_options options = explore_options_default();
    struct exploration x;
    struct verdict v;
    struct error err;

    options.budget_s = budget_s;
    options.found = is_found;
    options.context = &search;
    if (explore(spec, &options, &x, &err) == 0) {
        v = search.judged > 0 ? conclude(&search, &x, o)
                              : verdict_of_nothing(c, "no schedule came to its end");
        exploration_free(&x);
    } else {
        v = verdict_of_nothing(c, err.text);
    }
    tally_free(&search.tally);
    return v;
}

/* The verdict on the only run. */
static struct verdict judge_only(const struct claim *c, const struct claim *right,
                                 const struct observation *o)
{
    struct verdict v = verdict_of(c, o);

    if (v.kind == VERDICT_FAIL && is_right(right, o))
        v.news = news_of(c);
    return v;
}

static struct verdict judge_run(const struct world_spec *spec, const struct claim *c,
                                const struct claim *right, struct observation *o)
{
    struct error err;

    return world_run(spec, o, &err) == 0 ? judge_only(c, right, o)
                                         : verdict_of_nothing(c, err.text);
}

/* A run in which what was to be done to the program could not be done tells nothing about it: that
 * it must do what the claim says is part of the claim. */
static void fail_directed(struct verdict *v, const struct direction *d)
{
    char miss[128], *observed;

    direction_miss(d, miss, sizeof miss);
    if (asprintf(&observed, "%s; %s", v->observed, miss) == -1) {
        v->kind = VERDICT_BROKEN_HARNESS;
        return;
    }
    free(v->observed);
    v->observed = observed;
    v->kind = VERDICT_FAIL;
    v->news = NULL;
}

static struct verdict judge_directed(const struct world_spec *spec, const struct direction *d,
                                     const struct claim *c, const struct claim *right,
                                     struct observation *o)
{
    struct error err;
    struct verdict v;
    bool came_to_it;

    if (directed_run(spec, d, o, &came_to_it, &err) != 0)
        return verdict_of_nothing(c, err.text);
    v = judge_only(c, right, o);
    if (!came_to_it && v.kind != VERDICT_BROKEN_HARNESS)
        fail_directed(&v, d);
    return v;
}

/* The program and its arguments: a new array of strings that are not its own, or NULL. */
static char **make_argv(char *program, char *const *args)
{
    size_t n = count_words(args);
    char **argv = calloc(n + 2, sizeof *argv);

    if (argv == NULL)
        return NULL;
    argv[0] = program;
    for (size_t i = 0; i < n; i++)
        argv[i + 1] = args[i];
    return argv;
}

static struct verdict judge(const struct expectation *e, const struct claim *c,
                            const struct claim_run *run, char *program, struct observation *o)
{
    struct world_spec spec = {.limits = e->limits, .knobs = run->knobs};
    const struct claim *right = right_claim(e, c);
    char **argv = make_argv(program, run->args);
    struct verdict v;

    spec.argv = argv;
    if (argv == NULL)
        v = verdict_of_nothing(c, "out of memory");
    else if (claim_is_explored(c))
        v = judge_schedules(&spec, claim_explore_s(e, c), c, right, o);
    else if (is_directed(&run->direction))
        v = judge_directed(&spec, &run->direction, c, right, o);
    else
        v = judge_run(&spec, c, right, o);
    free(argv);
    return v;
}

static struct verdict judge_program(const struct scenario *s, const struct claim *c,
                                    const struct claim_run *run, struct observation *o)
{
    struct error err;
    struct verdict v;
    char *program;

    if (asprintf(&program, "%s/%s%s", s->build, c->variant, run->build) == -1)
        return verdict_of_nothing(c, "out of memory");
    if (access(program, X_OK) == 0) {
        v = judge(s->expectation, c, run, program, o);
    } else {
        error_set(&err, "%s is not built: run make", program);
        v = verdict_of_nothing(c, err.text);
    }
    free(program);
    return v;
}

struct verdict verdict_run(const struct scenario *s, const struct claim *c, struct observation *o)
{
    struct claim_run run;
    struct verdict v;

    *o = (struct observation){0};
    if (claim_apply(s->expectation, c, &run) == -1)
        return verdict_of_nothing(c, "out of memory");
    v = judge_program(s, c, &run, o);
    claim_run_free(&run);
    return v;
}
