/* source.c - a light lexer of C: see source.h. */
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
    struct source *source;
    size_t room;
    size_t line; /* from 1 */
    bool in_comment, in_directive;
    unsigned braces, parens;
};

static bool starts_word(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

/* "0x1f", "1.5e3": a point or a letter more than it may be does no harm. */
static size_t number_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '.')
        length++;
    return length;
}

static size_t literal_length(const char *text)
{
    size_t length = 1;
    while (text[length] != '\0' && text[length] != text[0])
        length += text[length] == '\\' && text[length + 1] != '\0' ? 2 : 1;
    return length + (text[length] != '\0');
}

static int add_token(struct lexer *x, enum token_kind kind, const char *text, size_t length)
{
    struct source *s = x->source;
    if (s->n_tokens == x->room) {
        size_t room = x->room * 2 + 256;
        struct token *longer = realloc(s->tokens, room * sizeof *longer);
        if (longer == NULL)
            return -1;
        s->tokens = longer;
        x->room = room;
    }
    if (kind == TOKEN_MARK) {
        x->parens -= *text == ')' && x->parens > 0;
        x->braces -= *text == '}' && x->braces > 0;
    }
    s->tokens[s->n_tokens++] = (struct token){kind, text, length, x->line, x->braces, x->parens};
    if (kind == TOKEN_MARK) {
        x->parens += *text == '(';
        x->braces += *text == '{';
    }
    return 0;
}

/* Adds the token that begins at `text`. Returns its length, or 0 without memory. */
static size_t take_token(struct lexer *x, const char *text)
{
    enum token_kind kind = TOKEN_MARK;
    size_t length = 1;
    if (starts_word(*text)) {
        kind = TOKEN_WORD;
        length = word_length(text);
    } else if (isdigit((unsigned char)*text)) {
        kind = TOKEN_NUMBER;
        length = number_length(text);
    } else if (*text == '"' || *text == '\'') {
        kind = TOKEN_LITERAL;
        length = literal_length(text);
    }
    return add_token(x, kind, text, length) == 0 ? length : 0;
}

/* Skips what is left of a comment. */
static const char *skip_comment(struct lexer *x, const char *at)
{
    const char *end = strstr(at, "*/");
    x->in_comment = end == NULL;
    return end != NULL ? end + 2 : at + strlen(at);
}

static int take_line(struct lexer *x, const char *line)
{
    size_t length = strlen(line);
    bool directive = x->in_directive || (!x->in_comment && line[strspn(line, " \t")] == '#');
    x->in_directive = directive && length > 0 && line[length - 1] == '\\';
    for (const char *at = line; *at != '\0';) {
        if (x->in_comment) {
            at = skip_comment(x, at);
        } else if (strncmp(at, "/*", 2) == 0) {
            at += 2;
            at = skip_comment(x, at);
        } else if (strncmp(at, "//", 2) == 0) {
            return 0;
        } else if (directive || isspace((unsigned char)*at)) {
            at++;
        } else {
            size_t taken = take_token(x, at);
            if (taken == 0)
                return -1;
            at += taken;
        }
    }
    return 0;
}

/* The lines of the comment with which the file begins. */
static size_t head_lines(const struct lines *l)
{
    if (l->n == 0 || strncmp(l->line[0], "/*", 2) != 0)
        return 0;
    size_t n = 0;
    while (n < l->n && strstr(l->line[n], "*/") == NULL)
        n++;
    return n < l->n ? n + 1 : 0;
}

int source_read(const char *path, struct source *s, struct error *err)
{
    *s = (struct source){0};
    if (lines_read(path, &s->lines, err) == -1)
        return -1;
    s->head = head_lines(&s->lines);
    struct lexer lexer = {.source = s};
    for (size_t i = 0; i < s->lines.n; i++) {
        lexer.line = i + 1;
        if (take_line(&lexer, s->lines.line[i]) == -1)
            return error_errno(err, "cannot hold %s", path);
    }
    return 0;
}

void source_free(struct source *s)
{
    lines_free(&s->lines);
    free(s->tokens);
    *s = (struct source){0};
}

bool token_is(const struct source *s, size_t i, const char *text)
{
    return i < s->n_tokens && s->tokens[i].length == strlen(text) &&
           strncmp(s->tokens[i].text, text, s->tokens[i].length) == 0;
}

bool token_in(const struct source *s, size_t i, const char *const *words)
{
    for (; *words != NULL; words++)
        if (token_is(s, i, *words))
            return true;
    return false;
}

size_t token_close(const struct source *s, size_t i)
{
    for (size_t j = i + 1; j < s->n_tokens; j++)
        if (token_is(s, j, ")") && s->tokens[j].parens == s->tokens[i].parens)
            return j;
    return s->n_tokens;
}
