/* vet.c - what the checks of a scenario share: its files, and the list of what is missing. */
#include "vet.h"

#include "claim.h"
#include "words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "FOLDER/NAME", a new string; or NULL. */
static char *path_in(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) != -1 ? path : NULL;
}

static int open_program(struct vet *v, struct vet_program *p, const char *variant)
{
    struct error ignored; /* a file that cannot be read does not build either */
    p->variant = variant;
    if (asprintf(&p->file, "%s.c", variant) == -1) {
        p->file = NULL;
        return -1;
    }
    char *path = path_in(v->scenario->directory, p->file);
    if (path == NULL)
        return -1;
    source_read(path, &p->source, &ignored);
    free(path);
    return 0;
}

/* What the programs of the mechanism csp share: functions that judge their calls themselves. */
static int open_runtime(struct vet *v)
{
    struct error ignored;
    char *path = path_in(v->root, "scenarios/csp/runtime/csp.h");
    if (path == NULL)
        return -1;
    if (vet_is_csp(v))
        source_read(path, &v->runtime, &ignored);
    free(path);
    return 0;
}

int vet_open(struct vet *v)
{
    struct error ignored;
    char *page = path_in(v->scenario->directory, VET_PAGE);
    v->programs = calloc(count_words(v->scenario->variants) + 1, sizeof *v->programs);
    int result = page == NULL || v->programs == NULL ? -1 : 0;
    if (result == 0)
        lines_read(page, &v->page, &ignored);
    for (char **variant = v->scenario->variants; result == 0 && *variant != NULL; variant++)
        if (variant_is_valid(*variant))
            result = open_program(v, &v->programs[v->n_programs++], *variant);
    free(page);
    return result == 0 ? open_runtime(v) : -1;
}

void vet_close(struct vet *v)
{
    for (size_t i = 0; i < v->n_programs; i++) {
        free(v->programs[i].file);
        source_free(&v->programs[i].source);
    }
    free(v->programs);
    source_free(&v->runtime);
    lines_free(&v->page);
    v->programs = NULL;
    v->n_programs = 0;
}

const char *vet_shown(const struct vet *v, const char *path)
{
    size_t length = strlen(v->root);
    return strncmp(path, v->root, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

static void put_place(const struct vet *v, const char *file, size_t line)
{
    if (file == NULL)
        return;
    if (strchr(file, '/') == NULL)
        printf("%s/%s:", vet_shown(v, v->scenario->directory), file);
    else
        printf("%s:", vet_shown(v, file));
    if (line > 0)
        printf("%zu:", line);
    putchar(' ');
}

void vet_missing(struct vet *v, const char *file, size_t line, const char *format, ...)
{
    va_list arguments;
    vet_progress_end(v);
    v->missing++;
    printf("  MISSING  %-10s  ", v->check);
    put_place(v, file, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void vet_fault(struct vet *v, const char *format, ...)
{
    va_list arguments;
    vet_progress_end(v);
    v->faults++;
    printf("  FAULT    %-10s  ", v->check);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void vet_note(struct vet *v, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(v->note, sizeof v->note, format, arguments);
    va_end(arguments);
}

void vet_progress(const struct vet *v, const char *format, ...)
{
    va_list arguments;
    if (!v->progress)
        return;
    fprintf(stderr, "\r\033[K%s %s: ", v->scenario->id, v->check);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

void vet_progress_end(const struct vet *v)
{
    if (v->progress)
        fputs("\r\033[K", stderr);
}

const struct vet_program *vet_program(const struct vet *v, const char *variant)
{
    for (size_t i = 0; i < v->n_programs; i++)
        if (strcmp(v->programs[i].variant, variant) == 0)
            return &v->programs[i];
    return NULL;
}

bool vet_is_wrong(const char *variant)
{
    return strncmp(variant, "wrong-", 6) == 0;
}

bool vet_is_csp(const struct vet *v)
{
    return strncmp(v->scenario->id, "csp/", 4) == 0;
}
