/* corpus_check.c - does a scenario's folder match its expectation?
 *
 * A variant without a section would never be run, a section without a file never could; broken must
 * fail, be it in some schedules alone; a wrong fix must be tempting (pass the plain run) and be
 * shown to fail; and a knob proves nothing unless the right program survives it. */
#include "corpus_check.h"

#include "claim.h"
#include "knob.h"
#include "output_match.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void corpus_problem(FILE *problems, const char *format, ...)
{
    va_list arguments;

    if (ftell(problems) > 0)
        fputs("; ", problems);
    va_start(arguments, format);
    vfprintf(problems, format, arguments);
    va_end(arguments);
}

static bool is_wrong(const char *variant)
{
    return strncmp(variant, "wrong-", 6) == 0;
}

static bool has_variant(const struct scenario *s, const char *name)
{
    for (char **variant = s->variants; *variant != NULL; variant++)
        if (strcmp(*variant, name) == 0)
            return true;
    return false;
}

/* Whether `file` is in the scenario's folder. */
static bool has_file(const struct scenario *s, const char *file)
{
    char *path;
    bool found;

    if (asprintf(&path, "%s/%s", s->directory, file) == -1)
        return false;
    found = access(path, R_OK) == 0;
    free(path);
    return found;
}

/* Names the first line of the file `path` that its author has yet to fill in, as `brokenpipe new`
 * marks it; `shown` is the file's name for a person. */
static void check_filled_in(const char *path, const char *shown, FILE *problems)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    for (int number = 1; file != NULL && !found && getline(&line, &size, file) != -1; number++) {
        found = strstr(line, "TODO") != NULL;
        if (found)
            corpus_problem(problems, "%s:%d still says TODO", shown, number);
    }
    free(line);
    if (file != NULL)
        fclose(file);
}

/* The same for a file of the scenario's folder. */
static void check_file(const struct scenario *s, const char *name, const char *suffix,
                       FILE *problems)
{
    char *path;

    if (asprintf(&path, "%s/%s%s", s->directory, name, suffix) == -1)
        return;
    check_filled_in(path, path + strlen(s->directory) + 1, problems);
    free(path);
}

void corpus_check_folder(const struct scenario *s, FILE *problems)
{
    bool wrong_found = false;

    if (!has_file(s, "README.md"))
        corpus_problem(problems, "README.md is missing");
    check_file(s, "README", ".md", problems);
    if (!has_variant(s, "broken"))
        corpus_problem(problems, "broken.c is missing");
    if (!has_variant(s, "fixed"))
        corpus_problem(problems, "fixed.c is missing");
    for (char **variant = s->variants; *variant != NULL; variant++) {
        wrong_found = wrong_found || is_wrong(*variant);
        if (!variant_is_valid(*variant))
            corpus_problem(problems,
                           "%s.c is no variant: right are broken.c, fixed.c, wrong-IDEA.c and "
                           "fixed-IDEA.c",
                           *variant);
        check_file(s, *variant, ".c", problems);
    }
    if (!wrong_found)
        corpus_problem(problems, "there is no wrong-IDEA.c, a tempting fix that does not hold");
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether the output `text` cannot be one that `regex` describes. */
static bool excludes(const char *regex, const char *text)
{
    struct output output = {0};

    if (regex == NULL || text == NULL)
        return false;
    output.text = (char *)text; /* read only */
    output.kept = output.length = strlen(text);
    return !output_matches(&output, regex);
}

static bool claims_to_leave(const struct claim *c, const struct left_claim *left)
{
    for (size_t i = 0; i < c->n_leaves; i++)
        if (c->leaves[i].kind == left->kind && same_text(c->leaves[i].name, left->name))
            return true;
    return false;
}

/* Whether a run of which `c` is true cannot be one of which `fixed` is true. */
static bool shows_failure(const struct claim *c, const struct claim *fixed)
{
    if (!outcome_equal(c->outcome, fixed->outcome))
        return true;
    if (c->stdout_text != NULL && fixed->stdout_text != NULL &&
        !same_text(c->stdout_text, fixed->stdout_text))
        return true;
    if (excludes(fixed->stdout_regex, c->stdout_text) ||
        excludes(c->stdout_regex, fixed->stdout_text))
        return true;
    for (size_t i = 0; i < c->n_leaves; i++)
        if (!claims_to_leave(fixed, &c->leaves[i]))
            return true;
    return false;
}

/* Whether `c` claims the same success as `fixed`. */
static bool claims_success(const struct claim *c, const struct claim *fixed)
{
    return outcome_equal(c->outcome, fixed->outcome) &&
           (fixed->stdout_text == NULL || same_text(c->stdout_text, fixed->stdout_text)) &&
           (fixed->stdout_regex == NULL || same_text(c->stdout_regex, fixed->stdout_regex)) &&
           !shows_failure(c, fixed);
}

/* Whether any section `[VARIANT under KNOB]` shows a failure that `fixed` does not have there. */
static bool fails_under_knob(const struct expectation *e, const char *variant)
{
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct claim *c = &e->claims[i];
        const struct claim *fixed = claim_find(e, "fixed", c->knob);

        if (c->knob != NULL && strcmp(c->variant, variant) == 0 && fixed != NULL &&
            shows_failure(c, fixed))
            return true;
    }
    return false;
}

