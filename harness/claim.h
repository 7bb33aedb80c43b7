/* claim.h - variants, knobs and claims, for the reader of expectations and for the corpus. */
#ifndef BROKENPIPE_CLAIM_H
#define BROKENPIPE_CLAIM_H

#include "error.h"
#include "expectation.h"

#include <stdbool.h>

/* The knob that leaves the run as it is, and tries its schedules. */
#define KNOB_EXPLORE "explore"

/* Whether `name` can be a variant's: broken, fixed, wrong-IDEA, fixed-IDEA. */
bool variant_is_valid(const char *name);

/* Whether it is the right program, or another right one: fixed, fixed-IDEA. */
bool variant_is_fixed(const char *name);

/* Whether `words` are a knob and what it needs: 0; or -1 with what would be right. */
int knob_check(char *const *words, struct error *err);

/* The first claim made for `variant` under `knob` (NULL: the plain run), or NULL. */
const struct claim *claim_find(const struct expectation *e, const char *variant, const char *knob);

/* Adds what goes without saying: every schedule of a fixed variant meets the claim on its plain
 * run, unless there is another claim on its exploration. Returns 0, or -1 without memory. */
int claims_add_implied(struct expectation *e);

#endif
