/* cmd_check.c - `brokenpipe check`: every variant of the scenarios against its expectation. */
#include "commands.h"

#include "report.h"
#include "utf8.h"
#include "verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: brokenpipe check [--json | --verbose] [--case CASE] [SCENARIO...]\n"
    "\n"
    "Runs every case of every SCENARIO (an id, a mechanism, or a glob over ids; without one,\n"
    "all of them) and holds what happened against the expectation. A case 'VARIANT under\n"
    "explore' is run in many schedules, for a second if the expectation says nothing else.\n"
    "\n"
    "      --json       tell it as JSON\n"
    "      --verbose    tell of each exploration what it covered\n"
    "      --case CASE  only the case of that name: 'broken', 'fixed under one-cpu'\n"
    "  -h, --help       this text\n"
    "\n"
    "Exit status: 0 every verdict is PASS; 1 some are FAIL; 2 wrong usage; 3 some runs could\n"
    "not be made (BROKEN-HARNESS, counted as skipped): nothing is known of their programs.\n";

/* One pass over the cases. */
struct judging {
    const char *only; /* the case asked for, or NULL */
    bool verbose;
    json_t *json;    /* array of cases; NULL if a person reads */
    int json_failed; /* not 0 if memory was short for some of it */
    FILE *failures;  /* told after all cases, when a person reads */
    int width;       /* of the longest case name */
    unsigned passed, failed, skipped;
};

/* "fixed", "fixed under one-cpu" */
static bool is_selected(const struct judging *j, const struct claim *c)
{
    if (j->only == NULL)
        return true;
    size_t variant = strlen(c->variant);
    if (strncmp(j->only, c->variant, variant) != 0)
        return false;
    const char *rest = j->only + variant;
    if (c->knob == NULL)
        return *rest == '\0';
    return strncmp(rest, " under ", 7) == 0 && strcmp(rest + 7, c->knob) == 0;
}

static void count(struct judging *j, enum verdict_kind kind)
{
    if (kind == VERDICT_PASS)
        j->passed++;
    else if (kind == VERDICT_FAIL)
        j->failed++;
    else
        j->skipped++;
}

/* Whether the case is an exploration that was made. */
static bool is_explored(const struct verdict *v)
{
    return v->coverage.schedules > 0;
}

/* What was observed may quote any bytes. */
static json_t *string_or_null(const char *string)
{
    if (string == NULL)
        return json_null();
    char *repaired = utf8_repair(string, strlen(string));
    json_t *json = repaired != NULL ? json_string(repaired) : NULL;
    free(repaired);
    return json;
}

/* What an exploration covered. */
static json_t *exploration_json(const struct verdict *v)
{
    const struct explore_coverage *c = &v->coverage;
    return json_pack("{s:I, s:I, s:o, s:o, s:f}", "schedules", (json_int_t)c->schedules, "distinct",
                     (json_int_t)c->distinct, "exhausted_preemptions",
                     c->exhausted >= 0 ? json_integer(c->exhausted) : json_null(), "number",
                     v->schedule > 0 ? json_integer((json_int_t)v->schedule) : json_null(),
                     "seconds", c->seconds);
}

/* A case as JSON. Without a claim: a scenario that cannot be judged, and why. */
static void add_json(struct judging *j, const struct scenario *s, const struct claim *c,
                     const struct verdict *v, const struct observation *o)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "scenario", json_string(s->id));
    failed |= json_object_set_new(json, "variant", string_or_null(c != NULL ? c->variant : NULL));
    failed |= json_object_set_new(json, "knob", string_or_null(c != NULL ? c->knob : NULL));
    failed |= json_object_set_new(json, "verdict", json_string(verdict_kind_name(v->kind)));
    failed |= json_object_set_new(json, "expected", string_or_null(v->expected));
    failed |= json_object_set_new(json, "observed", string_or_null(v->observed));
    failed |= json_object_set_new(json, "news", string_or_null(v->news));
    failed |= json_object_set_new(json, "observation",
                                  o != NULL ? report_observation_json(o) : json_null());
    failed |= json_object_set_new(json, "exploration",
                                  is_explored(v) ? exploration_json(v) : json_null());
    failed |= json_array_append_new(j->json, json);
    j->json_failed |= failed;
}

/* What an exploration covered, in a sentence: a new string, or NULL. */
static char *tell_coverage(const struct verdict *v)
{
    char *text;
    if (v->schedule == 0)
        return report_coverage(&v->coverage);
    return asprintf(&text, "found in schedule %zu, after %.2f s", v->schedule,
                    v->coverage.seconds) != -1
               ? text
               : NULL;
}

static void print_coverage(const struct verdict *v)
{
    char *text = tell_coverage(v);
    printf("      %s\n", text != NULL ? text : "out of memory");
    free(text);
}

static void print_case(struct judging *j, const char *name, const struct verdict *v,
                       const struct observation *o)
{
    char outcome[64];
    if (v->kind == VERDICT_BROKEN_HARNESS)
        printf("%s  %s\n", verdict_kind_name(v->kind), name);
    else
        printf("%s  %-*s  %-12s %8.1f ms%s%s\n", verdict_kind_name(v->kind), j->width, name,
               outcome_format(o->outcome, outcome, sizeof outcome),
               is_explored(v) ? v->coverage.seconds * 1000 : o->wall_ms,
               v->news != NULL ? "  " : "", v->news != NULL ? v->news : "");
    if (j->verbose && is_explored(v))
        print_coverage(v);
    fflush(stdout); /* a person watches; an error is found at the end */
}

