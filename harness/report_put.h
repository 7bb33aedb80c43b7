/* report_put.h - what the reports that people read write alike: foreign bytes, tasks, lines of text
 * that fit. For report_*.c alone. */
#ifndef BROKENPIPE_REPORT_PUT_H
#define BROKENPIPE_REPORT_PUT_H

#include "explanation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    LINE_WIDTH = 100,     /* columns, where the facts allow */
    TASK_LABEL_SIZE = 64, /* enough for every task_label() */
};

/* Writes foreign bytes so that no terminal obeys them. */
void put_printable(FILE *to, const char *bytes, size_t length);
void put_string(FILE *to, const char *string);

/* "child (pid 3)" or "child (pid 3, thread 5)". Writes to `text` and returns it; the name in it is
 * as foreign as any. */
char *task_label(const struct wait *w, char *text, size_t size);

/* Where an edge leads to, in the same words: a task, "nobody" or "the outside". */
char *goal_label(const struct explanation *x, const struct edge *e, char *text, size_t size);

/* How sure an edge is, as words to put before its reason: "perhaps: ", "one of several: "; "" if it
 * is sure. */
const char *edge_doubt(const struct edge *e);

/* Whether the graph's edge number `edge` is a part of the chain. */
bool chain_has(const struct explanation *x, size_t edge);

/* How many bytes of the valid UTF-8 in `text` make its first line, if lines are at most `width`
 * columns and are broken at blanks. A word that is too long stays whole. */
size_t first_line(const char *text, size_t width);

/* Ends the text that open_memstream(3) writes: the text, or NULL if memory was short. */
char *text_closed(FILE *to, char **text);

/* Writes a text, of whatever bytes, as lines that fit, each indented. */
void put_paragraph(FILE *to, int indent, const char *text);

#endif
