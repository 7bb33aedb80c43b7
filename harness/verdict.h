/* verdict.h - the observation held against the expectation. */
#ifndef BROKENPIPE_VERDICT_H
#define BROKENPIPE_VERDICT_H

#include "corpus.h"
#include "expectation.h"
#include "explore.h"
#include "observation.h"

enum verdict_kind {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_BROKEN_HARNESS, /* the run could not be made: never blamed on the program */
};

struct verdict {
    enum verdict_kind kind;
    char *expected; /* "deadlock; parent wait4 child; child write pipe full; cycle parent child" */
    char *observed; /* "exit 0" and whatever differs; both owned by the verdict */
    const char *news; /* what a failure means beyond this run, in words that never change; or NULL:
                         "a broken variant that stopped breaking", "a wrong fix that now passes" */
    struct explore_coverage coverage; /* of an exploration; all zero: it was a single run */
    size_t schedule; /* the number of the schedule that decided it, from 1; 0: none did */
};

const char *verdict_kind_name(enum verdict_kind kind); /* "PASS", "FAIL", "BROKEN-HARNESS" */

/* PASS only if *all* claims hold. */
struct verdict verdict_of(const struct claim *claim, const struct observation *o);

/* BROKEN-HARNESS: there is nothing to judge, and `fault` says why. */
struct verdict verdict_of_nothing(const struct claim *claim, const char *fault);

/* Runs the claim's variant as the claim says, and judges it: once; or, if the claim is explored, in
 * schedule after schedule, until one decides it or the budget is used up. `o` is filled for reports
 * (empty for BROKEN-HARNESS), with the run that decided it or else with the first; the caller frees
 * both. */
struct verdict verdict_run(const struct scenario *s, const struct claim *c, struct observation *o);

void verdict_free(struct verdict *v);

/* The case's name: "pipe/wait-before-drain:broken", "...:fixed under payload 4194304". New string.
 */
char *case_name(const struct scenario *s, const struct claim *c);

#endif
