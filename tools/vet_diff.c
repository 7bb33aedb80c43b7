/* vet_diff.c - the check that broken.c and fixed.c differ in the fault and in nothing else. */
#include "vet.h"

#include <stdlib.h>
#include <string.h>

/* What differs in a scenario that teaches one thing: mostly less than ten lines, and not much more
 * than twenty where the right way is another algorithm. */
enum { MOST_CHANGED = 30 };

/* The lines that count: below the head comment, and not blank. A new array, or NULL. */
static const char **lines_of(const struct source *s, size_t *n)
{
    const char **lines = calloc(s->lines.n + 1, sizeof *lines);
    *n = 0;
    for (size_t i = s->head; lines != NULL && i < s->lines.n; i++)
        if (s->lines.line[i][0] != '\0')
            lines[(*n)++] = s->lines.line[i];
    return lines;
}

/* How many lines two texts have in common, in the same order: the longest common subsequence. `row`
 * has room for `n_b` + 1 numbers, all 0. */
static size_t common_lines(const char *const *a, size_t n_a, const char *const *b, size_t n_b,
                           size_t *row)
{
    for (size_t i = 0; i < n_a; i++) {
        size_t diagonal = 0; /* what row[j] was before this line of `a` */
        for (size_t j = 0; j < n_b; j++) {
            size_t above = row[j + 1];
            if (strcmp(a[i], b[j]) == 0)
                row[j + 1] = diagonal + 1;
            else if (row[j] > above)
                row[j + 1] = row[j];
            diagonal = above;
        }
    }
    return row[n_b];
}

void vet_diff(struct vet *v)
{
    const struct vet_program *broken = vet_program(v, "broken"), *fixed = vet_program(v, "fixed");
    if (broken == NULL || fixed == NULL)
        return; /* vet_match() tells */
    size_t n_broken, n_fixed;
    const char **a = lines_of(&broken->source, &n_broken), **b = lines_of(&fixed->source, &n_fixed);
    size_t *row = calloc(fixed->source.lines.n + 1, sizeof *row);
    if (a == NULL || b == NULL || row == NULL) {
        vet_fault(v, "out of memory");
    } else {
        size_t common = common_lines(a, n_broken, b, n_fixed, row);
        size_t removed = n_broken - common, added = n_fixed - common;
        if (removed + added > MOST_CHANGED)
            vet_missing(v, fixed->file, 0,
                        "%zu lines differ from broken.c (%zu removed, %zu added), more than %d: "
                        "leave out what is not the fault",
                        removed + added, removed, added, MOST_CHANGED);
        if (removed + added == 0)
            vet_missing(v, fixed->file, 0, "does not differ from broken.c");
        vet_note(v, "%zu lines differ between broken.c and fixed.c (%zu removed, %zu added)",
                 removed + added, removed, added);
    }
    free(a);
    free(b);
    free(row);
}
