/* vet_page.c - the checks of a scenario's pages: its own README.md, and its mechanism's. */
#include "vet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The sections of a page in their order, and what each is for. */
static const struct {
    const char *title, *purpose;
} SECTIONS[] = {
    {"Symptom", "what a person sees, with the harness's output"},
    {"Reproduce", "the commands that bring it about"},
    {"Diagnose", "the commands that show it, and what they show"},
    {"Cause", "why it happens"},
    {"Fix", "what holds, with the diff that matters"},
    {"Wrong fixes", "why each still fails, and what exposes it"},
    {"References", "man pages, books, CWE, real bugs"},
};

enum { WANTED = sizeof SECTIONS / sizeof SECTIONS[0], MOST_SECTIONS = 32 };

/* A section of the page: its title, and its lines, from the one below the title. */
struct section {
    const char *title;
    size_t from, to;
};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_fence(const char *line)
{
    return starts(line, "```");
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* All sections of the page. Returns how many. */
static size_t find_sections(const struct lines *page, struct section found[MOST_SECTIONS])
{
    size_t n = 0;
    bool fenced = false;
    for (size_t i = 0; i < page->n; i++) {
        fenced ^= is_fence(page->line[i]);
        if (fenced || !starts(page->line[i], "## ") || n == MOST_SECTIONS)
            continue;
        if (n > 0)
            found[n - 1].to = i;
        found[n++] = (struct section){page->line[i] + strlen("## "), i + 1, page->n};
    }
    return n;
}

/* The section called `title`; `n` if there is none. */
static size_t section_index(const struct section *found, size_t n, const char *title)
{
    size_t i = 0;
    while (i < n && strcmp(found[i].title, title) != 0)
        i++;
    return i;
}

static struct section section_of(const struct lines *page, const char *title)
{
    struct section found[MOST_SECTIONS];
    size_t n = find_sections(page, found), i = section_index(found, n, title);
    return i < n ? found[i] : (struct section){title, page->n, page->n};
}

static bool is_empty(const struct lines *page, const struct section *s)
{
    for (size_t i = s->from; i < s->to; i++)
        if (!is_blank(page->line[i]))
            return false;
    return true;
}

/* Whether the section shows lines that a fix removes and adds: in a block, fenced or indented. */
static bool has_diff(const struct lines *page, const struct section *s)
{
    bool fenced = false;
    for (size_t i = s->from; i < s->to; i++) {
        const char *line = page->line[i];
        fenced ^= is_fence(line);
        if (!fenced && !starts(line, "    "))
            continue;
        line += fenced ? 0 : 4;
        if (*line == '+' || *line == '-')
            return true;
    }
    return false;
}

void vet_match(struct vet *v)
{
    if (v->scenario->problem != NULL)
        vet_missing(v, NULL, 0, "%s", v->scenario->problem);
    else
        vet_note(v, "folder and expectation match");
}

void vet_title(struct vet *v)
{
    const char *title = v->scenario->expectation->title;
    if (v->page.n == 0 || !starts(v->page.line[0], "# ") || strcmp(v->page.line[0] + 2, title) != 0)
        vet_missing(v, VET_PAGE, 1, "is not the title of the expectation: right is '# %s'", title);
    vet_note(v, "%s", title);
}

/* Sections that no page has, and those that stand there twice. */
static void check_titles(struct vet *v, const struct section *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < WANTED && strcmp(SECTIONS[k].title, found[i].title) != 0)
            k++;
        if (k == WANTED)
            vet_missing(v, VET_PAGE, found[i].from, "'## %s' is no section of a scenario's page",
                        found[i].title);
        else if (section_index(found, n, found[i].title) < i)
            vet_missing(v, VET_PAGE, found[i].from, "a second '## %s'", found[i].title);
    }
}

void vet_sections(struct vet *v)
{
    struct section found[MOST_SECTIONS];
    size_t n = find_sections(&v->page, found), last = 0;
    for (size_t k = 0; k < WANTED; k++) {
        const char *title = SECTIONS[k].title;
        size_t i = section_index(found, n, title);
        if (i == n) {
            vet_missing(v, VET_PAGE, 0, "has no '## %s': %s", title, SECTIONS[k].purpose);
            continue;
        }
        if (i < last)
            vet_missing(v, VET_PAGE, found[i].from,
                        "'## %s' comes too early: it belongs below '## %s'", title,
                        found[last].title);
        else
            last = i;
        if (is_empty(&v->page, &found[i]))
            vet_missing(v, VET_PAGE, found[i].from, "'## %s' is empty: %s", title,
                        SECTIONS[k].purpose);
        else if (strcmp(title, "Fix") == 0 && !has_diff(&v->page, &found[i]))
            vet_missing(v, VET_PAGE, found[i].from, "'## Fix' shows no diff");
    }
    check_titles(v, found, n);
    vet_note(v, "all %d are there", WANTED);
}

