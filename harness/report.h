/* report.h - observations, explanations and verdicts, told to a person (text, pictures) or to a
 * program (JSON). Reports decide nothing. */
#ifndef BROKENPIPE_REPORT_H
#define BROKENPIPE_REPORT_H

#include "error.h"
#include "explore.h"
#include "observation.h"
#include "verdict.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The observation as the JSON object that `brokenpipe run --json` prints. New reference. */
json_t *report_observation_json(const struct observation *o);

/* The observation in a few lines of text. */
void report_observation_text(FILE *to, const struct observation *o);

/* What happened and why, in one line, as the demo's table shows it; new string. For a deadlock the
 * waits' sentences; for the rest the outcome, the last line of output, what was left behind. */
char *report_story(const struct observation *o);

/* A failed case: scenario, expected, observed, and the one command that repeats it; of an
 * exploration also the one that tells its schedules. */
void report_failure(FILE *to, const struct scenario *s, const struct claim *c,
                    const struct verdict *v, const struct observation *o);

/* Who waits for whom, as text: the lesson, a block for each task, the graph as arrows. Nothing, if
 * no task waits. Each line begins with `indent` blanks. */
void report_explanation_text(FILE *to, int indent, const struct explanation *x);

/* The same as the JSON object {lesson, chain, cut, took_ms, waits}. New reference. An observation
 * has the waits beside its other facts, and the rest under "explanation". */
json_t *report_explanation_json(const struct explanation *x);

/* The graph in the language of Graphviz. Returns 0, or -1 if it could not be written (errno). */
int report_explanation_dot(FILE *to, const struct explanation *x);

/* Whether `path` can be the name of a graph: it has an ending that report_graph_file() knows, and
 * its directory can be written to. 0, or -1 with `err`. */
int report_graph_check(const char *path, struct error *err);

/* Draws the graph into the file `path`, in the form that its ending says: .dot or .gv; .svg, .png
 * or .pdf, which need Graphviz. What was there before is replaced as a whole, or stays. Returns 0,
 * or -1 with `err`. */
int report_graph_file(const char *path, const struct explanation *x, struct error *err);

/* A schedule as a numbered interleaving with a column for each task, the decisive switches marked.
 */
void report_schedule_text(FILE *to, const struct schedule *s);

/* The schedule as the JSON object {hash, cut, tasks, steps}. New reference. */
json_t *report_schedule_json(const struct schedule *s);

/* Whether nothing can be said, neither that there is a failure nor that there was none: every run
 * was given up. */
bool report_says_nothing(const struct exploration *x);

/* What an exploration found: the failing schedule as a story, the outcome with its explanation, and
 * what was covered. `file`: where the schedule was written, or NULL. */
void report_exploration_text(FILE *to, const struct exploration *x, const char *file);

/* The same as JSON. New reference. */
json_t *report_exploration_json(const struct exploration *x, const char *file);

/* The coverage in one sentence: "no failure in 812 schedules (790 different; all with at most 1
 * preemption: exhausted)". New string. */
char *report_coverage(const struct explore_coverage *c);

#endif
