/* source.h - a C program as far as one can see it without a compiler: its lines, and its words and
 * marks without comments, literals and directives of the preprocessor. */
#ifndef BROKENPIPE_SOURCE_H
#define BROKENPIPE_SOURCE_H

#include "lines.h"

#include <stdbool.h>

enum token_kind {
    TOKEN_WORD, /* a name or a keyword */
    TOKEN_NUMBER,
    TOKEN_LITERAL, /* of a string or a character */
    TOKEN_MARK     /* one character of punctuation */
};

struct token {
    enum token_kind kind;
    const char *text;
    size_t length;
    size_t line;     /* from 1 */
    unsigned braces; /* how many of them are open around it */
    unsigned parens;
};

struct source {
    struct lines lines;
    size_t head; /* how many lines its head comment has; 0: there is none */
    struct token *tokens;
    size_t n_tokens;
};

/* 0, or -1 with `err`; to be released in either case. */
int source_read(const char *path, struct source *s, struct error *err);
void source_free(struct source *s);

/* Whether token `i` is there, and is `text`. */
bool token_is(const struct source *s, size_t i, const char *text);

/* Whether it is any of the words, which are NULL-terminated. */
bool token_in(const struct source *s, size_t i, const char *const *words);

/* Of the parenthesis that opens at token `i`, the one that closes it; n_tokens if none does. */
size_t token_close(const struct source *s, size_t i);

#endif