/* What `broken` does under `knob` (NULL: in the plain run), if that is claimed at all, must not be
 * what is right. */
static void check_broken(const struct expectation *e, const char *knob, FILE *problems)
{
    const struct claim *broken = claim_find(e, "broken", knob);

    if (broken != NULL && !shows_failure(broken, claim_find(e, "fixed", knob)))
        corpus_problem(problems, "[broken%s%s] claims nothing that fixed does not",
                       knob != NULL ? " under " : "", knob != NULL ? knob : "");
}

/* A wrong fix passes the plain run, and fails some other. */
static void check_wrong(const struct expectation *e, const char *variant, FILE *problems)
{
    const struct claim *plain = claim_find(e, variant, NULL);

    if (!claims_success(plain, claim_find(e, "fixed", NULL)))
        corpus_problem(problems,
                       "[%s] must claim the same outcome and output as [fixed]: a wrong fix that "
                       "fails the plain run tempts nobody",
                       variant);
    if (!fails_under_knob(e, variant))
        corpus_problem(problems, "no section [%s under KNOB] shows how %s.c fails", variant,
                       variant);
}

/* The variant has a file; is it run, and is what it is claimed to do what its name says? The
 * reader has seen to it that there is a claim on `broken`, and one on the plain run of `fixed`. */
static void check_variant(const struct expectation *e, const char *variant, FILE *problems)
{
    if (strcmp(variant, "broken") == 0) {
        check_broken(e, NULL, problems);
        check_broken(e, KNOB_EXPLORE, problems);
    } else if (claim_find(e, variant, NULL) == NULL) {
        corpus_problem(problems, "%s.c has no section [%s]", variant, variant);
    } else if (is_wrong(variant)) {
        check_wrong(e, variant, problems);
    }
}

/* Whether an earlier section than claim `i` has the same knob. */
static bool knob_seen_before(const struct expectation *e, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (same_text(e->claims[j].knob, e->claims[i].knob))
            return true;
    return false;
}

void corpus_check_expectation(const struct scenario *s, FILE *problems)
{
    const struct expectation *e = s->expectation;

    check_filled_in(e->file, "the expectation", problems);
    for (char **variant = s->variants; *variant != NULL; variant++)
        if (variant_is_valid(*variant))
            check_variant(e, *variant, problems);
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct claim *c = &e->claims[i];

        if (!c->implied && !has_variant(s, c->variant))
            corpus_problem(problems, "line %d: section [%s%s%s] has no %s.c", c->line, c->variant,
                           c->knob != NULL ? " under " : "", c->knob != NULL ? c->knob : "",
                           c->variant);
        if (claim_find(e, "fixed", c->knob) == NULL && !knob_seen_before(e, i))
            corpus_problem(problems, "line %d: there is no section [fixed under %s] beside it",
                           c->line, c->knob);
    }
}
