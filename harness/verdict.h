/* verdict.h - the observation held against the expectation. */
#ifndef BROKENPIPE_VERDICT_H
#define BROKENPIPE_VERDICT_H

#include "corpus.h"
#include "expectation.h"
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
};

const char *verdict_kind_name(enum verdict_kind kind); /* "PASS", "FAIL", "BROKEN-HARNESS" */

/* PASS only if *all* claims hold. */
struct verdict verdict_of(const struct claim *claim, const struct observation *o);

/* Runs the claim's variant once, as the claim says, and judges it. `o` is filled for reports (empty
 * for BROKEN-HARNESS); the caller frees both. */
struct verdict verdict_run(const struct scenario *s, const struct claim *c, struct observation *o);

void verdict_free(struct verdict *v);

/* The case's name: "pipe/wait-before-drain:broken", "...:fixed under payload 4194304". New string.
 */
char *case_name(const struct scenario *s, const struct claim *c);

#endif
