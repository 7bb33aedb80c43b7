/* words.h - lists of words, and the word that was probably meant.
 *
 * A list is a NULL-terminated array of strings that it owns, released with free_words(); NULL is
 * the empty list that append_word() can start from. split_words() and free_words() are declared
 * in expectation.h. */
#ifndef BROKENPIPE_WORDS_H
#define BROKENPIPE_WORDS_H

#include <stddef.h>

/* Adds a copy of the first `length` bytes of `text`. Returns 0, or -1 with errno; the list is
 * unchanged then. */
int append_word(char ***words, const char *text, size_t length);

/* A new list of copies of `words`, or NULL with errno. */
char **copy_words(char *const *words);

size_t count_words(char *const *words);

/* The list as one text with `between` between its words: a new string, or NULL with errno. */
char *join_words(char *const *words, const char *between);

/* How many letters must be inserted, removed, replaced, or swapped with their neighbour to make
 * one word of the other. */
size_t edit_distance(const char *a, const char *b);

/* Of `n` candidates the one most like `word`, or NULL if none is near enough to be meant. */
const char *nearest_word(const char *word, const char *const *candidates, size_t n);

#endif
