/* vet_build.c - the checks that need other programs: compilers and clang-format.
 *
 * make builds the programs as it always does, so that flags and special cases stand in the Makefile
 * alone; but by another compiler, at another level of optimisation, and in a directory that is
 * removed afterwards. */
#include "vet.h"

#include "capture.h"
#include "commands.h"
#include "program.h"
#include "words.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const COMPILERS[] = {"gcc", "clang"};
static const char *const LEVELS[] = {"-O0", "-O2"}; /* -O1 is how make builds them */

enum { COMPILERS_TRIED = 2, LEVELS_TRIED = 2 };

/* Adds the formatted text as one word. */
__attribute__((format(printf, 2, 3))) static bool add_word(char ***words, const char *format, ...)
{
    va_list arguments;
    char *word;
    va_start(arguments, format);
    int length = vasprintf(&word, format, arguments);
    va_end(arguments);
    if (length == -1)
        return false;
    bool added = append_word(words, word, (size_t)length) == 0;
    free(word);
    return added;
}

/* make, by a compiler and at a level, of all programs of the scenario in `directory`: a new list,
 * or NULL. It must not take part in a make that may have started us. */
static char **make_command(const struct vet *v, const char *compiler, const char *level,
                           const char *directory)
{
    char **words =
        split_words("env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -k say= -C");
    bool made = words != NULL && add_word(&words, "%s", v->root) &&
                add_word(&words, "B=%s", directory) && add_word(&words, "CC=%s", compiler) &&
                add_word(&words, "CFLAGS=%s", level);
    for (size_t i = 0; made && i < v->n_programs; i++)
        made = add_word(&words, "%s/scenarios/%s/%s", directory, v->scenario->id,
                        v->programs[i].variant);
    if (made)
        return words;
    free_words(words);
    return NULL;
}

/* clang-format on all programs of the scenario: a new list, or NULL. */
static char **format_command(const struct vet *v)
{
    char **words = split_words("clang-format --dry-run -Werror");
    bool made = words != NULL;
    for (size_t i = 0; made && i < v->n_programs; i++)
        made = add_word(&words, "%s/%s", v->scenario->directory, v->programs[i].file);
    if (made)
        return words;
    free_words(words);
    return NULL;
}

/* Whether a line says that something is wrong at a place: "FILE:LINE:COLUMN: error: ...". */
static bool is_diagnosis(const char *line)
{
    return strstr(line, ": warning: ") != NULL || strstr(line, ": error: ") != NULL ||
           strstr(line, ": fatal error: ") != NULL;
}

static bool has_line(const struct lines *l, const char *line)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->line[i], line) == 0)
            return true;
    return false;
}

/* Tells what one build said, if no build before it (`told`) has said the same. */
static void tell_build(struct vet *v, const struct lines *told, size_t n_told, const char *how,
                       const struct lines *said)
{
    size_t found = 0;
    for (size_t i = 0; i < said->n; i++) {
        bool known = false;
        if (!is_diagnosis(said->line[i]))
            continue;
        found++;
        for (size_t k = 0; k < n_told; k++)
            known |= has_line(&told[k], said->line[i]);
        if (!known)
            vet_missing(v, NULL, 0, "%s (%s)", vet_shown(v, said->line[i]), how);
    }
    if (found == 0)
        vet_missing(v, NULL, 0, "%s: %s", how,
                    said->n > 0 ? said->line[said->n - 1] : "make failed, and did not say why");
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

/* One build. Returns 0 to go on; -1 where there is no use, with the fault told. */
static int build(struct vet *v, size_t compiler, size_t level, struct lines *told, size_t n_told)
{
    char directory[256], how[32];
    struct error err;
    char *found = search_path(COMPILERS[compiler]);
    if (found == NULL) {
        vet_fault(v, "%s is not installed: make setup", COMPILERS[compiler]);
        return -1;
    }
    free(found);
    snprintf(how, sizeof how, "%s %s", COMPILERS[compiler], LEVELS[level]);
    vet_progress(v, "%s", how);
    snprintf(directory, sizeof directory, "%s/brokenpipe-vet-XXXXXX", temporary_parent());
    if (mkdtemp(directory) == NULL) {
        vet_fault(v, "cannot make a directory in %s", temporary_parent());
        return -1;
    }
    char **words = make_command(v, COMPILERS[compiler], LEVELS[level], directory);
    int status =
        words != NULL ? capture(words, &told[n_told], &err) : error_set(&err, "out of memory");
    free_words(words);
    if (status == -1)
        vet_fault(v, "%s", err.text);
    else if (status != 0)
        tell_build(v, told, n_told, how, &told[n_told]);
    if (nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) == -1)
        vet_fault(v, "cannot remove %s", directory);
    return status == -1 ? -1 : 0;
}

void vet_build(struct vet *v)
{
    struct lines told[COMPILERS_TRIED * LEVELS_TRIED] = {{0}};
    size_t n = 0;
    for (size_t compiler = 0; compiler < COMPILERS_TRIED; compiler++)
        for (size_t level = 0; level < LEVELS_TRIED && v->faults == 0; level++)
            if (build(v, compiler, level, told, n) == 0)
                n++;
    for (size_t i = 0; i <= n && i < COMPILERS_TRIED * LEVELS_TRIED; i++)
        lines_free(&told[i]);
    vet_note(v, "no warning from gcc and clang at -O0 and -O2");
}

/* "FILE:LINE:COLUMN: ..." of clang-format: of each file the first line that it would change. */
static void tell_format(struct vet *v, const struct lines *said)
{
    const char *file = "";
    size_t length = 0, found = 0;
    for (size_t i = 0; i < said->n; i++) {
        const char *line = said->line[i];
        if (!is_diagnosis(line))
            continue;
        found++;
        if (length > 0 && strncmp(line, file, length) == 0)
            continue;
        file = line;
        length = strcspn(line, ":");
        vet_missing(v, NULL, 0, "%.*s: not as clang-format has it: make format",
                    (int)(strstr(line, ": ") - vet_shown(v, line)), vet_shown(v, line));
    }
    if (found == 0)
        vet_fault(v, "clang-format failed: %s",
                  said->n > 0 ? said->line[0] : "it does not say why");
}

void vet_format(struct vet *v)
{
    char **words = format_command(v);
    struct lines said = {0};
    struct error err;
    int status = words != NULL ? capture(words, &said, &err) : error_set(&err, "out of memory");
    if (status == -1)
        vet_fault(v, "%s", err.text);
    else if (status != 0)
        tell_format(v, &said);
    vet_note(v, "as clang-format has it");
    lines_free(&said);
    free_words(words);
}
