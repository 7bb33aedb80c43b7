/* verdict.c - the observation held against the expectation, fact by fact.
 *
 * A verdict comes with two texts: what was expected, and what was observed, which names every fact
 * that differs and no other. Functions called differ_... write the facts that differ, and return
 * whether there were any. */
#include "verdict.h"

#include "output_match.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_ended(struct outcome outcome)
{
    return outcome.kind == OUTCOME_EXIT || outcome.kind == OUTCOME_SIGNAL;
}

static bool differ_outcome(FILE *to, const struct claim *c, const struct observation *o)
{
    char word[64];

    fputs(outcome_format(o->outcome, word, sizeof word), to);
    if (outcome_equal(c->outcome, o->outcome))
        return false;
    if (o->note != NULL)
        fprintf(to, " (%s)", o->note);
    return true;
}

static void put_wait(FILE *to, const char *name, const char *call, enum object_kind object,
                     const char *state)
{
    fprintf(to, "%s %s %s", name, call, object_kind_name(object));
    if (state != NULL && state[0] != '\0')
        fprintf(to, " %s", state);
}

static void put_wait_claim(FILE *to, const struct wait_claim *claim)
{
    put_wait(to, claim->name, claim->call, claim->object, claim->state);
}

static bool object_matches(const struct wait_claim *claim, enum object_kind object,
                           const char *state)
{
    return object == claim->object && (claim->state == NULL || strcmp(state, claim->state) == 0);
}

/* A call that waits for several things is met by its own object ("poll"), and by each of them. */
static bool wait_matches(const struct wait_claim *claim, const struct wait *wait)
{
    if (wait->object == OBJECT_NONE || strcmp(wait->name, claim->name) != 0 ||
        strcmp(wait->call, claim->call) != 0)
        return false;
    if (object_matches(claim, wait->object, wait->state))
        return true;
    for (size_t i = 0; i < wait->n_wanted; i++)
        if (!wait->wanted[i].ready &&
            object_matches(claim, wait->wanted[i].kind, wait->wanted[i].state))
            return true;
    return false;
}

static bool is_met(const struct wait_claim *claim, const struct observation *o)
{
    for (size_t i = 0; i < o->explanation.n_waits; i++)
        if (wait_matches(claim, &o->explanation.waits[i]))
            return true;
    return false;
}

static bool is_claimed(const struct wait *wait, const struct claim *c)
{
    for (size_t i = 0; i < c->n_waits; i++)
        if (wait_matches(&c->waits[i], wait))
            return true;
    return false;
}

/* Every claim must be met by a task, and every waiting task must be claimed. A claim without waits
 * says nothing about them; but where the outcome is not the expected one they tell why. */
static bool differ_waits(FILE *to, const struct claim *c, const struct observation *o)
{
    bool differs = false;

    if (has_ended(o->outcome) || (c->n_waits == 0 && outcome_equal(c->outcome, o->outcome)))
        return false;
    for (size_t i = 0; i < c->n_waits; i++) {
        if (is_met(&c->waits[i], o))
            continue;
        fputs("; no ", to);
        put_wait_claim(to, &c->waits[i]);
        differs = true;
    }
    for (size_t i = 0; i < o->explanation.n_waits; i++) {
        const struct wait *wait = &o->explanation.waits[i];

        if (wait->object == OBJECT_NONE || is_claimed(wait, c))
            continue;
        fputs("; ", to);
        put_wait(to, wait->name, wait->call, wait->object, wait->state);
        differs = true;
    }
    return differs;
}

/* The name of the task at which link `i` of the graph's chain starts. */
static const char *chain_name(const struct explanation *x, size_t i)
{
    return x->waits[x->edges[x->chain.edges[i]].from].name;
}

/* Whether the names are those of the chain, begun at its link `start`. */
static bool names_match(char *const *names, const struct explanation *x, size_t start)
{
    for (size_t i = 0; i < x->chain.n; i++)
        if (strcmp(names[i], chain_name(x, (start + i) % x->chain.n)) != 0)
            return false;
    return true;
}

/* A cycle is the same wherever one begins to tell it. */
static bool chain_matches(const struct claim *c, const struct explanation *x)
{
    size_t starts = c->chain == CHAIN_CYCLE ? x->chain.n : 1;

    if (x->chain.kind != c->chain || x->chain.n != count_words(c->chain_names))
        return false;
    for (size_t start = 0; start < starts; start++)
        if (names_match(c->chain_names, x, start))
            return true;
    return false;
}

