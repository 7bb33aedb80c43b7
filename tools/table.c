/* table.c - rows of a table whose cells are wrapped: see table.h. */
#include "table.h"

#include "utf8.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

/* Bytes of `text` that make its next line: up to a blank; else, in a long word, behind a hyphen;
 * else as many as fit. */
static size_t line_length(const char *text, size_t width)
{
    size_t end = utf8_prefix(text, width);
    if (text[end] == '\0')
        return end;
    for (size_t i = end; i > 0; i--)
        if (text[i] == ' ')
            return i;
    for (size_t i = end; i > 0; i--)
        if (text[i - 1] == '-')
            return i;
    return end;
}

static void put_spaces(FILE *to, size_t n)
{
    fprintf(to, "%*s", (int)n, "");
}

/* Prints the line of a cell that starts at byte `start`, padded to its width unless it is the last
 * of its row. Returns where the cell's next line starts. */
static size_t put_line(FILE *to, const struct cell *cell, size_t start, bool last)
{
    const char *line = cell->text + start;
    size_t length = line_length(line, cell->width);
    size_t padding = cell->width - utf8_width(line, length);
    size_t coloured = 0;
    if (cell->colour != NULL && cell->coloured > start)
        coloured = cell->coloured - start < length ? cell->coloured - start : length;

    if (cell->right)
        put_spaces(to, padding);
    if (coloured > 0)
        fprintf(to, "\033[%sm%.*s\033[0m", cell->colour, (int)coloured, line);
    fprintf(to, "%.*s", (int)(length - coloured), line + coloured);
    if (!cell->right && !last)
        put_spaces(to, padding);
    return start + length + strspn(line + length, " ");
}

/* How many cells, from the left, still have text to print. */
static size_t cells_left(const struct cell *cells, const size_t *at, size_t n)
{
    while (n > 0 && cells[n - 1].text[at[n - 1]] == '\0')
        n--;
    return n;
}

void table_row(FILE *to, const struct cell *cells, size_t n)
{
    size_t at[TABLE_COLUMNS] = {0};
    for (size_t left; (left = cells_left(cells, at, n)) > 0;)
        for (size_t i = 0; i < left; i++) {
            bool last = i + 1 == left;
            at[i] = put_line(to, &cells[i], at[i], last);
            put_spaces(to, last ? 0 : TABLE_GAP);
            fputs(last ? "\n" : "", to);
        }
}

size_t terminal_width(int fd, size_t otherwise)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
        return otherwise;
    return size.ws_col;
}
