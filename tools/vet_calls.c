/* vet_calls.c - the check that no call's result is thrown away, but where that is the fault.
 *
 * A light look is enough: a statement that is nothing but a call, `close(fd);` or
 * `(void)close(fd);`, throws its result away. That is fine where the function cannot fail, or is
 * the program's own (which judges its calls itself); and in broken.c and wrong-*.c on lines that
 * fixed.c does not have, for such a line is the fault, or the attempt. */
#include "vet.h"

#include <string.h>

/* These have no result that could tell of a failure, or do not return if they succeed. */
static const char *const CANNOT_FAIL[] = {
    /* ends of the program, and its last words */
    "exit", "_exit", "_Exit", "quick_exit", "abort", "err", "errx", "verr", "verrx", "warn",
    "warnx", "perror", "pthread_exit", "longjmp", "siglongjmp", "execl", "execle", "execlp",
    "execv", "execve", "execvp", "execvpe", "fexecve",
    /* memory, strings, numbers */
    "free", "memset", "memcpy", "memmove", "explicit_bzero", "strcpy", "stpcpy", "strcat",
    "strncpy", "strncat", "snprintf", "sprintf", "qsort", "srand", "srandom", "va_start", "va_end",
    "va_copy", "assert", "static_assert", "_Static_assert",
    /* sets, and calls that always succeed or always return -1 */
    "sigemptyset", "sigfillset", "sigaddset", "sigdelset", "CPU_ZERO", "CPU_SET", "FD_ZERO",
    "FD_SET", "FD_CLR", "freeaddrinfo", "alarm", "umask", "pause", "sigsuspend", "rewind",
    "clearerr", "setbuf", "setlinebuf", "sync", "pthread_testcancel", "pthread_cleanup_push",
    "pthread_cleanup_pop", "tzset", NULL};

/* The same for all names that begin so: operations on memory. */
static const char *const CANNOT_FAIL_FAMILIES[] = {"atomic_", "__atomic_", "__sync_", "__builtin_",
                                                   NULL};

/* Streams remember an error: whoever looks at the end need not look at each. */
static const char *const STREAM_WRITES[] = {"printf",  "vprintf",  "puts",  "putchar",
                                            "fprintf", "vfprintf", "fputs", "fputc",
                                            "putc",    "fwrite",   NULL};
static const char *const STREAM_CHECKS[] = {"fflush", "fclose", "ferror", NULL};

static const char *const KEYWORDS[] = {"if",     "while",    "for",      "switch", "return",
                                       "sizeof", "_Alignof", "_Generic", NULL};
static const char *const HEADS[] = {"if", "while", "for", "switch", NULL};

/* Whether the ':' at `i` ends a label, and not the middle of `condition ? a : b`. */
static bool ends_label(const struct source *s, size_t i)
{
    while (i-- > 0) {
        if (token_is(s, i, "?"))
            return false;
        if (token_is(s, i, ";") || token_is(s, i, "{") || token_is(s, i, "}"))
            break;
    }
    return true;
}

/* Whether the ')' at `i` ends the head of an `if` or a loop. */
static bool ends_head(const struct source *s, size_t i)
{
    unsigned parens = s->tokens[i].parens;
    while (i-- > 0)
        if (token_is(s, i, "(") && s->tokens[i].parens == parens)
            return i > 0 && token_in(s, i - 1, HEADS);
    return false;
}

/* Whether a statement begins at token `i`. */
static bool begins_statement(const struct source *s, size_t i)
{
    static const char *const before[] = {";", "{", "}", "else", "do", NULL};
    if (i == 0 || s->tokens[i].parens > 0 || s->tokens[i].braces == 0)
        return false;
    if (i >= 3 && token_is(s, i - 1, ")") && token_is(s, i - 2, "void") && token_is(s, i - 3, "("))
        return begins_statement(s, i - 3);
    return token_in(s, i - 1, before) || (token_is(s, i - 1, ":") && ends_label(s, i - 1)) ||
           (token_is(s, i - 1, ")") && ends_head(s, i - 1));
}

static bool same_word(const struct token *a, const struct token *b)
{
    return a->length == b->length && strncmp(a->text, b->text, a->length) == 0;
}

/* Whether the word at `i` is a function that the program defines, `NAME(...) {`, or has a pointer
 * to, `(*NAME)(`. */
