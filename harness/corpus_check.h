/* corpus_check.h - does a scenario's folder match its expectation? */
#ifndef BROKENPIPE_CORPUS_CHECK_H
#define BROKENPIPE_CORPUS_CHECK_H

#include "corpus.h"

#include <stdio.h>

/* Adds one problem to the text that `problems` collects. */
void corpus_problem(FILE *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds all that is wrong in the folder alone: files that no variant can have, files missing. */
void corpus_check_folder(const struct scenario *s, FILE *problems);

/* Adds all that does not match between the folder and the expectation, or within the latter. */
void corpus_check_expectation(const struct scenario *s, FILE *problems);

#endif