/* The chain must be the claimed one; where no outcome with a chain is expected, it tells why. */
static bool differ_chain(FILE *to, const struct claim *c, const struct observation *o)
{
    const struct explanation *x = &o->explanation;

    if (has_ended(o->outcome) || chain_matches(c, x) ||
        (c->chain == CHAIN_NONE && outcome_equal(c->outcome, o->outcome)))
        return false;
    if (x->chain.kind == CHAIN_NONE)
        fprintf(to, "; no %s", chain_kind_name(c->chain));
    else
        fprintf(to, "; %s", chain_kind_name(x->chain.kind));
    for (size_t i = 0; i < x->chain.n; i++)
        fprintf(to, " %s", chain_name(x, i));
    return true;
}

/* The line that starts at `text`, at most 100 bytes of it, in quotes; "..." if more follows. */
static void put_line(FILE *to, const char *text, size_t length)
{
    enum { MOST = 100 };
    size_t i;

    fputc('"', to);
    for (i = 0; i < length && i < MOST && text[i] != '\n'; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\')
            fprintf(to, "\\%c", c);
        else if (c < ' ' || c > '~')
            fprintf(to, "\\x%02x", c);
        else
            fputc(c, to);
    }
    fputs(i < length ? "\"..." : "\"", to);
}

static void put_output(FILE *to, const char *stream, const struct output *output, size_t from)
{
    fprintf(to, "; %s ", stream);
    put_line(to, output->text != NULL ? output->text + from : "", output_length(output) - from);
    if (output_is_cut(output))
        fprintf(to, " (%zu of %zu bytes kept)", output->kept, output->length);
}

/* Where the first line begins in which the output is not `text`; 0 if it is. */
static size_t first_difference(const char *text, const struct output *output)
{
    size_t length = output_length(output);
    size_t start = 0;

    if (output_equals(output, text))
        return 0;
    for (size_t i = 0; i < length && text[i] != '\0' && text[i] == output->text[i]; i++)
        if (text[i] == '\n')
            start = i + 1;
    return start;
}

static bool differ_output(FILE *to, const struct claim *c, const struct observation *o)
{
    bool out_differs = (c->stdout_text != NULL && !output_equals(&o->out, c->stdout_text)) ||
                       (c->stdout_regex != NULL && !output_matches(&o->out, c->stdout_regex));
    bool err_differs = c->stderr_regex != NULL && !output_matches(&o->err, c->stderr_regex);

    if (out_differs)
        put_output(to, "stdout", &o->out,
                   c->stdout_text != NULL ? first_difference(c->stdout_text, &o->out) : 0);
    if (err_differs)
        put_output(to, "stderr", &o->err, 0);
    return out_differs || err_differs;
}

/* The ledger's "/tmp/requests" is also met by "requests", "worker (pid 3)" also by "worker". */
static bool name_matches(const char *claimed, const char *name)
{
    size_t length = strlen(claimed);

    for (const char *part = name;;) {
        const char *slash = strchr(part, '/');

        if (strncmp(part, claimed, length) == 0 &&
            (part[length] == '\0' || strncmp(part + length, " (", 2) == 0))
            return true;
        if (slash == NULL)
            return false;
        part = slash + 1;
    }
}

static bool left_matches(const struct left_claim *claim, const struct left *left)
{
    return left->kind == claim->kind &&
           (claim->name == NULL || name_matches(claim->name, left->name));
}

static bool is_left(const struct left_claim *claim, const struct observation *o)
{
    for (size_t i = 0; i < o->n_left; i++)
        if (left_matches(claim, &o->left[i]))
            return true;
    return false;
}

static bool may_be_left(const struct left *left, const struct claim *c)
{
    for (size_t i = 0; i < c->n_leaves; i++)
        if (left_matches(&c->leaves[i], left))
            return true;
    return false;
}

static void put_left_claim(FILE *to, const struct left_claim *claim)
{
    fputs(left_kind_name(claim->kind), to);
    if (claim->name != NULL)
        fprintf(to, " %s", claim->name);
}

/* Every claim must be met. A program that has ended may leave nothing else; one that was stopped
 * had no chance to clean up. */
static bool differ_leaves(FILE *to, const struct claim *c, const struct observation *o)
{
    bool differs = false;

    for (size_t i = 0; i < c->n_leaves; i++) {
        if (is_left(&c->leaves[i], o))
            continue;
        fputs("; leaves no ", to);
        put_left_claim(to, &c->leaves[i]);
        differs = true;
    }
    for (size_t i = 0; has_ended(o->outcome) && i < o->n_left; i++) {
        if (may_be_left(&o->left[i], c))
            continue;
        fprintf(to, "; leaves %s %s", left_kind_name(o->left[i].kind), o->left[i].name);
        differs = true;
    }
    return differs;
}