static bool is_own(const struct source *s, size_t i)
{
    for (size_t k = 0; k + 1 < s->n_tokens; k++) {
        if (!same_word(&s->tokens[i], &s->tokens[k]))
            continue;
        if (s->tokens[k].braces == 0 && token_is(s, k + 1, "(") &&
            token_is(s, token_close(s, k + 1) + 1, "{"))
            return true;
        if (k >= 2 && token_is(s, k - 1, "*") && token_is(s, k - 2, "(") && token_is(s, k + 1, ")"))
            return true;
    }
    return false;
}

/* Whether `header` declares the word at `i` of `s` as a function, `NAME(...);`. */
static bool is_declared(const struct source *header, const struct source *s, size_t i)
{
    for (size_t k = 0; k + 1 < header->n_tokens; k++)
        if (header->tokens[k].braces == 0 && token_is(header, k + 1, "(") &&
            same_word(&header->tokens[k], &s->tokens[i]))
            return true;
    return false;
}

static bool in_family(const struct source *s, size_t i)
{
    for (const char *const *family = CANNOT_FAIL_FAMILIES; *family != NULL; family++)
        if (strncmp(s->tokens[i].text, *family, strlen(*family)) == 0)
            return true;
    return false;
}

/* Whether any of the tokens from `i` to `end` is the word. */
static bool has_word(const struct source *s, size_t i, size_t end, const char *word)
{
    for (; i < end; i++)
        if (token_is(s, i, word))
            return true;
    return false;
}

/* Whether the call at `i` writes to a stream whose errors are looked at in the end, or told. */
static bool is_checked_write(const struct source *s, size_t i)
{
    if (!token_in(s, i, STREAM_WRITES))
        return false;
    if (has_word(s, i, token_close(s, i + 1), "stderr"))
        return true;
    for (size_t k = 0; k < s->n_tokens; k++)
        if (token_in(s, k, STREAM_CHECKS))
            return true;
    return false;
}

/* prctl(PR_SET_NAME, "name") has nothing to fail by. */
static bool is_naming(const struct source *s, size_t i)
{
    return token_is(s, i, "prctl") && token_is(s, i + 2, "PR_SET_NAME");
}

/* Whether token `i` is the name in a statement that throws away what may be a failure. */
static bool is_unchecked(const struct vet *v, const struct source *s, size_t i)
{
    if (s->tokens[i].kind != TOKEN_WORD || !token_is(s, i + 1, "(") || token_in(s, i, KEYWORDS) ||
        !begins_statement(s, i) || !token_is(s, token_close(s, i + 1) + 1, ";"))
        return false;
    return !token_in(s, i, CANNOT_FAIL) && !in_family(s, i) && !is_naming(s, i) &&
           !is_checked_write(s, i) && !is_own(s, i) && !is_declared(&v->runtime, s, i);
}

static const char *without_indent(const char *line)
{
    return line + strspn(line, " \t");
}

static bool has_line(const struct source *s, const char *line)
{
    for (size_t i = 0; i < s->lines.n; i++)
        if (strcmp(without_indent(s->lines.line[i]), without_indent(line)) == 0)
            return true;
    return false;
}

/* Whether the line may be the fault itself: it is not in the right program. */
static bool may_be_fault(const struct vet *v, const struct vet_program *p, size_t line)
{
    const struct vet_program *fixed = vet_program(v, "fixed");
    if (strcmp(p->variant, "broken") != 0 && !vet_is_wrong(p->variant))
        return false;
    return fixed != NULL && !has_line(&fixed->source, p->source.lines.line[line - 1]);
}

void vet_calls(struct vet *v)
{
    size_t faults = 0;
    for (size_t i = 0; i < v->n_programs; i++) {
        const struct vet_program *p = &v->programs[i];
        const struct source *s = &p->source;
        for (size_t t = 0; t < s->n_tokens; t++) {
            if (!is_unchecked(v, s, t))
                continue;
            if (may_be_fault(v, p, s->tokens[t].line))
                faults++;
            else
                vet_missing(v, p->file, s->tokens[t].line, "the result of %.*s() is thrown away%s",
                            (int)s->tokens[t].length, s->tokens[t].text,
                            token_in(s, t, STREAM_WRITES) ? ", and so is that of fflush()" : "");
        }
    }
    if (faults == 0)
        vet_note(v, "every result is looked at");
    else
        vet_note(v, "every result is looked at, but for %zu that fixed.c does not have", faults);
}
