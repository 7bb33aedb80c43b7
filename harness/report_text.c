/* report_text.c - observations and failures, in lines that a person wants to read. */
#include "report.h"

#include "knob.h"
#include "report_put.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINES_SHOWN = 20,  /* of each output */
    LINE_LENGTH = 160, /* bytes of each line */
};

static void print_outcome(FILE *to, const struct observation *o)
{
    char words[64];
    fputs(outcome_format(o->outcome, words, sizeof words), to);
    if (o->outcome.kind == OUTCOME_DEADLOCK)
        fprintf(to, ", proved %.1f ms after the last task blocked", o->verdict_ms);
    else if (o->outcome.kind == OUTCOME_LIVELOCK)
        fprintf(to, ", still busy after %.1f s of CPU time", o->cpu_ms / 1000);
    else if (o->outcome.kind == OUTCOME_TIMEOUT)
        fprintf(to, ", still alive after %.1f s", o->wall_ms / 1000);
    fputc('\n', to);
}

static void print_left(FILE *to, const char *indent, const struct left *left)
{
    fprintf(to, "%s  %s ", indent, left_kind_name(left->kind));
    put_string(to, left->name);
    if (left->detail != NULL && left->detail[0] != '\0') {
        fputs(": ", to);
        put_string(to, left->detail);
    }
    fputc('\n', to);
}

/* The first lines of an output, and how much more there was. */
static void print_output(FILE *to, const char *indent, const char *name,
                         const struct output *output)
{
    if (output->length == 0)
        return;
    fprintf(to, "%s%s, %zu byte%s:\n", indent, name, output->length,
            output->length == 1 ? "" : "s");
    size_t at = 0;
    for (int line = 0; line < LINES_SHOWN && at < output->kept; line++) {
        const char *start = output->text + at;
        const char *newline = memchr(start, '\n', output->kept - at);
        size_t length = newline != NULL ? (size_t)(newline - start) : output->kept - at;
        fprintf(to, "%s  | ", indent);
        put_printable(to, start, length < LINE_LENGTH ? length : LINE_LENGTH);
        fputs(length > LINE_LENGTH ? "...\n" : "\n", to);
        at += length + (newline != NULL);
    }
    if (at < output->length)
        fprintf(to, "%s  (%zu bytes more)\n", indent, output->length - at);
}

static void print_isolation(FILE *to, const char *indent, unsigned isolation)
{
    if (isolation == ISOLATION_FULL)
        return;
    fprintf(to, "%sreduced isolation, so nothing is proved; namespaces in force:", indent);
    for (unsigned bit = 1; bit < ISOLATION_FULL; bit <<= 1)
        if ((isolation & bit) != 0)
            fprintf(to, " %s", isolation_name(bit));
    fputs(isolation == 0 ? " none\n" : "\n", to);
}

static void print_observation(FILE *to, const char *indent, const struct observation *o)
{
    fputs(indent, to);
    print_outcome(to, o);
    if (o->note != NULL) {
        fprintf(to, "%s  ", indent);
        put_string(to, o->note);
        fputc('\n', to);
    }
    report_explanation_text(to, (int)strlen(indent) + 2, &o->explanation);
    if (o->n_left > 0)
        fprintf(to, "%sleft behind:\n", indent);
    for (size_t i = 0; i < o->n_left; i++)
        print_left(to, indent, &o->left[i]);
    print_output(to, indent, "stdout", &o->out);
    print_output(to, indent, "stderr", &o->err);
    print_isolation(to, indent, o->isolation);
    if (o->kept != NULL)
        fprintf(to, "%sfiles kept in %s\n", indent, o->kept);
    fprintf(to, "%swall %.1f ms, CPU %.1f ms\n", indent, o->wall_ms, o->cpu_ms);
}

void report_observation_text(FILE *to, const struct observation *o)
{
    print_observation(to, "", o);
}

/* The command, ready to paste: BUILD/brokenpipe, or the installed one if that is not where the
 * scenarios were built. */
static void print_command(FILE *to, const struct scenario *s)
{
    size_t build = strlen(s->build) - strlen("/scenarios/") - strlen(s->id);
    char *command = NULL;
    bool here = asprintf(&command, "%.*s/brokenpipe", (int)build, s->build) != -1 &&
                access(command, X_OK) == 0;
    fputs(here ? command : "brokenpipe", to);
    free(command);
}

/* What judges this one case again. */
static void print_repeat(FILE *to, const struct scenario *s, const struct claim *c)
{
    fputs("  repeat:   ", to);
    print_command(to, s);
    if (c->knob != NULL)
        fprintf(to, " check --case '%s under %s' %s\n", c->variant, c->knob, s->id);
    else
        fprintf(to, " check --case %s %s\n", c->variant, s->id);
}

/* What tells the story of the schedules that were explored. */
static void print_explore(FILE *to, const struct scenario *s, const struct claim *c)
{
    double budget_s = claim_explore_s(s->expectation, c);
    fputs("  explore:  ", to);
    print_command(to, s);
    fputs(" explore ", to);
    if (strcmp(c->knob, KNOB_SECOND_INSTANCE) == 0)
        fputs("--second-instance ", to);
    if (budget_s != explore_options_default().budget_s)
        fprintf(to, "--budget %g ", budget_s);
    fprintf(to, "-- %s/%s", s->build, c->variant);
    for (char *const *arg = s->expectation->args; *arg != NULL; arg++)
        fprintf(to, " %s", *arg);
    fputc('\n', to);
}

void report_failure(FILE *to, const struct scenario *s, const struct claim *c,
                    const struct verdict *v, const struct observation *o)
{
    fprintf(to, "%s %s:%s%s%s\n", verdict_kind_name(v->kind), s->id, c->variant,
            c->knob != NULL ? " under " : "", c->knob != NULL ? c->knob : "");
    if (v->news != NULL)
        fprintf(to, "  news:     %s\n", v->news);
    if (v->kind == VERDICT_FAIL)
        fprintf(to, "  expected: %s (%s:%d)\n", v->expected, s->expectation->file, c->line);
    fputs(v->kind == VERDICT_FAIL ? "  observed: " : "  could not be run: ", to);
    put_string(to, v->observed);
    fputc('\n', to);
    if (v->kind == VERDICT_FAIL)
        print_observation(to, "    ", o);
    if (v->coverage.schedules > 0)
        print_explore(to, s, c);
    print_repeat(to, s, c);
}