/* Nothing is judged in a world that is not closed. */
static bool world_is_closed(FILE *to, const struct observation *o)
{
    const char *between = "this host refuses namespaces: ";

    if ((o->isolation & ISOLATION_FULL) == ISOLATION_FULL)
        return true;
    for (unsigned bit = 1; bit < ISOLATION_FULL; bit <<= 1)
        if ((o->isolation & bit) == 0) {
            fprintf(to, "%s%s", between, isolation_name((enum isolation)bit));
            between = ", ";
        }
    fputs("; judging needs all six", to);
    return false;
}

/* Writes what was observed and decides. */
static enum verdict_kind judge(FILE *to, const struct claim *c, const struct observation *o)
{
    bool differs;

    if (!world_is_closed(to, o))
        return VERDICT_BROKEN_HARNESS;
    differs = differ_outcome(to, c, o);
    differs |= differ_waits(to, c, o);
    differs |= differ_chain(to, c, o);
    differs |= differ_output(to, c, o);
    differs |= differ_leaves(to, c, o);
    return differs ? VERDICT_FAIL : VERDICT_PASS;
}

static void put_chain_claim(FILE *to, const struct claim *c)
{
    if (c->chain == CHAIN_NONE)
        return;
    fprintf(to, "; %s", chain_kind_name(c->chain));
    for (char **name = c->chain_names; *name != NULL; name++)
        fprintf(to, " %s", *name);
}

/* All that is claimed; of the text on stdout, the line that starts at `from`. */
static void put_claim(FILE *to, const struct claim *c, size_t from)
{
    char word[64];

    if (claim_is_explored(c))
        fprintf(to, "in %s schedule: ", claim_is_for_all(c) ? "every" : "some");
    fputs(outcome_format(c->outcome, word, sizeof word), to);
    for (size_t i = 0; i < c->n_waits; i++) {
        fputs("; ", to);
        put_wait_claim(to, &c->waits[i]);
    }
    put_chain_claim(to, c);
    if (c->stdout_text != NULL) {
        fputs("; stdout ", to);
        put_line(to, c->stdout_text + from, strlen(c->stdout_text + from));
    }
    if (c->stdout_regex != NULL)
        fprintf(to, "; stdout matches %s", c->stdout_regex);
    if (c->stderr_regex != NULL)
        fprintf(to, "; stderr matches %s", c->stderr_regex);
    for (size_t i = 0; i < c->n_leaves; i++) {
        fputs("; leaves ", to);
        put_left_claim(to, &c->leaves[i]);
    }
}

/* The verdict on `o`; or on no run at all, for which `fault` is to blame. Without memory for its
 * texts a verdict is BROKEN-HARNESS, and its texts may be missing. */
static struct verdict write_verdict(const struct claim *c, const struct observation *o,
                                    const char *fault)
{
    struct verdict v = {.kind = VERDICT_BROKEN_HARNESS};
    size_t expected_size, observed_size;
    FILE *expected = open_memstream(&v.expected, &expected_size);
    FILE *observed = open_memstream(&v.observed, &observed_size);

    if (expected != NULL)
        put_claim(expected, c,
                  o != NULL && c->stdout_text != NULL ? first_difference(c->stdout_text, &o->out)
                                                      : 0);
    if (observed != NULL && o != NULL)
        v.kind = judge(observed, c, o);
    if (observed != NULL && o == NULL)
        fputs(fault, observed);
    if (expected == NULL || fclose(expected) == EOF)
        v.kind = VERDICT_BROKEN_HARNESS;
    if (observed == NULL || fclose(observed) == EOF)
        v.kind = VERDICT_BROKEN_HARNESS;
    return v;
}

struct verdict verdict_of(const struct claim *claim, const struct observation *o)
{
    return write_verdict(claim, o, NULL);
}

struct verdict verdict_of_nothing(const struct claim *claim, const char *fault)
{
    return write_verdict(claim, NULL, fault);
}

void verdict_free(struct verdict *v)
{
    free(v->expected);
    free(v->observed);
    *v = (struct verdict){.kind = VERDICT_BROKEN_HARNESS};
}

const char *verdict_kind_name(enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_PASS:
        return "PASS";
    case VERDICT_FAIL:
        return "FAIL";
    case VERDICT_BROKEN_HARNESS:
        break;
    }
    return "BROKEN-HARNESS";
}

char *case_name(const struct scenario *s, const struct claim *c)
{
    char *name;

    if (asprintf(&name, "%s:%s%s%s", s->id, c->variant, c->knob != NULL ? " under " : "",
                 c->knob != NULL ? c->knob : "") == -1)
        return NULL;
    return name;
}
