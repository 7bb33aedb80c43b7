/* expectation_keys.c - the keys that each section of an expectation file knows, and the values
 * that are right for them. */
#include "expectation_read.h"

#include "output_match.h"
#include "words.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* No budget is larger, in whatever unit: enough for every use, and far from any overflow. */
#define MOST 1000000

/* Where the value of `key` belongs, in the section's struct. */
static void *target(struct reading *r, const struct key *key)
{
    char *base = r->section == &CLAIM_SECTION ? (char *)reading_claim(r) : (char *)r->e;

    return base + key->offset;
}

static int fail_memory(struct reading *r)
{
    return reading_fail(r, r->line, "out of memory");
}

static int set_text(struct reading *r, const struct key *key, const char *value)
{
    char **text = target(r, key);

    *text = strdup(value);
    return *text != NULL ? 0 : fail_memory(r);
}

/* A text of several lines, one for each time that the key is given. */
static int set_line(struct reading *r, const struct key *key, const char *value)
{
    char **text = target(r, key);
    char *longer;

    if (*text == NULL)
        return set_text(r, key, value);
    longer = realloc(*text, strlen(*text) + strlen(value) + 2);
    if (longer == NULL)
        return fail_memory(r);
    *text = longer;
    strcat(strcat(longer, "\n"), value);
    return 0;
}

static int set_regex(struct reading *r, const struct key *key, const char *value)
{
    struct error why;

    if (output_check_regex(value, &why) == -1)
        return reading_fail(r, r->line, "%s: '%s' is no POSIX extended regular expression: %s",
                            key->name, value, why.text);
    return set_text(r, key, value);
}

/* A list whose elements stand between semicolons. */
static int set_list(struct reading *r, const struct key *key, const char *value)
{
    char ***list = target(r, key);

    for (;;) {
        size_t length;

        value += strspn(value, "; \t");
        if (*value == '\0')
            return 0;
        length = strcspn(value, ";");
        if (append_word(list, value, length) == -1)
            return fail_memory(r);
        value += length;
    }
}

static int set_url(struct reading *r, const struct key *key, const char *value)
{
    char ***list = target(r, key);

    if (strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0)
        return reading_fail(r, r->line, "%s: '%s' is no URL; right would be https://...", key->name,
                            value);
    return append_word(list, value, strlen(value)) == 0 ? 0 : fail_memory(r);
}

static int set_words(struct reading *r, const struct key *key, const char *value)
{
    char ***words = target(r, key);

    free_words(*words);
    *words = split_words(value);
    return *words != NULL ? 0 : fail_memory(r);
}

static int set_seconds(struct reading *r, const struct key *key, const char *value)
{
    char *end;
    double seconds = strtod(value, &end);

    if (end == value || *end != '\0' || !isfinite(seconds) || seconds <= 0 || seconds > MOST)
        return reading_fail(
            r, r->line, "%s: '%s' is no time; right would be seconds, more than 0 and at most %d",
            key->name, value, MOST);
    *(double *)target(r, key) = seconds;
    return 0;
}

static int set_count(struct reading *r, const struct key *key, const char *value)
{
    char *end;
    long count;

    errno = 0;
    count = strtol(value, &end, 10);
    if (end == value || *end != '\0' || errno != 0 || count < 1 || count > MOST)
        return reading_fail(r, r->line,
                            "%s: '%s' is no limit; right would be a whole number from 1 to %d",
                            key->name, value, MOST);
    *(long *)target(r, key) = count;
    return 0;
}

static int set_outcome(struct reading *r, const struct key *key, const char *value)
{
    if (outcome_parse(value, target(r, key)) == -1)
        return reading_fail(r, r->line,
                            "unknown outcome '%s'; right are: exit N (0 to 255), signal NAME "
                            "(as in 'signal PIPE'), deadlock, livelock, timeout, "
                            "limit processes|memory|output|disk",
                            value);
    return 0;
}

