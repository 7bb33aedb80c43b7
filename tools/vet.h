/* vet.h - what a scenario needs before it may join the corpus: one function a check.
 *
 * A check says vet_missing() for each thing that is missing, or vet_fault() where it could not be
 * made. If it does neither, all is well, and vet_note() has said what is worth knowing. */
#ifndef BROKENPIPE_VET_H
#define BROKENPIPE_VET_H

#include "corpus.h"
#include "lines.h"
#include "source.h"

#include <stdbool.h>
#include <stddef.h>

/* A variant's source. */
struct vet_program {
    const char *variant; /* "wrong-sleep" */
    char *file;          /* "wrong-sleep.c" */
    struct source source;
};

/* The section whose runs took longest, and their median. */
struct vet_slowest {
    const struct claim *claim; /* NULL: nothing was run */
    double median_ms;
};

struct vet {
    const struct scenario *scenario;
    const char *root; /* of the corpus */
    unsigned runs;    /* of each section that is run more than once */
    bool progress;    /* somebody watches stderr */

    struct lines page;            /* the scenario's README.md */
    struct vet_program *programs; /* in the order of the scenario's variants */
    size_t n_programs;
    struct source runtime; /* csp: what its programs include; else empty */
    struct vet_slowest slowest;
    bool loaded; /* every processor is kept busy */

    const char *check; /* the one that is being made, and what it has come to: */
    unsigned missing, faults;
    char note[160];
};

#define VET_PAGE "README.md"

/* Reads the scenario's files. What cannot be read is empty: other checks tell of it. 0, or -1
 * without memory; to be closed in either case. */
int vet_open(struct vet *v);
void vet_close(struct vet *v);

/* `file` is one of the scenario's folder, or a path; NULL: the scenario as a whole. `line` is from
 * 1, or 0: the file as a whole. The sentence says what would be right. */
void vet_missing(struct vet *v, const char *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void vet_fault(struct vet *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
void vet_note(struct vet *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says on stderr what is being done, if somebody watches. */
void vet_progress(const struct vet *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void vet_progress_end(const struct vet *v);

/* The path without the root, as a person names it. */
const char *vet_shown(const struct vet *v, const char *path);

/* The variant's program, or NULL. */
const struct vet_program *vet_program(const struct vet *v, const char *variant);

bool vet_is_wrong(const char *variant);

/* Whether its mechanism is csp, whose coroutines the kernel does not know. */
bool vet_is_csp(const struct vet *v);

void vet_match(struct vet *v); /* vet_page.c: the scenario's README.md, and what leads to it */
void vet_title(struct vet *v);
void vet_sections(struct vet *v);
void vet_output(struct vet *v);
void vet_links(struct vet *v);
void vet_mechanism(struct vet *v);
void vet_references(struct vet *v); /* vet_references.c */
void vet_diff(struct vet *v);       /* vet_diff.c: broken.c and fixed.c */
void vet_length(struct vet *v);     /* vet_program.c: each program as text */
void vet_head(struct vet *v);
void vet_names(struct vet *v);
void vet_workload(struct vet *v);
void vet_sleep(struct vet *v);
void vet_calls(struct vet *v); /* vet_calls.c: results that are thrown away */
void vet_build(struct vet *v); /* vet_build.c: compilers and clang-format */
void vet_format(struct vet *v);
void vet_fresh(struct vet *v); /* vet_runs.c: what the built programs do */
void vet_broken(struct vet *v);
void vet_fixed(struct vet *v);
void vet_loaded(struct vet *v);
void vet_explored(struct vet *v);
void vet_wrong(struct vet *v);
void vet_time(struct vet *v);

#endif
