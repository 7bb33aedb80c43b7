/* vet_runs.c - the checks of what the built programs do: that broken fails in every run, for its
 * reason; that what is fixed holds in every run, on an idle machine and on a busy one, and in every
 * schedule; that wrong fixes do as their sections say; and that all of it is quick. */
#include "vet.h"

#include "claim.h"
#include "load.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    GIVEN_UP_AFTER = 3,    /* failures of one section */
    LONGEST_RUN_MS = 1000, /* median of a section's runs */
};

static bool is_older(const struct stat *a, const struct stat *b)
{
    if (a->st_mtim.tv_sec != b->st_mtim.tv_sec)
        return a->st_mtim.tv_sec < b->st_mtim.tv_sec;
    return a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

/* The program as built so ("": as all are; ".O2": for the knob O2) must not be older than its
 * source. */
static void check_fresh(struct vet *v, const struct vet_program *p, const char *build)
{
    char *source = NULL, *program = NULL;
    struct stat of_source, of_program;
    if (asprintf(&source, "%s/%s", v->scenario->directory, p->file) == -1 ||
        asprintf(&program, "%s/%s%s", v->scenario->build, p->variant, build) == -1)
        vet_fault(v, "out of memory");
    else if (stat(source, &of_source) == -1)
        vet_fault(v, "cannot find %s", source);
    else if (stat(program, &of_program) == 0 && is_older(&of_program, &of_source))
        vet_missing(v, p->file, 0, "is newer than %s: make", vet_shown(v, program));
    free(source);
    free(program);
}

void vet_fresh(struct vet *v)
{
    for (size_t i = 0; i < v->n_programs; i++) {
        check_fresh(v, &v->programs[i], "");
        check_fresh(v, &v->programs[i], ".O0");
        check_fresh(v, &v->programs[i], ".O2");
    }
    vet_note(v, "no program is older than its source");
}

/* The runs of one section. */
struct series {
    unsigned wanted, made, passed;
    double *wall_ms; /* of each */
    bool broken_harness;
    char *observed;   /* in the first run that failed; or NULL */
    const char *news; /* of that run; or NULL */
};

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Not of an exploration, which takes the time it is given; nor under load. */
static void note_time(struct vet *v, const struct claim *c, struct series *s)
{
    if (v->loaded || s->broken_harness || claim_is_explored(c))
        return;
    qsort(s->wall_ms, s->made, sizeof *s->wall_ms, compare_times);
    double median = s->wall_ms[s->made / 2];
    if (v->slowest.claim == NULL || median > v->slowest.median_ms)
        v->slowest = (struct vet_slowest){c, median};
}

/* Makes one more run. Returns false if no other is of use. */
static bool run_once(struct vet *v, const struct claim *c, struct series *s)
{
    struct observation o;
    struct verdict verdict = verdict_run(v->scenario, c, &o);
    s->broken_harness = verdict.kind == VERDICT_BROKEN_HARNESS;
    s->wall_ms[s->made++] = o.wall_ms;
    s->passed += verdict.kind == VERDICT_PASS;
    if (verdict.kind != VERDICT_PASS && s->observed == NULL) {
        s->observed = verdict.observed;
        s->news = verdict.news;
        verdict.observed = NULL;
    }
    verdict_free(&verdict);
    observation_free(&o);
    return !s->broken_harness && s->made - s->passed < GIVEN_UP_AFTER;
}

static void tell_series(struct vet *v, const struct claim *c, const struct series *s)
{
    char *name = case_name(v->scenario, c);
    const char *section = name != NULL ? strchr(name, ':') + 1 : c->variant;
    const char *observed = s->observed != NULL ? s->observed : "out of memory";
    if (s->broken_harness)
        vet_fault(v, "[%s]: %s", section, observed);
    else if (s->passed < s->made)
        vet_missing(v, v->scenario->expectation->file, (size_t)c->line,
                    "[%s] is not so in %u of %u runs: %s%s%s", section, s->made - s->passed,
                    s->made, observed, s->news != NULL ? "; " : "", s->news != NULL ? s->news : "");
    free(name);
}

/* Makes the runs of a section, at most `n`; one of an exploration. */
static void run_section(struct vet *v, const struct claim *c, unsigned n)
{
    struct series s = {.wanted = claim_is_explored(c) ? 1 : n};
    s.wall_ms = calloc(s.wanted, sizeof *s.wall_ms);
    if (s.wall_ms == NULL) {
        vet_fault(v, "out of memory");
        return;
    }
    do
        vet_progress(v, "%s%s%s %u of %u", c->variant, c->knob != NULL ? " under " : "",
                     c->knob != NULL ? c->knob : "", s.made + 1, s.wanted);
    while (run_once(v, c, &s) && s.made < s.wanted);
    note_time(v, c, &s);
    tell_series(v, c, &s);
    free(s.wall_ms);
    free(s.observed);
}

/* Which sections a check runs. */
struct selection {
    bool (*variant)(const char *variant);
    bool natural, explored;
};

static bool is_broken(const char *variant)
{
    return strcmp(variant, "broken") == 0;
}

/* Runs the selected sections, at most `n` times each, as long as runs can be made. Returns how many
 * there are. */
static unsigned run_sections(struct vet *v, const struct selection *selection, unsigned n)
{
    const struct expectation *e = v->scenario->expectation;
    unsigned sections = 0;
    for (size_t i = 0; i < e->n_claims && v->faults == 0; i++) {
        const struct claim *c = &e->claims[i];
        bool wanted = claim_is_explored(c) ? selection->explored : selection->natural;
        if (!selection->variant(c->variant) || !wanted)
            continue;
        run_section(v, c, n);
        sections++;
    }
    return sections;
}

static const char *plural(unsigned n)
{
    return n == 1 ? "" : "s";
}

void vet_broken(struct vet *v)
{
    unsigned always = run_sections(v, &(struct selection){is_broken, true, false}, v->runs);
    unsigned sometimes = run_sections(v, &(struct selection){is_broken, false, true}, 1);
    if (sometimes == 0)
        vet_note(v, "%u section%s, %u of %u runs for the stated reason", always, plural(always),
                 v->runs, v->runs);
    else if (always == 0)
        vet_note(v, "a schedule with the stated end is found");
    else
        vet_note(v, "%u section%s, %u of %u runs for the stated reason; and a schedule is found",
                 always, plural(always), v->runs, v->runs);
}

/* What is claimed to be left behind by a fixed variant is left behind all the same. */
static void check_leaves(struct vet *v)
{
    const struct expectation *e = v->scenario->expectation;
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct claim *c = &e->claims[i];
        if (variant_is_fixed(c->variant) && !c->implied && c->n_leaves > 0)
            vet_missing(v, e->file, (size_t)c->line, "%s may leave nothing behind", c->variant);
    }
}