/* Says that `word` is no `what`, which was probably meant, and what is known here. */
static int fail_unknown(struct reading *r, const char *what, const char *word,
                        const char *const *known, size_t n)
{
    const char *meant = nearest_word(word, known, n);
    char list[500] = "";

    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(list);

        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    if (meant != NULL)
        return reading_fail(r, r->line, "unknown %s '%s'; did you mean '%s'? known here: %s", what,
                            word, meant, list);
    return reading_fail(r, r->line, "unknown %s '%s'; known here: %s", what, word, list);
}

/* The kind of object called `word`, or -1. A claim can be of any but "none" and "unknown". */
static int parse_object(struct reading *r, const char *word)
{
    const char *known[OBJECT_KINDS];
    size_t n = 0;
    int kind = object_kind_parse(word);

    if (kind > OBJECT_UNKNOWN)
        return kind;
    for (kind = OBJECT_UNKNOWN + 1; kind < OBJECT_KINDS; kind++)
        known[n++] = object_kind_name((enum object_kind)kind);
    return fail_unknown(r, "object", word, known, n);
}

/* Adds the claim that `words` make: NAME CALL OBJECT [STATE]. */
static int add_wait(struct reading *r, char *const *words)
{
    struct claim *c = reading_claim(r);
    int object = parse_object(r, words[2]);
    struct wait_claim *longer, *wait;

    if (object == -1)
        return -1;
    longer = reallocarray(c->waits, c->n_waits + 1, sizeof *longer);
    if (longer == NULL)
        return fail_memory(r);
    c->waits = longer;
    wait = &c->waits[c->n_waits++];
    *wait = (struct wait_claim){strdup(words[0]), strdup(words[1]), (enum object_kind)object, NULL};
    if (words[3] != NULL)
        wait->state = strdup(words[3]);
    if (wait->name == NULL || wait->call == NULL || (words[3] != NULL && wait->state == NULL))
        return fail_memory(r);
    return 0;
}

static int check_and_add_wait(struct reading *r, char *const *words)
{
    enum { LONGEST_NAME = sizeof((struct wait *)NULL)->name - 1 };
    size_t n = count_words(words);

    if (n < 3 || n > 4)
        return reading_fail(r, r->line,
                            "waits: right would be NAME CALL OBJECT [STATE], as in "
                            "'child write pipe full'");
    if (strlen(words[0]) > LONGEST_NAME)
        return reading_fail(r, r->line, "waits: the kernel keeps %d characters of the name '%s'",
                            LONGEST_NAME, words[0]);
    return add_wait(r, words);
}

static int set_waits(struct reading *r, const struct key *key, const char *value)
{
    char **words = split_words(value);
    int result;

    (void)key;
    if (words == NULL)
        return fail_memory(r);
    result = check_and_add_wait(r, words);
    free_words(words);
    return result;
}

/* NAME [NAME...], along a chain of the given kind. */
static int set_chain(struct reading *r, enum chain_kind kind, const char *value)
{
    struct claim *c = reading_claim(r);

    if (c->chain != CHAIN_NONE)
        return reading_fail(r, r->line, "[%s] has both 'cycle' and 'dead-end'; right is one",
                            r->head);
    c->chain = kind;
    c->chain_names = split_words(value);
    return c->chain_names != NULL ? 0 : fail_memory(r);
}

static int set_cycle(struct reading *r, const struct key *key, const char *value)
{
    (void)key;
    return set_chain(r, CHAIN_CYCLE, value);
}

static int set_dead_end(struct reading *r, const struct key *key, const char *value)
{
    (void)key;
    return set_chain(r, CHAIN_DEAD_END, value);
}

/* The kind of left-over called by the first `length` bytes of `text`, or -1. */
static int parse_left(struct reading *r, const char *text, size_t length)
{
    const char *known[LEFT_KINDS];
    char word[LINE_SIZE];
    int kind;

    snprintf(word, sizeof word, "%.*s", (int)length, text);
    kind = left_kind_parse(word);
    if (kind != -1)
        return kind;
    for (kind = 0; kind < LEFT_KINDS; kind++)
        known[kind] = left_kind_name((enum left_kind)kind);
    return fail_unknown(r, "kind", word, known, LEFT_KINDS);
}

