/* report_columns.c - texts side by side in columns that fit a terminal. See report_columns.h. */
#include "report_columns.h"

#include "report_put.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST_WIDTH = 28, /* in narrower ones names of functions and lines of the source get lost */
    GAP = 3,          /* between columns: " | " */
    NAME_GAP = 2,     /* in a list, between a name and its text */
    MOST_LINES = 3,   /* a line that needs more in its column is cut */
    DEEPER = 4,       /* what goes on in the next line is indented so far */
};

int columns_open(struct columns *c, size_t n, size_t left)
{
    *c = (struct columns){.all = calloc(n + 1, sizeof *c->all), .n = n, .left = left};
    return c->all != NULL ? 0 : -1;
}

void columns_close(struct columns *c)
{
    for (size_t i = 0; c->all != NULL && i < c->n; i++)
        free(c->all[i].name);
    free(c->all);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Takes the next line off the text: its start, and its length without the newline. */
static const char *next_line(const char **text, size_t *length)
{
    const char *line = *text;
    *length = strcspn(line, "\n");
    *text += *length + (line[*length] == '\n');
    return line;
}

void columns_measure(struct columns *c, size_t column, const char *text)
{
    while (*text != '\0') {
        size_t length;
        const char *line = next_line(&text, &length);
        c->all[column].width = larger(c->all[column].width, utf8_width(line, length));
    }
}

/* How wide all are together if none is wider than `most`. */
static size_t sum_of_widths(const struct columns *c, size_t most)
{
    size_t sum = 0;
    for (size_t i = 0; i < c->n; i++)
        sum += smaller(c->all[i].width, most) + (i > 0 ? GAP : 0);
    return sum;
}

void columns_fit(struct columns *c)
{
    size_t room = LINE_WIDTH - c->left, most = room;
    while (most > LEAST_WIDTH && sum_of_widths(c, most) > room)
        most--;
    c->list = sum_of_widths(c, most) > room;
    for (size_t i = 0; i < c->n; i++)
        c->name_width = larger(c->name_width, utf8_width(c->all[i].name, strlen(c->all[i].name)));
    for (size_t i = 0; i < c->n; i++)
        c->all[i].width =
            c->list ? room - c->name_width - NAME_GAP : smaller(c->all[i].width, most);
}

/* Writes one line as lines of at most `width` columns. */
static void wrap_line(FILE *to, const char *line, size_t width)
{
    size_t indent = strspn(line, " ");
    const char *rest = line + indent;
    for (int n = 1; n == 1 || (*rest != '\0' && n <= MOST_LINES); n++) {
        size_t room = width - indent, length = first_line(rest, room);
        bool too_long = utf8_width(rest, length) > room;
        if (too_long || (n == MOST_LINES && rest[length] != '\0'))
            fprintf(to, "%*s%.*s...\n", (int)indent, "", (int)utf8_prefix(rest, room - 3), rest);
        else
            fprintf(to, "%*s%.*s\n", (int)indent, "", (int)length, rest);
        rest += length + strspn(rest + length, " ");
        indent += n == 1 ? DEEPER : 0;
    }
}

/* The text in lines of at most `width` columns, a new string; NULL without memory. */
static char *wrap(const char *text, size_t width)
{
    char *copy = strdup(text), *wrapped = NULL;
    size_t length;
    FILE *to = copy != NULL ? open_memstream(&wrapped, &length) : NULL;
    if (to != NULL) {
        for (char *rest = copy; rest != NULL && rest[0] != '\0';)
            wrap_line(to, strsep(&rest, "\n"), width);
        wrapped = text_closed(to, &wrapped);
    }
    free(copy);
    return wrapped;
}

/* One line of each column, without blanks at its end. A column that begins lower takes part with
 * an empty line. */
static void put_row(FILE *to, const struct columns *c, const char **texts, int only)
{
    int blanks = 0;
    for (size_t i = 0; i < c->n; i++) {
        size_t length = 0;
        const char *line = "";
        if (only == NO_COLUMN || only == (int)i)
            line = next_line(&texts[i], &length);
        if (i > 0) {
            fprintf(to, "%*s |", blanks, "");
            blanks = 1;
        }
        if (length > 0) {
            fprintf(to, "%*s%.*s", blanks, "", (int)length, line);
            blanks = 0;
        }
        blanks += (int)(c->all[i].width - utf8_width(line, length));
    }
    fputc('\n', to);
}

static bool is_left(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (texts[i][0] != '\0')
            return true;
    return false;
}

static void put_side_by_side(FILE *to, const struct columns *c, const char *margin,
                             const char **texts, int first)
{
    fprintf(to, "%-*s", (int)c->left, margin);
    put_row(to, c, texts, first);
    while (is_left(texts, c->n)) {
        fprintf(to, "%*s", (int)c->left, "");
        put_row(to, c, texts, NO_COLUMN);
    }
}

/* In a list: the name, and beside it the lines. */
static void put_item(FILE *to, const struct columns *c, const char *margin, size_t column,
                     const char *text)
{
    const char *name = c->all[column].name;
    int padding = (int)(c->name_width - utf8_width(name, strlen(name)));
    for (bool begins = true; *text != '\0'; begins = false) {
        size_t length;
        const char *line = next_line(&text, &length);
        if (begins)
            fprintf(to, "%-*s%s%*s", (int)c->left, margin, name, padding, "");
        else
            fprintf(to, "%*s", (int)(c->left + c->name_width), "");
        fprintf(to, "%*s%.*s\n", NAME_GAP, "", (int)length, line);
    }
}

static void put_list(FILE *to, const struct columns *c, const char *margin,
                     const char *const *texts, int first)
{
    if (first != NO_COLUMN)
        put_item(to, c, margin, (size_t)first, texts[first]);
    for (size_t i = 0; i < c->n; i++)
        if ((int)i != first)
            put_item(to, c, "", i, texts[i]);
}

static void put_dashes(FILE *to, size_t n)
{
    while (n-- > 0)
        fputc('-', to);
}

void columns_rule(FILE *to, const struct columns *c)
{
    if (!c->list)
        fprintf(to, "%*s", (int)c->left, "");
    for (size_t i = 0; i < c->n && !c->list; i++) {
        fputs(i > 0 ? "-+-" : "", to);
        put_dashes(to, c->all[i].width);
    }
    fputc('\n', to);
}

int columns_put(FILE *to, const struct columns *c, const char *margin, char *const *texts,
                int first)
{
    char **wrapped = calloc(c->n + 1, sizeof *wrapped);
    const char **rest = calloc(c->n + 1, sizeof *rest);
    size_t n = 0;
    if (wrapped != NULL && rest != NULL)
        for (; n < c->n && (wrapped[n] = wrap(texts[n], c->all[n].width)) != NULL; n++)
            rest[n] = wrapped[n];
    bool made = n == c->n && wrapped != NULL && rest != NULL;
    if (made && c->list)
        put_list(to, c, margin, rest, first);
    else if (made)
        put_side_by_side(to, c, margin, rest, first);
    while (n > 0)
        free(wrapped[--n]);
    free(wrapped);
    free(rest);
    return made ? 0 : -1;
}
