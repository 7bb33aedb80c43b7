/* claim.h - variants, knobs and claims, for the reader of expectations and for the corpus. */
#ifndef BROKENPIPE_CLAIM_H
#define BROKENPIPE_CLAIM_H

#include "error.h"
#include "expectation.h"

#include <stdbool.h>

/* Whether `name` can be a variant's: broken, fixed, wrong-IDEA, fixed-IDEA. */
bool variant_is_valid(const char *name);

/* Whether `words` are a knob and what it needs: 0; or -1 with what would be right. */
int knob_check(char *const *words, struct error *err);

/* The first claim made for `variant` under `knob` (NULL: the plain run), or NULL. */
const struct claim *claim_find(const struct expectation *e, const char *variant, const char *knob);

#endif
