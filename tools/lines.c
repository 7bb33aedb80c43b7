/* lines.c - a text file, line by line. */
#include "lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that the file holds: a new string, or NULL with errno. */
static char *read_all(FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    errno = 0;
    if (getdelim(&text, &size, '\0', file) != -1)
        return text;
    free(text); /* which holds nothing, not even the end of a string */
    return feof(file) && !ferror(file) ? strdup("") : NULL;
}

int lines_split(char *text, struct lines *l)
{
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == '\n';
    *l = (struct lines){.text = text, .line = calloc(most, sizeof *l->line)};
    if (l->line == NULL)
        return -1;
    for (char *at = text, *end; *at != '\0'; at = end) {
        l->line[l->n++] = at;
        end = at + strcspn(at, "\n");
        if (*end == '\n')
            *end++ = '\0';
    }
    return 0;
}

int lines_read(const char *path, struct lines *l, struct error *err)
{
    *l = (struct lines){0};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_errno(err, "cannot read %s", path);
    char *text = read_all(file);
    if (text == NULL)
        error_errno(err, "cannot read %s", path);
    else if (lines_split(text, l) == -1)
        error_errno(err, "cannot hold %s", path);
    fclose(file); /* it was only read */
    return l->line != NULL ? 0 : -1;
}

void lines_free(struct lines *l)
{
    free(l->text);
    free(l->line);
    *l = (struct lines){0};
}
