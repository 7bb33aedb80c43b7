/* expectation.h - what each variant of a scenario must do, read from expected/MECHANISM/NAME.ini.
 *
 * The format is described in CONTRIBUTING.md. Every error names file, line and what would be
 * right. An expectation owns all that it points to. */
#ifndef BROKENPIPE_EXPECTATION_H
#define BROKENPIPE_EXPECTATION_H

#include "directed.h"
#include "error.h"
#include "observation.h"
#include "shape.h"
#include "world.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* `waits = NAME CALL OBJECT [STATE]` */
struct wait_claim {
    char *name, *call;
    enum object_kind object;
    char *state; /* or NULL: any */
};

/* `leaves = KIND [NAME]` */
struct left_claim {
    enum left_kind kind;
    char *name; /* or NULL: any */
};

/* One section `[VARIANT]` or `[VARIANT under KNOB]`: one run, and all that must be true of it; or
 * an exploration, `[VARIANT under explore]` or `[VARIANT under second-instance]`, and what must be
 * true of its runs. */
struct claim {
    char *variant; /* "broken", "wrong-bigger-pipe" */
    char *knob;    /* as written after "under": "payload 4194304", "one-cpu"; or NULL */
    int line;      /* of the section's head */
    bool implied;  /* no such section is written, but follows from others: claims_add_implied() */
    struct outcome outcome;
    struct wait_claim *waits;
    size_t n_waits;
    enum chain_kind chain; /* OUTCOME_DEADLOCK: CHAIN_CYCLE or CHAIN_DEAD_END; else CHAIN_NONE */
    char **chain_names;    /* of the tasks along it, in order; NULL-terminated, or NULL */
    struct left_claim *leaves; /* none: nothing may be left, if the outcome is an exit */
    size_t n_leaves;
    char *stdout_text;                 /* whole output, last newline apart; or NULL: not claimed */
    char *stdout_regex, *stderr_regex; /* POSIX extended, searched for in the output; or NULL */
};

struct expectation {
    char *file;
    char *title, *culprit;
    enum shape shape;
    char **references, **bugs; /* NULL-terminated */
    char **args;               /* of every variant, without argv[0]; NULL-terminated */
    struct world_limits limits;
    enum stdout_kind stdout_kind; /* where no knob says otherwise */
    double explore_s;             /* budget of an exploration; see claim_explore_s() */
    struct claim *claims;         /* in the order of the file; then the implied ones */
    size_t n_claims;
};

/* Reads `file`. Returns it, to be freed with expectation_free(); or NULL with `err`. */
struct expectation *expectation_read(const char *file, struct error *err);
void expectation_free(struct expectation *e);

/* Whether the claim is one on an exploration. Such a claim on `fixed` or `fixed-IDEA` is for all
 * schedules; on the others, some schedule that can be found must meet it. */
bool claim_is_explored(const struct claim *c);
bool claim_is_for_all(const struct claim *c);

/* How long may be explored for the claim, in seconds: the budget, if all schedules must meet it;
 * ten times that to find one, which ends with the find and must not depend on how fast the machine
 * is.
 */
double claim_explore_s(const struct expectation *e, const struct claim *c);

/* How a claim's run is made. */
struct claim_run {
    char **args; /* without argv[0]; NULL-terminated */
    struct world_knobs knobs;
    struct direction direction;
    const char *build; /* what the program's file has after its variant: "", ".O0", ".O2" */
    char **words;      /* of the knob, to which direction points */
};

/* Fills in `run`, to be released with claim_run_free(). 0, or -1 without memory. */
int claim_apply(const struct expectation *e, const struct claim *c, struct claim_run *run);
void claim_run_free(struct claim_run *run);

/* Splits `text` at blanks into a new NULL-terminated array of strings. */
char **split_words(const char *text);
void free_words(char **words);

#endif
