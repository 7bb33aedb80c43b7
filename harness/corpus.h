/* corpus.h - finds the scenarios in the tree: a scenario exists by existing.
 *
 * Root is the directory that holds scenarios/ and expected/; built programs are in
 * BUILD/scenarios/MECHANISM/NAME/VARIANT. */
#ifndef BROKENPIPE_CORPUS_H
#define BROKENPIPE_CORPUS_H

#include "error.h"
#include "expectation.h"

#include <stddef.h>

struct scenario {
    char *id;                        /* "pipe/wait-before-drain" */
    char *directory;                 /* ROOT/scenarios/ID */
    char *build;                     /* BUILD/scenarios/ID */
    struct expectation *expectation; /* NULL if it could not be read: see `problem` */
    char **variants; /* from the .c files: "broken", "fixed", ...; sorted, NULL-terminated */
    char *problem;   /* why it cannot be judged (folder and expectation do not match...); or NULL */
};

struct corpus {
    struct scenario *scenarios; /* sorted by id */
    size_t n;
};

/* Where the corpus is: $BROKENPIPE_ROOT and $BROKENPIPE_BUILD if set; else found from the place of
 * the running program (build/brokenpipe: root is two levels up; installed: PREFIX/share/brokenpipe
 * and PREFIX/lib/brokenpipe). Strings are to be freed by the caller. */
int corpus_locate(char **root, char **build, struct error *err);

/* Finds all scenarios that any of `patterns` (an id, a mechanism, or a glob over ids;
 * NULL-terminated; NULL or empty: all) selects. A pattern that selects nothing is an error that
 * names the nearest ids. A scenario whose folder and expectation do not match (a variant without a
 * section, a section without a file, a wrong-*.c without a section that shows how it fails, a knob
 * that `fixed` is not claimed to survive) is kept, with its `problem` set. */
int corpus_find(const char *root, const char *build, char *const *patterns, struct corpus *corpus,
                struct error *err);
void corpus_free(struct corpus *corpus);

#endif