void vet_fixed(struct vet *v)
{
    check_leaves(v);
    unsigned n = run_sections(v, &(struct selection){variant_is_fixed, true, false}, v->runs);
    vet_note(v, "%u section%s, %u of %u runs hold and leave nothing", n, plural(n), v->runs,
             v->runs);
}

void vet_loaded(struct vet *v)
{
    struct load load;
    struct error err;
    if (load_start(&load, &err) == -1) {
        vet_fault(v, "%s", err.text);
        return;
    }
    v->loaded = true;
    unsigned n = run_sections(v, &(struct selection){variant_is_fixed, true, false}, v->runs);
    v->loaded = false;
    load_stop(&load);
    vet_note(v, "%u section%s, %u of %u runs hold with every processor busy", n, plural(n), v->runs,
             v->runs);
}

void vet_explored(struct vet *v)
{
    unsigned n = run_sections(v, &(struct selection){variant_is_fixed, false, true}, 1);
    vet_note(v, "%u fixed section%s, every schedule that was tried holds", n, plural(n));
}

void vet_wrong(struct vet *v)
{
    unsigned some = (v->runs + 9) / 10;
    unsigned n = run_sections(v, &(struct selection){vet_is_wrong, true, true}, some);
    vet_note(v, "%u section%s, as said in %u of %u runs (explored: one)", n, plural(n), some, some);
}

void vet_time(struct vet *v)
{
    const struct claim *c = v->slowest.claim;
    if (c == NULL) {
        vet_note(v, "no run was made whose time counts");
        return;
    }
    char *name = case_name(v->scenario, c);
    const char *section = name != NULL ? strchr(name, ':') + 1 : c->variant;
    if (v->slowest.median_ms > LONGEST_RUN_MS)
        vet_missing(v, v->scenario->expectation->file, (size_t)c->line,
                    "[%s] takes %.1f s (median), more than %.1f s: a smaller workload or budget",
                    section, v->slowest.median_ms / 1000, LONGEST_RUN_MS / 1000.0);
    vet_note(v, "the slowest section, [%s], takes %.1f ms (median)", section, v->slowest.median_ms);
    free(name);
}
