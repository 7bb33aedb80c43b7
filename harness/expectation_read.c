/* expectation_read.c - reads expected/MECHANISM/NAME.ini: its lines and sections.
 *
 * libinih splits lines into names and values, but it knows no line numbers in Debian's build, cuts
 * long lines and names of sections without a word, and does not tell of a section without keys.
 * So we hand it the lines ourselves: count them, refuse what it would cut, and follow the section
 * heads. Reading stops at the first error. */
#include "expectation_read.h"

#include "claim.h"
#include "explore.h"
#include "knob.h"
#include "words.h"

#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS   " \t\r\n\v\f"
#define COMMENTS ";#"
#define BOM      "\xEF\xBB\xBF"

int reading_fail(struct reading *r, int line, const char *format, ...)
{
    char sentence[sizeof r->err->text];
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(sentence, sizeof sentence, format, arguments) < 0)
        sentence[0] = '\0';
    va_end(arguments);
    r->failed = true;
    return error_set(r->err, "%s:%d: %s", r->e->file, line, sentence);
}

struct claim *reading_claim(struct reading *r)
{
    return &r->e->claims[r->e->n_claims - 1];
}

static int fail_twice(struct reading *r, const char *name, int line)
{
    return reading_fail(r, r->line, "section [%s] is given twice, first in line %d", name, line);
}

static int fail_unknown_section(struct reading *r, const char *name)
{
    static const char *const known[] = {"scenario", "run", "broken", "fixed"};
    const char *meant = nearest_word(name, known, sizeof known / sizeof known[0]);

    if (meant != NULL)
        return reading_fail(r, r->line, "unknown section [%s]; did you mean [%s]?", name, meant);
    return reading_fail(r, r->line,
                        "unknown section [%s]; right are [scenario], [run], [VARIANT] and [VARIANT "
                        "under KNOB], where VARIANT is broken, fixed, wrong-IDEA or fixed-IDEA",
                        name);
}

/* Adds a claim with nothing in it yet. Returns it, or NULL. */
static struct claim *add_claim(struct reading *r)
{
    struct expectation *e = r->e;
    struct claim *longer = reallocarray(e->claims, e->n_claims + 1, sizeof *longer);

    if (longer == NULL)
        return NULL;
    e->claims = longer;
    e->claims[e->n_claims] = (struct claim){.line = r->line};
    return &e->claims[e->n_claims++];
}

/* A head [VARIANT] or [VARIANT under KNOB], in words. */
static int begin_claim(struct reading *r, char **words)
{
    size_t n = count_words(words);
    const struct claim *first;
    struct claim *c;
    struct error why;

    if (n == 0 || !variant_is_valid(words[0]))
        return fail_unknown_section(r, r->head);
    if (n > 1 && strcmp(words[1], "under") != 0)
        return reading_fail(r, r->line, "section [%s]: right would be [%s] or [%s under KNOB]",
                            r->head, words[0], words[0]);
    if (n > 1 && knob_check(words + 2, &why) == -1)
        return reading_fail(r, r->line, "section [%s]: %s", r->head, why.text);

    c = add_claim(r);
    if (c == NULL || (c->variant = strdup(words[0])) == NULL ||
        (n > 1 && (c->knob = join_words(words + 2, " ")) == NULL))
        return reading_fail(r, r->line, "out of memory");
    first = claim_find(r->e, c->variant, c->knob);
    if (first != c)
        return fail_twice(r, r->head, first->line);
    r->section = &CLAIM_SECTION;
    return 0;
}

/* A head [scenario] or [run], of which there is one in a file. */
static int begin_single(struct reading *r, const struct section *section, int *line)
{
    if (*line != 0)
        return fail_twice(r, section->name, *line);
    *line = r->line;
    r->section = section;
    return 0;
}

/* The section called r->head begins. */
static int section_begin(struct reading *r)
{
    char **words;
    int result;

    if (strcmp(r->head, SCENARIO_SECTION.name) == 0)
        return begin_single(r, &SCENARIO_SECTION, &r->scenario_line);
    if (strcmp(r->head, RUN_SECTION.name) == 0)
        return begin_single(r, &RUN_SECTION, &r->run_line);
    words = split_words(r->head);
    if (words == NULL)
        return reading_fail(r, r->line, "out of memory");
    result = begin_claim(r, words);
    free_words(words);
    return result;
}

/* Finds the section's name in its head. */
static int read_head(struct reading *r, const char *line)
{
    const char *name = line + 1;
    const char *end = strchr(name, ']');
    const char *rest;

    if (end == NULL)
        return reading_fail(r, r->line, "section head without ']'");
    if (end - name >= SECTION_SIZE)
        return reading_fail(r, r->line, "the section's name is longer than %d characters",
                            SECTION_SIZE - 1);
    rest = end + 1 + strspn(end + 1, BLANKS);
    if (*rest != '\0' && strchr(COMMENTS, *rest) == NULL)
        return reading_fail(r, r->line, "nothing but a comment may follow a section's head");
    if (r->section != NULL && section_end(r) == -1)
        return -1;
    memcpy(r->head, name, (size_t)(end - name));
    r->head[end - name] = '\0';
    r->head_line = r->line;
    r->keys_seen = 0;
    return section_begin(r);
}

