/* vet_program.c - the checks of each program as a text: how long it is, how it begins, and that
 * nothing in it is a matter of time. */
#include "vet.h"

#include <string.h>

enum { MOST_LINES = 120 };

void vet_length(struct vet *v)
{
    const struct vet_program *longest = NULL;
    for (size_t i = 0; i < v->n_programs; i++) {
        const struct vet_program *p = &v->programs[i];
        size_t n = p->source.lines.n;
        if (longest == NULL || n > longest->source.lines.n)
            longest = p;
        if (n > MOST_LINES)
            vet_missing(v, p->file, n, "%zu lines, more than %d: a reader wants one page", n,
                        MOST_LINES);
    }
    if (longest != NULL)
        vet_note(v, "at most %zu lines (%s)", longest->source.lines.n, longest->file);
}

/* Whether the head comment names another program of the scenario, to compare with. */
static bool head_compares(const struct vet *v, const struct vet_program *p)
{
    for (size_t i = 0; i < v->n_programs; i++)
        for (size_t line = 0; &v->programs[i] != p && line < p->source.head; line++)
            if (strstr(p->source.lines.line[line], v->programs[i].file) != NULL)
                return true;
    return false;
}

void vet_head(struct vet *v)
{
    for (size_t i = 0; i < v->n_programs; i++) {
        const struct vet_program *p = &v->programs[i];
        if (p->source.head == 0)
            vet_missing(v, p->file, 1, "begins with no comment that says what the program does");
        else if (!head_compares(v, p))
            vet_missing(v, p->file, 1, "the head comment does not say with what to compare it: %s",
                        strcmp(p->variant, "fixed") == 0 ? "broken.c" : "fixed.c");
    }
    vet_note(v, "a comment that says with what to compare it begins every program");
}

/* How many tokens are `word`. */
static size_t count_word(const struct source *s, const char *word)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_tokens; i++)
        n += token_is(s, i, word);
    return n;
}

void vet_names(struct vet *v)
{
    if (vet_is_csp(v)) {
        vet_note(v, "coroutines are named by go()");
        return;
    }
    for (size_t i = 0; i < v->n_programs; i++)
        if (count_word(&v->programs[i].source, "PR_SET_NAME") == 0)
            vet_missing(v, v->programs[i].file, 0,
                        "does not name its processes: prctl(PR_SET_NAME, ...)");
    vet_note(v, "every program names its processes");
}

void vet_workload(struct vet *v)
{
    for (size_t i = 0; i < v->n_programs; i++)
        if (count_word(&v->programs[i].source, "argv") < 2) /* one is main()'s parameter */
            vet_missing(v, v->programs[i].file, 0, "takes no workload from its command line: argv");
    vet_note(v, "every program takes it from its command line");
}

static const char *const SLEEPS[] = {"sleep",           "usleep",      "nanosleep",
                                     "clock_nanosleep", "thrd_sleep",  "thrd_yield",
                                     "pthread_yield",   "sched_yield", NULL};

/* A wrong fix may try these; what fails, or holds, by them depends on time. */
static const char *const ALARMS[] = {"alarm", "ualarm", "setitimer", "timer_settime", NULL};

/* These wait for what they are given; given nothing, they sleep. */
static const char *const WAITS[] = {"poll", "ppoll", "select", "pselect", NULL};
static const char *const NOTHING[] = {"NULL", "0", "nullptr", NULL};

/* Whether token `i` is a call by which the program waits for time to pass. */
static bool is_sleep(const struct source *s, size_t i, bool wrong)
{
    if (s->tokens[i].kind != TOKEN_WORD || !token_is(s, i + 1, "("))
        return false;
    return token_in(s, i, SLEEPS) || (!wrong && token_in(s, i, ALARMS)) ||
           (token_in(s, i, WAITS) && token_in(s, i + 2, NOTHING) && token_is(s, i + 3, ","));
}

void vet_sleep(struct vet *v)
{
    for (size_t i = 0; i < v->n_programs; i++) {
        const struct vet_program *p = &v->programs[i];
        const struct source *s = &p->source;
        if (strncmp(p->variant, "wrong-sleep", strlen("wrong-sleep")) == 0)
            continue;
        for (size_t t = 0; t < s->n_tokens; t++)
            if (is_sleep(s, t, vet_is_wrong(p->variant)))
                vet_missing(v, p->file, s->tokens[t].line,
                            "%.*s(): nothing may depend on time, but in a wrong-sleep.c",
                            (int)s->tokens[t].length, s->tokens[t].text);
    }
    vet_note(v, "nothing depends on time");
}