static void judge_case(struct judging *j, const struct scenario *s, const struct claim *c)
{
    struct observation o;
    struct verdict v = verdict_run(s, c, &o);
    bool ran = v.kind != VERDICT_BROKEN_HARNESS;
    count(j, v.kind);
    if (j->json != NULL) {
        add_json(j, s, c, &v, ran ? &o : NULL);
    } else {
        char *name = case_name(s, c);
        print_case(j, name != NULL ? name : s->id, &v, &o);
        free(name);
        if (v.kind != VERDICT_PASS)
            report_failure(j->failures, s, c, &v, &o);
    }
    verdict_free(&v);
    observation_free(&o);
}

/* A scenario whose folder and expectation do not match fails as a whole. */
static void judge_problem(struct judging *j, const struct scenario *s)
{
    struct verdict v = {.kind = VERDICT_FAIL, .observed = s->problem};
    count(j, v.kind);
    if (j->json != NULL) {
        add_json(j, s, NULL, &v, NULL);
        return;
    }
    printf("%s  %-*s  cannot be judged\n", verdict_kind_name(v.kind), j->width, s->id);
    fprintf(j->failures, "%s %s\n  cannot be judged: %s\n", verdict_kind_name(v.kind), s->id,
            s->problem);
}

static int longest_case_name(const struct corpus *corpus)
{
    int longest = 0;
    for (size_t i = 0; i < corpus->n; i++) {
        const struct scenario *s = &corpus->scenarios[i];
        for (size_t k = 0; s->problem == NULL && k < s->expectation->n_claims; k++) {
            char *name = case_name(s, &s->expectation->claims[k]);
            if (name != NULL && (int)strlen(name) > longest)
                longest = (int)strlen(name);
            free(name);
        }
    }
    return longest;
}

static void judge_all(struct judging *j, const struct corpus *corpus)
{
    j->width = longest_case_name(corpus);
    for (size_t i = 0; i < corpus->n; i++) {
        const struct scenario *s = &corpus->scenarios[i];
        if (s->problem != NULL) {
            judge_problem(j, s);
            continue;
        }
        for (size_t k = 0; k < s->expectation->n_claims; k++)
            if (is_selected(j, &s->expectation->claims[k]))
                judge_case(j, s, &s->expectation->claims[k]);
    }
}

static int status_of(const struct judging *j)
{
    if (j->skipped > 0)
        return STATUS_HARNESS;
    return j->failed > 0 ? STATUS_FAILED : STATUS_OK;
}

static int check_text(struct judging *j, const struct corpus *corpus)
{
    char *failures = NULL;
    size_t length;
    j->failures = open_memstream(&failures, &length);
    if (j->failures == NULL)
        return complain(&command_check, STATUS_HARNESS, "%s", strerror(errno));
    judge_all(j, corpus);
    bool told = fclose(j->failures) == 0;
    if (told && length > 0)
        printf("\n%s", failures);
    free(failures);
    if (!told)
        return complain(&command_check, STATUS_HARNESS, "out of memory");
    printf("\n%u passed, %u failed, %u skipped\n", j->passed, j->failed, j->skipped);
    return status_of(j);
}

static int check_json(struct judging *j, const struct corpus *corpus)
{
    j->json = json_array();
    judge_all(j, corpus);
    json_t *all = json_object();
    int failed = j->json_failed;
    failed |= json_object_set_new(all, "cases", j->json);
    failed |= json_object_set_new(all, "passed", json_integer(j->passed));
    failed |= json_object_set_new(all, "failed", json_integer(j->failed));
    failed |= json_object_set_new(all, "skipped", json_integer(j->skipped));
    if (failed) {
        json_decref(all);
        all = NULL;
    }
    return print_json(&command_check, all) == -1 ? STATUS_HARNESS : status_of(j);
}

static int check(bool json, struct judging *j, const struct corpus *corpus)
{
    int status = json ? check_json(j, corpus) : check_text(j, corpus);
    /* To have judged nothing must not look like success. */
    if (status == STATUS_OK && j->passed == 0)
        return complain(&command_check, STATUS_USAGE, "nothing was judged: no %s '%s'",
                        j->only != NULL ? "case" : "scenario", j->only != NULL ? j->only : "*");
    return status;
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"verbose", no_argument, NULL, 'v'},
        {"case", required_argument, NULL, 'c'},
        HELP_OPTION,
    };
    bool json = false;
    struct judging judging = {0};
    for (int option; (option = next_option(&command_check, argc, argv, options)) != -1;)
        switch (option) {
        case 'j':
            json = true;
            break;
        case 'v':
            judging.verbose = true;
            break;
        case 'c':
            judging.only = optarg;
            break;
        case 'h':
            return show_help(&command_check);
        default:
            return STATUS_USAGE;
        }

    struct corpus corpus;
    if (find_scenarios(&command_check, argv + optind, &corpus) == -1)
        return STATUS_USAGE;
    if (need_full_world(&command_check) == -1) {
        corpus_free(&corpus);
        return STATUS_HARNESS;
    }
    int status = check(json, &judging, &corpus);
    corpus_free(&corpus);
    return status;
}

const struct command command_check = {"check", "judge scenarios against their expectations", help,
                                      run};
