/* expectation.c - variants, what a claim implies, how its run is made, and the release of it all.
 */
#include "expectation.h"

#include "claim.h"
#include "knob.h"
#include "words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_idea(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (!islower((unsigned char)*text) && !isdigit((unsigned char)*text) && *text != '-')
            return false;
    return true;
}

bool variant_is_valid(const char *name)
{
    if (strcmp(name, "broken") == 0 || strcmp(name, "fixed") == 0)
        return true;
    if (strncmp(name, "wrong-", 6) != 0 && strncmp(name, "fixed-", 6) != 0)
        return false;
    return is_idea(name + 6);
}

bool variant_is_fixed(const char *name)
{
    return strcmp(name, "fixed") == 0 || strncmp(name, "fixed-", 6) == 0;
}

bool claim_is_explored(const struct claim *c)
{
    return c->knob != NULL &&
           (strcmp(c->knob, KNOB_EXPLORE) == 0 || strcmp(c->knob, KNOB_SECOND_INSTANCE) == 0);
}

bool claim_is_for_all(const struct claim *c)
{
    return claim_is_explored(c) && variant_is_fixed(c->variant);
}

double claim_explore_s(const struct expectation *e, const struct claim *c)
{
    return claim_is_for_all(c) ? e->explore_s : 10 * e->explore_s;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const struct claim *claim_find(const struct expectation *e, const char *variant, const char *knob)
{
    for (size_t i = 0; i < e->n_claims; i++)
        if (strcmp(e->claims[i].variant, variant) == 0 && same_text(e->claims[i].knob, knob))
            return &e->claims[i];
    return NULL;
}

/* Adds what the claim number `i` says, of `variant` under `knob`. */
static int add_implied(struct expectation *e, size_t i, char *variant, char *knob)
{
    struct claim *longer = reallocarray(e->claims, e->n_claims + 1, sizeof *longer);
    struct claim *implied;

    if (longer == NULL)
        return -1;
    e->claims = longer;
    implied = &e->claims[e->n_claims++];
    *implied = e->claims[i];
    implied->variant = variant; /* read only, as is all that it shares */
    implied->knob = knob;
    implied->implied = true;
    return 0;
}

/* What holds for `fixed` under a knob holds for another right program. */
static int add_under_knobs(struct expectation *e, char *variant, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct claim *c = &e->claims[i];

        if (strcmp(c->variant, "fixed") == 0 && claim_find(e, variant, c->knob) == NULL &&
            add_implied(e, i, variant, c->knob) == -1)
            return -1;
    }
    return 0;
}

int claims_add_implied(struct expectation *e)
{
    size_t n = e->n_claims;

    for (size_t i = 0; i < n; i++) {
        struct claim *c = &e->claims[i];
        char *variant = c->variant;

        if (c->knob != NULL || !variant_is_fixed(variant))
            continue;
        if (claim_find(e, variant, KNOB_EXPLORE) == NULL &&
            add_implied(e, i, variant, (char *)KNOB_EXPLORE) == -1)
            return -1;
        if (add_under_knobs(e, variant, n) == -1)
            return -1;
    }
    return 0;
}

int claim_apply(const struct expectation *e, const struct claim *c, struct claim_run *run)
{
    *run = (struct claim_run){.knobs.stdout_kind = e->stdout_kind, .build = ""};
    run->args = copy_words(e->args);
    run->words = split_words(c->knob != NULL ? c->knob : "");
    if (run->args != NULL && run->words != NULL &&
        (c->knob == NULL || knob_turn(run->words, run) == 0))
        return 0;
    claim_run_free(run);
    return -1;
}

void claim_run_free(struct claim_run *run)
{
    free_words(run->args);
    free_words(run->words);
    *run = (struct claim_run){0};
}

static void claim_free(struct claim *c)
{
    if (c->implied) /* what it points to is the plain claim's */
        return;
    for (size_t i = 0; i < c->n_waits; i++) {
        free(c->waits[i].name);
        free(c->waits[i].call);
        free(c->waits[i].state);
    }
    for (size_t i = 0; i < c->n_leaves; i++)
        free(c->leaves[i].name);
    free(c->waits);
    free_words(c->chain_names);
    free(c->leaves);
    free(c->variant);
    free(c->knob);
    free(c->stdout_text);
    free(c->stdout_regex);
    free(c->stderr_regex);
}

void expectation_free(struct expectation *e)
{
    if (e == NULL)
        return;
    for (size_t i = 0; i < e->n_claims; i++)
        claim_free(&e->claims[i]);
    free(e->claims);
    free(e->file);
    free(e->title);
    free(e->culprit);
    free_words(e->references);
    free_words(e->bugs);
    free_words(e->args);
    free(e);
}