/* KIND [NAME]; the name may hold blanks ("key 0x4d2"). */
static int set_leaves(struct reading *r, const struct key *key, const char *value)
{
    size_t length = strcspn(value, " \t");
    const char *name = value + length + strspn(value + length, " \t");
    int kind = parse_left(r, value, length);
    struct claim *c = reading_claim(r);
    struct left_claim *longer, *left;

    (void)key;
    if (kind == -1)
        return -1;
    longer = reallocarray(c->leaves, c->n_leaves + 1, sizeof *longer);
    if (longer == NULL)
        return fail_memory(r);
    c->leaves = longer;
    left = &c->leaves[c->n_leaves++];
    *left = (struct left_claim){.kind = (enum left_kind)kind};
    if (*name == '\0')
        return 0;
    left->name = strdup(name);
    return left->name != NULL ? 0 : fail_memory(r);
}

static int set_shape(struct reading *r, const struct key *key, const char *value)
{
    const char *known[SHAPES];
    int shape = shape_parse(value);

    (void)key;
    r->e->shape = (enum shape)shape;
    if (shape != -1)
        return 0;
    for (shape = 0; shape < SHAPES; shape++)
        known[shape] = shape_name((enum shape)shape);
    return fail_unknown(r, "shape", value, known, SHAPES);
}

static int set_stdout(struct reading *r, const struct key *key, const char *value)
{
    const char *known[STDOUT_KINDS];
    int kind = stdout_kind_parse(value);

    (void)key;
    r->e->stdout_kind = (enum stdout_kind)kind;
    if (kind != -1)
        return 0;
    for (kind = 0; kind < STDOUT_KINDS; kind++)
        known[kind] = stdout_kind_name((enum stdout_kind)kind);
    return fail_unknown(r, "kind of standard output", value, known, STDOUT_KINDS);
}

#define IN_EXPECTATION(member) offsetof(struct expectation, member)
#define IN_CLAIM(member)       offsetof(struct claim, member)

static const struct key SCENARIO_KEYS[] = {
    {"title", set_text, IN_EXPECTATION(title), KEY_REQUIRED},
    {"shape", set_shape, 0, KEY_REQUIRED},
    {"culprit", set_text, IN_EXPECTATION(culprit), KEY_REQUIRED},
    {"references", set_list, IN_EXPECTATION(references), KEY_REQUIRED | KEY_REPEATS},
    {"bug", set_url, IN_EXPECTATION(bugs), KEY_REPEATS},
};

static const struct key RUN_KEYS[] = {
    {"args", set_words, IN_EXPECTATION(args), KEY_MAY_BE_EMPTY},
    {"stdout", set_stdout, 0, 0},
    {"wall", set_seconds, IN_EXPECTATION(limits.wall_s), 0},
    {"cpu", set_seconds, IN_EXPECTATION(limits.cpu_s), 0},
    {"processes", set_count, IN_EXPECTATION(limits.processes), 0},
    {"memory", set_count, IN_EXPECTATION(limits.memory_mib), 0},
    {"output", set_count, IN_EXPECTATION(limits.output_kib), 0},
    {"disk", set_count, IN_EXPECTATION(limits.disk_mib), 0},
    {"grace", set_seconds, IN_EXPECTATION(limits.grace_s), 0},
    {"explore", set_seconds, IN_EXPECTATION(explore_s), 0},
};

static const struct key CLAIM_KEYS[] = {
    {"outcome", set_outcome, IN_CLAIM(outcome), KEY_REQUIRED},
    {"waits", set_waits, IN_CLAIM(waits), KEY_REPEATS},
    {"cycle", set_cycle, IN_CLAIM(chain_names), 0},
    {"dead-end", set_dead_end, IN_CLAIM(chain_names), 0},
    {"stdout", set_line, IN_CLAIM(stdout_text), KEY_REPEATS},
    {"stdout-matches", set_regex, IN_CLAIM(stdout_regex), 0},
    {"stderr-matches", set_regex, IN_CLAIM(stderr_regex), 0},
    {"leaves", set_leaves, IN_CLAIM(leaves), KEY_REPEATS},
};