/* Whether `line` is a command of which `make pages` writes the output, on the broken program. */
static bool is_command(const struct vet *v, const char *line)
{
    char program[256];
    snprintf(program, sizeof program, " build/scenarios/%s/broken", v->scenario->id);
    const char *place = strstr(line, program);
    if (place == NULL || (place[strlen(program)] != ' ' && place[strlen(program)] != '\0'))
        return false;
    return starts(line, "$ build/brokenpipe run ") || starts(line, "$ build/brokenpipe explore ");
}

void vet_output(struct vet *v)
{
    struct section s = section_of(&v->page, "Symptom");
    for (size_t i = s.from; i + 2 < s.to; i++)
        if (is_fence(v->page.line[i]) && is_command(v, v->page.line[i + 1]) &&
            !is_fence(v->page.line[i + 2])) {
            vet_note(v, "the symptom is shown as the harness tells it (line %zu)", i + 2);
            return;
        }
    vet_missing(v, VET_PAGE, s.from,
                "'## Symptom' has no block that begins with '$ build/brokenpipe run -- "
                "build/scenarios/%s/broken' (or explore), with its output below: make pages",
                v->scenario->id);
}

/* The page links to the program. */
static bool is_linked(const struct lines *page, const char *file)
{
    char link[160];
    snprintf(link, sizeof link, "](%s)", file);
    for (size_t i = 0; i < page->n; i++)
        if (strstr(page->line[i], link) != NULL)
            return true;
    return false;
}

/* Of a link "](TARGET)" to another file of the tree: the file must be there. */
static void check_target(struct vet *v, size_t line, const char *target, size_t length)
{
    char *path;
    if (length == 0 || *target == '#' || memchr(target, ':', length) != NULL)
        return;
    const char *anchor = memchr(target, '#', length);
    length = anchor != NULL ? (size_t)(anchor - target) : length;
    if (asprintf(&path, "%s/%.*s", v->scenario->directory, (int)length, target) == -1) {
        vet_fault(v, "out of memory");
        return;
    }
    if (access(path, F_OK) == -1)
        vet_missing(v, VET_PAGE, line, "links to %.*s, which is not there", (int)length, target);
    free(path);
}

static void check_targets(struct vet *v)
{
    bool fenced = false;
    for (size_t i = 0; i < v->page.n; i++) {
        const char *at = v->page.line[i];
        fenced ^= is_fence(at);
        while (!fenced && (at = strstr(at, "](")) != NULL) {
            at += 2;
            check_target(v, i + 1, at, strcspn(at, ")"));
        }
    }
}

void vet_links(struct vet *v)
{
    size_t linked = 0;
    for (size_t i = 0; i < v->n_programs; i++) {
        const struct vet_program *p = &v->programs[i];
        if (strcmp(p->variant, "broken") == 0 || strcmp(p->variant, "fixed") == 0)
            continue;
        linked++;
        if (!is_linked(&v->page, p->file))
            vet_missing(v, VET_PAGE, 0, "does not link to %s: write [%s](%s) in '## %s'", p->file,
                        p->file, p->file, vet_is_wrong(p->variant) ? "Wrong fixes" : "Fix");
    }
    check_targets(v);
    vet_note(v, "to %zu more program%s, and to nothing that is not there", linked,
             linked == 1 ? "" : "s");
}

void vet_mechanism(struct vet *v)
{
    const char *id = v->scenario->id;
    int length = (int)strcspn(id, "/");
    char link[160];
    char *path;
    struct lines page;
    struct error err;
    bool found = false;
    if (asprintf(&path, "%s/scenarios/%.*s/%s", v->root, length, id, VET_PAGE) == -1) {
        vet_fault(v, "out of memory");
        return;
    }
    snprintf(link, sizeof link, "](%s/", id + length + 1);
    if (lines_read(path, &page, &err) == 0)
        for (size_t i = 0; i < page.n && !found; i++)
            found = strstr(page.line[i], link) != NULL;
    if (!found)
        vet_missing(v, path, 0, "does not link to the scenario: write [%s](%s/)", id + length + 1,
                    id + length + 1);
    vet_note(v, "its page links to the scenario");
    lines_free(&page);
    free(path);
}
