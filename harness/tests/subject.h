/* subject.h - the programs that try a watcher: those of tests/live only look dead, those of
 * tests/dead are. Finds them in the build, runs one in a world, and says how the run went. */
#ifndef BROKENPIPE_TESTS_SUBJECT_H
#define BROKENPIPE_TESTS_SUBJECT_H

#include "error.h"
#include "report.h"
#include "world.h"

#include <dirent.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct subject {
    bool dead;
    char *path;
    const char *name; /* "live/NAME" or "dead/NAME": the end of `path` */
};

enum subject_result {
    SUBJECT_RIGHT,    /* alive: ended by itself, with nothing left; dead: proved */
    SUBJECT_WRONG,    /* alive, and called a deadlock */
    SUBJECT_UNPROVED, /* dead, and not called a deadlock */
    SUBJECT_FAILED,   /* alive, and not ended as it should */
};

static inline void subjects_of_kind(bool dead, struct subject **list, size_t *n)
{
    const char *kind = dead ? "dead" : "live", *root = BUILD_DIR "/tests/";
    char directory[4096];
    snprintf(directory, sizeof directory, "%s%s", root, kind);
    struct dirent **entries;
    int found = scandir(directory, &entries, NULL, alphasort);
    if (found == -1)
        err(3, "cannot list %s", directory);
    *list = realloc(*list, (*n + (size_t)found) * sizeof **list);
    if (*list == NULL)
        err(3, "cannot list %s", directory);
    for (int i = 0; i < found; i++) {
        const char *file = entries[i]->d_name;
        if (strchr(file, '.') == NULL) { /* not "..", nor the compiler's NAME.d */
            struct subject *s = &(*list)[(*n)++];
            s->dead = dead;
            if (asprintf(&s->path, "%s/%s", directory, file) == -1)
                err(3, "cannot name %s", file);
            s->name = s->path + strlen(root);
        }
        free(entries[i]);
    }
    free(entries);
}

/* All there are, the live ones first. The list and the paths in it are the caller's to free. */
static inline size_t subjects_find(struct subject **list)
{
    size_t n = 0;
    *list = NULL;
    subjects_of_kind(false, list, &n);
    subjects_of_kind(true, list, &n);
    return n;
}

static inline void subjects_free(struct subject *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i].path);
    free(list);
}

/* As world_run(). */
static inline int subject_run(const struct subject *s, struct observation *o, struct error *err)
{
    char *argv[] = {s->path, NULL};
    const struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    return world_run(&spec, o, err);
}

static inline enum subject_result subject_judge(const struct subject *s,
                                                const struct observation *o)
{
    bool called_dead = o->outcome.kind == OUTCOME_DEADLOCK;
    if (s->dead)
        return called_dead ? SUBJECT_RIGHT : SUBJECT_UNPROVED;
    if (called_dead)
        return SUBJECT_WRONG;
    bool ended = o->outcome.kind == OUTCOME_EXIT && o->outcome.number == 0 && o->n_left == 0;
    return ended ? SUBJECT_RIGHT : SUBJECT_FAILED;
}

/* The stamps that the tasks of a dead program leave on stderr just before they block. */
struct stamps {
    int count;      /* how many tasks said that they block for ever */
    double last_ms; /* the latest of them, on CLOCK_MONOTONIC */
    bool slow;      /* a proof must first wait for a timer to run down */
};

static inline struct stamps subject_stamps(const struct observation *o)
{
    struct stamps stamps = {0};
    if (o->err.text == NULL)
        return stamps;
    for (const char *line = o->err.text; (line = strstr(line, "blocking ")) != NULL; line++) {
        char *end;
        double ms = strtod(line + strlen("blocking "), &end);
        stamps.count++;
        if (ms > stamps.last_ms)
            stamps.last_ms = ms;
        if (strncmp(end, " slow", 5) == 0)
            stamps.slow = true;
    }
    return stamps;
}

/* Everything known of a run; new string. */
static inline char *subject_story(const struct subject *s, const struct observation *o)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        err(3, "cannot tell of %s", s->name);
    fprintf(to, "%s\n", s->name);
    report_observation_text(to, o);
    if (fclose(to) != 0)
        err(3, "cannot tell of %s", s->name);
    return text;
}

#endif
