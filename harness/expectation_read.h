/* expectation_read.h - what the parts of the reader of expectation files share.
 *
 * expectation_read.c knows lines and sections, expectation_keys.c the keys of each section and
 * their values, expectation.c variants, knob.c knobs. */
#ifndef BROKENPIPE_EXPECTATION_READ_H
#define BROKENPIPE_EXPECTATION_READ_H

#include "expectation.h"

#include <stdbool.h>
#include <stdio.h>

/* Room for the longest line that libinih takes whole, its newline and the NUL at its end. */
enum { LINE_SIZE = 200, SECTION_SIZE = 50 };

/* What is right for a key, beside its value; or-ed. */
enum { KEY_REQUIRED = 1, KEY_REPEATS = 2, KEY_MAY_BE_EMPTY = 4 };

struct reading;

/* A key of a section. `set` stores the value at `offset` in the section's struct; it returns 0, or
 * -1 through reading_fail(). */
struct key {
    const char *name;
    int (*set)(struct reading *r, const struct key *key, const char *value);
    size_t offset;
    unsigned rules;
};

/* A kind of section: [scenario], [run], or a variant's. */
struct section {
    const char *name; /* NULL for a variant's section */
    const struct key *keys;
    size_t n_keys;
};

extern const struct section SCENARIO_SECTION, RUN_SECTION, CLAIM_SECTION;

/* One file being read. */
struct reading {
    struct expectation *e;
    FILE *stream;
    char *raw; /* the line as it stands in the file, of getline(3) */
    size_t raw_size;
    int line;                      /* number of that line */
    const struct section *section; /* the one being read, or NULL before the first */
    char head[SECTION_SIZE];       /* its name */
    int head_line;
    unsigned keys_seen;          /* in it: a bit for each of its keys */
    int scenario_line, run_line; /* of the heads [scenario] and [run]; 0 before them */
    bool failed;                 /* `err` is set: nothing more is read */
    struct error *err;
};

/* Stores "FILE:LINE: " and the sentence as the error. Always returns -1. */
int reading_fail(struct reading *r, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The claim being read: that of the last section. */
struct claim *reading_claim(struct reading *r);

/* Takes `name = value` in the section being read. Returns 0 or -1. */
int section_take(struct reading *r, const char *name, const char *value);

/* At the end of a section: all that it needs must be there. Returns 0 or -1. */
int section_end(struct reading *r);

#endif
