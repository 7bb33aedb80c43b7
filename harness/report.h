/* report.h - observations and verdicts, told to a person (text) or to a program (JSON).
 * Reports decide nothing. */
#ifndef BROKENPIPE_REPORT_H
#define BROKENPIPE_REPORT_H

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

/* A failed case: scenario, expected, observed, and the one command that repeats it. */
void report_failure(FILE *to, const struct scenario *s, const struct claim *c,
                    const struct verdict *v, const struct observation *o);

#endif