const struct section SCENARIO_SECTION = {"scenario", SCENARIO_KEYS, LENGTH(SCENARIO_KEYS)};
const struct section RUN_SECTION = {"run", RUN_KEYS, LENGTH(RUN_KEYS)};
const struct section CLAIM_SECTION = {NULL, CLAIM_KEYS, LENGTH(CLAIM_KEYS)};

static int fail_unknown_key(struct reading *r, const char *name)
{
    const char *known[16];
    size_t n = r->section->n_keys;

    for (size_t i = 0; i < n; i++)
        known[i] = r->section->keys[i].name;
    return fail_unknown(r, "key", name, known, n);
}

int section_take(struct reading *r, const char *name, const char *value)
{
    size_t i = 0;
    const struct key *key;

    while (i < r->section->n_keys && strcmp(r->section->keys[i].name, name) != 0)
        i++;
    if (i == r->section->n_keys)
        return fail_unknown_key(r, name);
    key = &r->section->keys[i];
    if ((r->keys_seen & 1U << i) != 0 && (key->rules & KEY_REPEATS) == 0)
        return reading_fail(r, r->line, "'%s' is given twice in [%s]", name, r->head);
    if (*value == '\0' && (key->rules & KEY_MAY_BE_EMPTY) == 0)
        return reading_fail(r, r->line, "'%s' has no value", name);
    r->keys_seen |= 1U << i;
    return key->set(r, key, value);
}

/* Tasks wait at the end of a run only if something other than the program ended it. */
static int check_waits(struct reading *r)
{
    const struct claim *c = reading_claim(r);

    if (c->n_waits == 0 || (c->outcome.kind != OUTCOME_EXIT && c->outcome.kind != OUTCOME_SIGNAL))
        return 0;
    return reading_fail(r, r->head_line,
                        "[%s] claims 'waits', which needs an outcome after which tasks still wait: "
                        "deadlock, livelock, timeout or limit",
                        r->head);
}

static bool is_claimed_to_wait(const struct claim *c, const char *name)
{
    for (size_t i = 0; i < c->n_waits; i++)
        if (strcmp(c->waits[i].name, name) == 0)
            return true;
    return false;
}

/* A deadlock is claimed with its reason, and nothing else has one. */
static int check_chain(struct reading *r)
{
    const struct claim *c = reading_claim(r);
    bool is_deadlock = c->outcome.kind == OUTCOME_DEADLOCK;

    if (is_deadlock && c->chain == CHAIN_NONE)
        return reading_fail(r, r->head_line,
                            "[%s] ends in a deadlock: state its cycle (cycle = NAME NAME...) or "
                            "its dead end (dead-end = NAME...)",
                            r->head);
    if (!is_deadlock && c->chain != CHAIN_NONE)
        return reading_fail(r, r->head_line, "[%s] claims '%s', which needs the outcome deadlock",
                            r->head, chain_kind_name(c->chain));
    for (size_t i = 0; i < count_words(c->chain_names); i++)
        if (!is_claimed_to_wait(c, c->chain_names[i]))
            return reading_fail(r, r->head_line,
                                "[%s] claims '%s' with a task '%s' that no 'waits' of it names",
                                r->head, chain_kind_name(c->chain), c->chain_names[i]);
    return 0;
}

static int check_claim(struct reading *r)
{
    return check_waits(r) == 0 ? check_chain(r) : -1;
}

int section_end(struct reading *r)
{
    for (size_t i = 0; i < r->section->n_keys; i++)
        if ((r->section->keys[i].rules & KEY_REQUIRED) != 0 && (r->keys_seen & 1U << i) == 0)
            return reading_fail(r, r->head_line, "[%s] has no '%s'", r->head,
                                r->section->keys[i].name);
    return r->section == &CLAIM_SECTION ? check_claim(r) : 0;
}
