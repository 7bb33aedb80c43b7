/* report_put.c - what the reports that people read write alike. See report_put.h. */
#include "report_put.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

void put_printable(FILE *to, const char *bytes, size_t length)
{
    char *printable = utf8_printable(bytes, length);
    fputs(printable != NULL ? printable : "(out of memory)", to);
    free(printable);
}

void put_string(FILE *to, const char *string)
{
    put_printable(to, string, strlen(string));
}

char *task_label(const struct wait *w, char *text, size_t size)
{
    int name = (int)strnlen(w->name, sizeof w->name);
    if (w->tid == w->pid)
        snprintf(text, size, "%.*s (pid %d)", name, w->name, (int)w->pid);
    else
        snprintf(text, size, "%.*s (pid %d, thread %d)", name, w->name, (int)w->pid, (int)w->tid);
    return text;
}

char *goal_label(const struct explanation *x, const struct edge *e, char *text, size_t size)
{
    if (e->to >= 0)
        return task_label(&x->waits[e->to], text, size);
    snprintf(text, size, "%s", e->to == EDGE_NOBODY ? "nobody" : "the outside");
    return text;
}

const char *edge_doubt(const struct edge *e)
{
    static const char *const words[] = {
        [EDGE_POSSIBLE] = "perhaps: ",
        [EDGE_HINT] = "a hint: ",
        [EDGE_ONE_OF] = "one of several: ",
        [EDGE_DEFINITE] = "",
    };
    return words[e->strength];
}

bool chain_has(const struct explanation *x, size_t edge)
{
    for (size_t i = 0; i < x->chain.n; i++)
        if (x->chain.edges[i] == edge)
            return true;
    return false;
}

size_t first_line(const char *text, size_t width)
{
    size_t most = utf8_prefix(text, width);
    if (text[most] == '\0')
        return most;
    for (size_t end = most; end > 0; end--)
        if (text[end] == ' ')
            return end;
    return strcspn(text, " ");
}

void put_paragraph(FILE *to, int indent, const char *text)
{
    char *printable = utf8_printable(text, strlen(text));
    const char *rest = printable != NULL ? printable : "(out of memory)";
    while (*rest != '\0') {
        size_t length = first_line(rest, (size_t)(LINE_WIDTH - indent));
        fprintf(to, "%*s%.*s\n", indent, "", (int)length, rest);
        rest += length + strspn(rest + length, " ");
    }
    free(printable);
}

char *text_closed(FILE *to, char **text)
{
    bool failed = ferror(to) != 0;
    failed |= fclose(to) == EOF; /* from here on the text is there */
    if (!failed)
        return *text;
    free(*text);
    return NULL;
}
