/* report_story.c - what happened in a run and why, in one line: see report_story(). */
#include "report.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    TASKS_TOLD = 6,   /* more waiting tasks than these are only counted */
    LEFT_TOLD = 3,    /* the same for what was left behind */
    QUOTE_LENGTH = 80 /* bytes of a line of output */
};

/* Two tasks of one shape: "worker waits in read on an empty pipe", twice. */
static bool same_shape(const struct wait *a, const struct wait *b)
{
    return strcmp(a->sentence, b->sentence) == 0;
}

static bool is_first_of_shape(const struct observation *o, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (same_shape(&o->explanation.waits[j], &o->explanation.waits[i]))
            return false;
    return true;
}

/* "worker waits in read on ...", or for several of that shape "3 tasks named worker wait in ...".
 */
static void tell_shape(FILE *to, const struct observation *o, size_t first)
{
    const struct wait *w = &o->explanation.waits[first];
    size_t alike = 0;
    for (size_t i = first; i < o->explanation.n_waits; i++)
        alike += same_shape(w, &o->explanation.waits[i]);

    size_t name = strnlen(w->name, sizeof w->name);
    const char *rest = w->sentence + name;
    if (alike == 1)
        fputs(w->sentence, to);
    else if (strncmp(w->sentence, w->name, name) == 0 && strncmp(rest, " waits ", 7) == 0)
        fprintf(to, "%zu tasks named %.*s wait %s", alike, (int)name, w->name, rest + 7);
    else
        fprintf(to, "%s (%zu tasks)", w->sentence, alike);
}

static void tell_waits(FILE *to, const struct observation *o)
{
    size_t told = 0, more = 0;
    for (size_t i = 0; i < o->explanation.n_waits; i++) {
        if (!is_first_of_shape(o, i))
            continue;
        if (told == TASKS_TOLD) {
            more++;
            continue;
        }
        fputs(told++ > 0 ? "; " : "", to);
        tell_shape(to, o, i);
    }
    if (more > 0)
        fprintf(to, "; and %zu more", more);
}

static void tell_left(FILE *to, const struct observation *o)
{
    for (size_t i = 0; i < o->n_left && i < LEFT_TOLD; i++)
        fprintf(to, "%s %s %s", i == 0 ? "; left" : ",", left_kind_name(o->left[i].kind),
                o->left[i].name);
    if (o->n_left > LEFT_TOLD)
        fprintf(to, " and %zu more", o->n_left - LEFT_TOLD);
}

static void quote(FILE *to, const char *line, size_t length)
{
    bool cut = length > QUOTE_LENGTH;
    fprintf(to, ": \"%.*s%s\"", cut ? QUOTE_LENGTH : (int)length, line, cut ? "..." : "");
}

/* The result of a program stands in its last line. Of output that was cut nobody knows that. */
static bool quote_result(FILE *to, const struct output *output)
{
    size_t end = output->kept;
    while (end > 0 && (output->text[end - 1] == '\n' || output->text[end - 1] == ' '))
        end--;
    if (end == 0 || output->kept < output->length)
        return false;
    size_t start = end;
    while (start > 0 && output->text[start - 1] != '\n')
        start--;
    quote(to, output->text + start, end - start);
    return true;
}

/* What a program complains of stands in its first line; the rest are consequences. */
static bool quote_complaint(FILE *to, const struct output *output)
{
    const char *newline = output->kept > 0 ? memchr(output->text, '\n', output->kept) : NULL;
    size_t length = newline != NULL ? (size_t)(newline - output->text) : output->kept;
    if (length > 0)
        quote(to, output->text, length);
    return length > 0;
}

static void tell_output(FILE *to, const struct observation *o)
{
    bool well = o->outcome.kind == OUTCOME_EXIT && o->outcome.number == 0;
    if (!well && quote_complaint(to, &o->err))
        return;
    quote_result(to, &o->out);
}

static void tell_outcome(FILE *to, const struct observation *o)
{
    char words[64];
    outcome_format(o->outcome, words, sizeof words);
    switch (o->outcome.kind) {
    case OUTCOME_DEADLOCK:
        break;
    case OUTCOME_SIGNAL:
        fprintf(to, "killed by SIG%s", words + strlen("signal "));
        break;
    case OUTCOME_LIVELOCK:
        fprintf(to, "livelock: %.1f s of CPU time used%s", o->cpu_ms / 1000,
                o->explanation.n_waits > 0 ? "; " : "");
        break;
    case OUTCOME_TIMEOUT:
        fprintf(to, "timeout: alive after %.1f s%s", o->wall_ms / 1000,
                o->explanation.n_waits > 0 ? "; " : "");
        break;
    case OUTCOME_EXIT:
    case OUTCOME_LIMIT:
        fputs(words, to);
    }
}

/* Makes one clean line of what was told: no control character, no tab, in valid UTF-8. */
static char *clean(const char *bytes, size_t length)
{
    char *line = utf8_printable(bytes, length);
    if (line == NULL)
        return NULL;
    for (char *tab = strchr(line, '\t'); tab != NULL; tab = strchr(tab, '\t'))
        *tab = ' ';
    return line;
}

char *report_story(const struct observation *o)
{
    char *told = NULL;
    size_t length;
    FILE *to = open_memstream(&told, &length);
    if (to == NULL)
        return NULL;
    tell_outcome(to, o);
    bool ended = o->outcome.kind == OUTCOME_EXIT || o->outcome.kind == OUTCOME_SIGNAL;
    if (ended)
        tell_output(to, o);
    else if (o->outcome.kind != OUTCOME_LIMIT)
        tell_waits(to, o);
    if (ended)
        tell_left(to, o);

    bool failed = ferror(to) != 0;
    failed |= fclose(to) == EOF;
    char *story = failed ? NULL : clean(told, length);
    free(told);
    return story;
}