/* Refuses what libinih would cut, join to the line above, or not see. */
static int check_line(struct reading *r, const char *line, size_t length)
{
    size_t indent = strspn(line, BLANKS);

    if (strlen(line) != length)
        return reading_fail(r, r->line, "the line holds a NUL byte");
    if (length > LINE_SIZE - 2)
        return reading_fail(r, r->line, "the line is longer than %d characters", LINE_SIZE - 2);
    if (indent > 0 && line[indent] != '\0' && strchr(COMMENTS, line[indent]) == NULL)
        return reading_fail(r, r->line,
                            "the line starts with a blank; a line of text has to "
                            "start in the first column");
    return line[0] == '[' ? read_head(r, line) : 0;
}

/* Reads the next line into r->raw, without its end and without a byte order mark. Returns where it
 * starts; or NULL at the end of the file, or with the error. */
static char *read_line(struct reading *r, size_t *length)
{
    ssize_t n = getline(&r->raw, &r->raw_size, r->stream);
    char *line = r->raw;

    if (n == -1) {
        if (ferror(r->stream)) {
            r->failed = true;
            error_errno(r->err, "cannot read %s", r->e->file);
        }
        return NULL;
    }
    r->line++;
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        line[--n] = '\0';
    if (r->line == 1 && strncmp(line, BOM, strlen(BOM)) == 0) {
        line += strlen(BOM);
        n -= (ssize_t)strlen(BOM);
    }
    *length = (size_t)n;
    return line;
}

/* For libinih: reads a line into `buffer`, as fgets(3) would. */
static char *next_line(char *buffer, int size, void *stream)
{
    struct reading *r = stream;
    size_t length;
    char *line;

    if (r->failed || (line = read_line(r, &length)) == NULL || check_line(r, line, length) == -1)
        return NULL;
    snprintf(buffer, (size_t)size, "%s\n", line);
    return buffer;
}

/* For libinih: takes `name = value`. Returns 1, or 0 if it is wrong. */
static int take_value(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;

    (void)section; /* the same as r->head */
    if (r->section == NULL) {
        reading_fail(r, r->line, "'%s' stands before the first section", name);
        return 0;
    }
    return section_take(r, name, value) == 0;
}

/* At the end of the file: every section that each scenario needs must be there. */
static int check_sections(struct reading *r)
{
    int line = r->line > 0 ? r->line : 1;

    if (r->section != NULL && section_end(r) == -1)
        return -1;
    if (r->scenario_line == 0)
        return reading_fail(r, line,
                            "the file ends without a section [scenario]: title, shape, "
                            "culprit, references");
    if (r->run_line == 0)
        return reading_fail(r, line, "the file ends without a section [run]: args and budgets");
    if (claim_find(r->e, "broken", NULL) == NULL &&
        claim_find(r->e, "broken", KNOB_EXPLORE) == NULL)
        return reading_fail(r, line,
                            "the file ends without a section [broken] or [broken under explore]: "
                            "how it fails");
    if (claim_find(r->e, "fixed", NULL) == NULL)
        return reading_fail(r, line, "the file ends without a section [fixed]: what is right");
    return 0;
}

static int read_all(struct reading *r)
{
    int wrong_line = ini_parse_stream(next_line, r, take_value, r);

    /* libinih goes on after a line that it cannot read: the first error is what counts. */
    if (wrong_line > 0 && !(r->failed && r->line <= wrong_line))
        return reading_fail(r, wrong_line, "neither a section's head nor 'key = value'");
    if (wrong_line < 0 && !r->failed)
        return reading_fail(r, r->line, "out of memory");
    if (r->failed || check_sections(r) == -1)
        return -1;
    return claims_add_implied(r->e) == 0 ? 0 : reading_fail(r, r->line, "out of memory");
}

/* An expectation with nothing in it but the defaults, or NULL. */
static struct expectation *new_expectation(const char *file)
{
    struct expectation *e = calloc(1, sizeof *e);

    if (e == NULL)
        return NULL;
    e->limits = world_limits_default();
    e->explore_s = explore_options_default().budget_s;
    e->file = strdup(file);
    e->references = split_words("");
    e->bugs = split_words("");
    e->args = split_words("");
    if (e->file == NULL || e->references == NULL || e->bugs == NULL || e->args == NULL) {
        expectation_free(e);
        return NULL;
    }
    return e;
}

struct expectation *expectation_read(const char *file, struct error *err)
{
    struct reading r = {.err = err};
    int result;

    r.stream = fopen(file, "re");
    if (r.stream == NULL) {
        error_errno(err, "cannot open %s", file);
        return NULL;
    }
    r.e = new_expectation(file);
    result = r.e != NULL ? read_all(&r) : error_set(err, "%s: out of memory", file);
    free(r.raw);
    fclose(r.stream);
    if (result == 0)
        return r.e;
    expectation_free(r.e);
    return NULL;
}
