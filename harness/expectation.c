/* expectation.c - variants and knobs, how a claim's run is made, and the release of it all. */
#include "expectation.h"

#include "claim.h"
#include "words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Changes the workload, not the world: the words after it replace the arguments. */
#define PAYLOAD "payload"

/* The knobs that are a switch of the world. */
static const struct {
    const char *name;
    size_t offset; /* of its bool in struct world_knobs */
} SWITCHES[] = {
    {"one-cpu", offsetof(struct world_knobs, one_cpu)},
    {"small-queues", offsetof(struct world_knobs, small_queues)},
    {"small-sockets", offsetof(struct world_knobs, small_sockets)},
};

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
    return c->knob != NULL && strcmp(c->knob, KNOB_EXPLORE) == 0;
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

/* The claim that the plain claim number `i` implies. */
static int add_implied(struct expectation *e, size_t i)
{
    struct claim *longer = reallocarray(e->claims, e->n_claims + 1, sizeof *longer);
    struct claim *implied;

    if (longer == NULL)
        return -1;
    e->claims = longer;
    implied = &e->claims[e->n_claims++];
    *implied = e->claims[i];
    implied->knob = (char *)KNOB_EXPLORE; /* read only, as is all that it shares */
    implied->implied = true;
    return 0;
}

int claims_add_implied(struct expectation *e)
{
    size_t n = e->n_claims;

    for (size_t i = 0; i < n; i++) {
        const struct claim *c = &e->claims[i];

        if (c->knob == NULL && variant_is_fixed(c->variant) &&
            claim_find(e, c->variant, KNOB_EXPLORE) == NULL && add_implied(e, i) == -1)
            return -1;
    }
    return 0;
}

/* The place of the switch called `name`, or -1. */
static int switch_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(SWITCHES); i++)
        if (strcmp(SWITCHES[i].name, name) == 0)
            return (int)i;
    return -1;
}

int knob_check(char *const *words, struct error *err)
{
    static const char right[] =
        "right are: payload ARGS..., one-cpu, small-queues, small-sockets, explore";
    const char *known[LENGTH(SWITCHES) + 2] = {PAYLOAD, KNOB_EXPLORE};
    const char *meant;

    if (words[0] == NULL)
        return error_set(err, "no knob after 'under'; %s", right);
    if (strcmp(words[0], PAYLOAD) == 0)
        return words[1] != NULL ? 0 : error_set(err, "payload needs its arguments; %s", right);
    if (strcmp(words[0], KNOB_EXPLORE) == 0 || switch_find(words[0]) != -1)
        return words[1] == NULL ? 0 : error_set(err, "%s takes no argument", words[0]);

    for (size_t i = 0; i < LENGTH(SWITCHES); i++)
        known[i + 2] = SWITCHES[i].name;
    meant = nearest_word(words[0], known, LENGTH(known));
    if (meant != NULL)
        return error_set(err, "unknown knob '%s'; did you mean '%s'?", words[0], meant);
    return error_set(err, "unknown knob '%s'; %s", words[0], right);
}

/* A new list of copies of `words`, or NULL. */
static char **copy_words(char *const *words)
{
    char **copy = calloc(1, sizeof *copy);

    if (copy == NULL)
        return NULL;
    for (; *words != NULL; words++)
        if (append_word(&copy, *words, strlen(*words)) == -1) {
            free_words(copy);
            return NULL;
        }
    return copy;
}

/* Turns the switch on, if the knob is one. */
static void turn_on(const char *knob, struct world_knobs *knobs)
{
    int i = switch_find(knob);

    if (i != -1)
        *(bool *)((char *)knobs + SWITCHES[i].offset) = true;
}

/* Without memory *args is NULL. */
void claim_apply(const struct expectation *e, const struct claim *c, char ***args,
                 struct world_knobs *knobs)
{
    *knobs = (struct world_knobs){0};
    if (c->knob != NULL && strncmp(c->knob, PAYLOAD " ", sizeof PAYLOAD) == 0) {
        *args = split_words(c->knob + sizeof PAYLOAD);
        return;
    }
    if (c->knob != NULL)
        turn_on(c->knob, knobs);
    *args = copy_words(e->args);
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
