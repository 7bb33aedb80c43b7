/* vet_references.c - the check of what a scenario refers to: man pages, books, CWE, real bugs; and
 * that its page names the same as its expectation. */
#include "vet.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How the expectation calls a book, and what of its title the page has. */
static const struct {
    const char *abbreviation, *title;
} BOOKS[] = {
    {"TLPI", "The Linux Programming Interface"},
    {"APUE", "Advanced Programming in the UNIX Environment"},
    {"UNP2", "UNIX Network Programming"},
    {"UNP1", "UNIX Network Programming"},
    {"UNP", "UNIX Network Programming"},
};

enum { BOOKS_KNOWN = sizeof BOOKS / sizeof BOOKS[0] };

/* What is between `from` and the end of the section: the lines as one text, in which every run of
 * blanks and every mark of emphasis is a single blank. A new string, or NULL. */
static char *section_text(const struct lines *page, const char *head)
{
    size_t first = 0, size = 1;
    while (first < page->n && strcmp(page->line[first], head) != 0)
        first++;
    for (size_t i = first; i < page->n; i++)
        size += strlen(page->line[i]) + 1;
    char *text = malloc(size), *end = text;
    for (size_t i = first; text != NULL && i < page->n; i++) {
        for (const char *c = page->line[i]; *c != '\0'; c++)
            if (strchr("*_` \t", *c) == NULL || *c == '_')
                *end++ = *c;
            else if (end > text && end[-1] != ' ')
                *end++ = ' ';
        if (end > text && end[-1] != ' ')
            *end++ = ' ';
    }
    if (text != NULL)
        *end = '\0';
    return text;
}

/* Length of "pipe(7)", "pthread_cond_wait(3p)" at `at`; or 0. */
static size_t man_page_length(const char *at)
{
    size_t name = 0;
    while (isalnum((unsigned char)at[name]) || strchr("_.-", at[name]) != NULL) {
        if (at[name] == '\0')
            return 0;
        name++;
    }
    if (name == 0 || at[name] != '(' || at[name + 1] < '1' || at[name + 1] > '8')
        return 0;
    size_t close = name + 2 + (size_t)(islower((unsigned char)at[name + 2]) != 0);
    return at[close] == ')' ? close + 1 : 0;
}

/* Length of "CWE-833" at `at`; or 0. */
static size_t cwe_length(const char *at)
{
    if (strncmp(at, "CWE-", 4) != 0)
        return 0;
    size_t digits = strspn(at + 4, "0123456789");
    return digits > 0 ? 4 + digits : 0;
}

/* Length of a rule of SEI CERT, "MEM12-C", at `at`; or 0. */
static size_t rule_length(const char *at)
{
    for (size_t i = 0; i < 5; i++)
        if (i < 3 ? !isupper((unsigned char)at[i]) : !isdigit((unsigned char)at[i]))
            return 0;
    return strncmp(at + 5, "-C", 2) == 0 ? 7 : 0;
}

static bool has(const char *text, const char *part, size_t length)
{
    char *copy = strndup(part, length);
    bool found = copy != NULL && strstr(text, copy) != NULL;
    free(copy);
    return found;
}

/* What one reference must have left on the page. */
struct reading {
    struct vet *v;
    const char *page; /* the section's text */
    size_t man_pages, cwes;
};

static void need(struct reading *r, const char *name, size_t length)
{
    if (!has(r->page, name, length))
        vet_missing(r->v, VET_PAGE, 0,
                    "'## References' does not name %.*s, as the expectation does", (int)length,
                    name);
}

/* The words of known form in a reference; returns whether there were any. */
static bool read_words(struct reading *r, const char *reference)
{
    bool any = false;
    for (const char *at = reference; *at != '\0';) {
        size_t man_page = man_page_length(at), cwe = cwe_length(at), rule = rule_length(at);
        size_t length = man_page + cwe + rule; /* of which one at most is not 0 */
        r->man_pages += man_page > 0;
        r->cwes += cwe > 0;
        any |= length > 0;
        if (length > 0)
            need(r, at, length);
        else
            length = strcspn(at, " ,;");
        at += length;
        at += strspn(at, " ,;");
    }
    return any;
}

static void read_reference(struct reading *r, const char *reference)
{
    for (size_t i = 0; i < BOOKS_KNOWN; i++)
        if (strncmp(reference, BOOKS[i].abbreviation, strlen(BOOKS[i].abbreviation)) == 0) {
            need(r, BOOKS[i].title, strlen(BOOKS[i].title));
            return;
        }
    /* Of any other work, its first word: who wrote it, or what it is about. */
    if (!read_words(r, reference))
        need(r, reference, strcspn(reference, " ,:"));
}

void vet_references(struct vet *v)
{
    const struct expectation *e = v->scenario->expectation;
    char *text = section_text(&v->page, "## References");
    if (text == NULL) {
        vet_fault(v, "out of memory");
        return;
    }
    struct reading r = {.v = v, .page = text};
    size_t bugs = 0;
    for (char **reference = e->references; reference != NULL && *reference != NULL; reference++)
        read_reference(&r, *reference);
    if (r.man_pages == 0 && !vet_is_csp(v))
        vet_missing(v, e->file, 0, "references has no man page, like pipe(7)");
    if (r.cwes == 0)
        vet_missing(v, e->file, 0, "references has no CWE, like CWE-833");
    for (char **bug = e->bugs; bug != NULL && *bug != NULL; bug++, bugs++) {
        if (strncmp(*bug, "https://", strlen("https://")) != 0)
            vet_missing(v, e->file, 0, "bug = %s: right would be https://...", *bug);
        if (strstr(text, *bug) == NULL)
            vet_missing(v, VET_PAGE, 0, "'## References' does not link to %s", *bug);
    }
    vet_note(v, "%zu man page%s, %zu CWE%s, %zu bug%s", r.man_pages, r.man_pages == 1 ? "" : "s",
             r.cwes, r.cwes == 1 ? "" : "s", bugs, bugs == 1 ? "" : "s");
    free(text);
}
