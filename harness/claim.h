/* claim.h - variants and claims, for the reader of expectations and for the corpus. */
#ifndef BROKENPIPE_CLAIM_H
#define BROKENPIPE_CLAIM_H

#include "expectation.h"

#include <stdbool.h>

/* Whether `name` can be a variant's: broken, fixed, wrong-IDEA, fixed-IDEA. */
bool variant_is_valid(const char *name);

/* Whether it is the right program, or another right one: fixed, fixed-IDEA. */
bool variant_is_fixed(const char *name);

/* The first claim made for `variant` under `knob` (NULL: the plain run), or NULL. */
const struct claim *claim_find(const struct expectation *e, const char *variant, const char *knob);

/* Adds what goes without saying, where nothing else is written: every schedule of a fixed variant
 * meets the claim on its plain run; and what is claimed of `fixed` under a knob holds for each
 * fixed-IDEA. Returns 0, or -1 without memory. */
int claims_add_implied(struct expectation *e);

#endif
