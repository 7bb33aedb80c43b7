/* report_why.h - why processes do not go on, told to a person (text) or to a program (JSON). */
#ifndef BROKENPIPE_REPORT_WHY_H
#define BROKENPIPE_REPORT_WHY_H

#include "why.h"

#include <jansson.h>
#include <stdio.h>

/* The verdict in a line; if something is stuck, the explanation as well. */
void report_why_text(FILE *to, const struct why *w);

/* Those of the processes pids[0..n-1] that are not stuck: what each waits for and who could still
 * wake it; of many only how many there are. Those that may not be looked at are left out. */
void report_why_free_text(FILE *to, const struct why *w, const pid_t *pids, size_t n);

/* The JSON object {verdict, doubt, stuck, explanation}. New reference, or NULL. */
json_t *report_why_json(const struct why *w);

#endif
