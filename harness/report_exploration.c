/* report_exploration.c - what an exploration found and covered, in lines that a person wants to
 * read. It never says that a program is correct. */
#include "report.h"

#include "report_put.h"

#include <stdlib.h>
#include <string.h>

/* "1 schedule", "2 schedules". */
static void put_count(FILE *to, size_t n, const char *noun)
{
    fprintf(to, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

/* How much of what there is. What was cut short each time covers nothing. */
static void put_extent(FILE *to, const struct explore_coverage *c)
{
    if (c->cut == c->schedules)
        return;
    if (c->complete) {
        fputs("; all there are", to);
    } else if (c->exhausted == 0) {
        fputs("; all without preemption: exhausted", to);
    } else if (c->exhausted > 0) {
        fputs("; all with at most ", to);
        put_count(to, (size_t)c->exhausted, "preemption");
        fputs(": exhausted", to);
    }
}

/* "12 schedules (10 different; all with at most 1 preemption: exhausted)", and what speaks against
 * relying on it. */
static void tell_coverage(FILE *to, const struct exploration *x)
{
    const struct explore_coverage *c = &x->coverage;
    put_count(to, c->schedules, "schedule");
    fprintf(to, " (%zu different", c->distinct);
    put_extent(to, c);
    fputc(')', to);
    if (c->cut > 0)
        fprintf(to, "; %zu of them cut short", c->cut);
    if (c->unstable > 0)
        fprintf(to,
                "; %zu failed, but did not replay three times the same: the program depends on "
                "more than the schedule, such as random numbers or the time-stamp counter",
                c->unstable);
    if (!c->real_time)
        fputs("; without real-time priorities, which is slower and less certain to replay", to);
}

bool report_says_nothing(const struct exploration *x)
{
    const struct explore_coverage *c = &x->coverage;
    return x->failure == FAILURE_NONE && c->schedules > 0 && c->cut == c->schedules &&
           x->first.outcome.kind == OUTCOME_TIMEOUT;
}

static void tell_none(FILE *to, const struct exploration *x)
{
    if (report_says_nothing(x))
        fputs("nothing can be said, for no run came to its end in time: ", to);
    else if (x->coverage.unstable > 0) /* what failed once has been seen to fail */
        fputs("no failure that replays in ", to);
    else
        fputs("no failure in ", to);
    tell_coverage(to, x);
}

/* "60 by dfs, 200 by random; 81234 steps in 0.98 s". */
static void tell_effort(FILE *to, const struct exploration *x)
{
    const struct explore_coverage *c = &x->coverage;
    const char *between = "";
    for (int kind = 0; kind < STRATEGY_KINDS; kind++) {
        if (c->by_strategy[kind] == 0)
            continue;
        fprintf(to, "%s%zu by %s", between, c->by_strategy[kind],
                strategy_kind_name((enum strategy_kind)kind));
        between = ", ";
    }
    fputs(between[0] != '\0' ? "; " : "", to);
    put_count(to, c->steps, "step");
    fprintf(to, " in %.2f s", c->seconds);
}

/* What was found, in a few words. */
static void put_failure(FILE *to, const struct exploration *x)
{
    char words[64];
    outcome_format(x->observation.outcome, words, sizeof words);
    if (x->failure == FAILURE_LEFT)
        fprintf(to, "%s, but something left behind,", words);
    else if (x->failure == FAILURE_OUTCOME)
        fputs(words, to);
    else if (outcome_equal(x->observation.outcome, x->first.outcome))
        fputs("other output than at first", to);
    else
        fprintf(to, "%s, other than at first,", words);
}

static void tell_found(FILE *to, const struct exploration *x)
{
    put_failure(to, x);
    fprintf(to, " in schedule %zu of %zu (found by %s), replayed 3 times the same", x->number,
            x->coverage.schedules, strategy_kind_name(x->by));
}

/* What `tell` tells: a new string, or NULL. */
static char *told(void (*tell)(FILE *, const struct exploration *), const struct exploration *x)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        return NULL;
    tell(to, x);
    return text_closed(to, &text);
}

/* The same, written in lines that fit. */
static void put_told(FILE *to, int indent, void (*tell)(FILE *, const struct exploration *),
                     const struct exploration *x)
{
    char *text = told(tell, x);
    put_paragraph(to, indent, text != NULL ? text : "(out of memory)");
    free(text);
}

char *report_coverage(const struct explore_coverage *c)
{
    const struct exploration x = {.coverage = *c};
    return told(tell_none, &x);
}

/* Writes a file's name so that a shell takes it as one word. */
static void put_quoted(FILE *to, const char *name)
{
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                          "/._-+,:@%=")] == '\0') {
        fputs(name, to);
        return;
    }
    fputc('\'', to);
    for (size_t length; *name != '\0'; name += length + (name[length] != '\0')) {
        length = strcspn(name, "'");
        put_printable(to, name, length);
        fputs(name[length] != '\0' ? "'\\''" : "", to);
    }
    fputc('\'', to);
}

static void put_observations(FILE *to, const struct exploration *x)
{
    if (x->failure == FAILURE_DIFFERS) {
        fputs("\nthe first schedule ended so:\n", to);
        report_observation_text(to, &x->first);
    }
    fputs(x->failure == FAILURE_DIFFERS ? "\nand this one so:\n" : "\nit ended so:\n", to);
    report_observation_text(to, &x->observation);
}

void report_exploration_text(FILE *to, const struct exploration *x, const char *file)
{
    if (x->failure == FAILURE_NONE) {
        put_told(to, 0, tell_none, x);
        put_told(to, 0, tell_effort, x);
        if (report_says_nothing(x))
            fputs("--wall gives them more time; if they ask for something again and again, a small "
                  "--cpu calls\nthat a livelock: --cpu 0.5\n",
                  to);
        return;
    }
    put_told(to, 0, tell_found, x);
    fputc('\n', to);
    report_schedule_text(to, &x->schedule);
    put_observations(to, x);
    fputs("\ncovered:\n", to);
    put_told(to, 2, tell_coverage, x);
    put_told(to, 2, tell_effort, x);
    if (file != NULL) {
        fputs("again, or with --gdb to look at it:\n  brokenpipe explore --replay ", to);
        put_quoted(to, file);
        fputc('\n', to);
    }
}
