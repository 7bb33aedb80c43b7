/* words.c - lists of words, and the word that was probably meant. */
#include "words.h"

#include "expectation.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"

size_t count_words(char *const *words)
{
    size_t n = 0;

    while (words != NULL && words[n] != NULL)
        n++;
    return n;
}

int append_word(char ***words, const char *text, size_t length)
{
    size_t n = count_words(*words);
    char *copy = strndup(text, length);
    char **longer;

    if (copy == NULL)
        return -1;
    longer = realloc(*words, (n + 2) * sizeof *longer);
    if (longer == NULL) {
        free(copy);
        return -1;
    }
    longer[n] = copy;
    longer[n + 1] = NULL;
    *words = longer;
    return 0;
}

char **copy_words(char *const *words)
{
    char **copy = calloc(1, sizeof *copy);

    for (; copy != NULL && *words != NULL; words++)
        if (append_word(&copy, *words, strlen(*words)) == -1) {
            free_words(copy);
            return NULL;
        }
    return copy;
}

char **split_words(const char *text)
{
    char **words = calloc(1, sizeof *words);

    if (words == NULL)
        return NULL;
    for (text += strspn(text, BLANKS); *text != '\0'; text += strspn(text, BLANKS)) {
        size_t length = strcspn(text, BLANKS);

        if (append_word(&words, text, length) == -1) {
            free_words(words);
            return NULL;
        }
        text += length;
    }
    return words;
}

void free_words(char **words)
{
    if (words == NULL)
        return;
    for (char **word = words; *word != NULL; word++)
        free(*word);
    free(words);
}

char *join_words(char *const *words, const char *between)
{
    size_t size = 1;
    char *text, *end;

    for (char *const *word = words; *word != NULL; word++)
        size += strlen(*word) + strlen(between);
    text = malloc(size);
    if (text == NULL)
        return NULL;
    end = text;
    *end = '\0';
    for (char *const *word = words; *word != NULL; word++) {
        if (word != words)
            end = stpcpy(end, between);
        end = stpcpy(end, *word);
    }
    return text;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The optimal string alignment distance, a row at a time; words longer than a row are compared by
 * their heads, which is enough to guess what was meant. */
size_t edit_distance(const char *a, const char *b)
{
    enum { MOST = 127 };
    size_t rows[3][MOST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_length = strnlen(a, MOST), b_length = strnlen(b, MOST);

    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *spare = before;

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
        row = spare;
    }
    return above[b_length];
}

const char *nearest_word(const char *word, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t shortest = strlen(word) / 3 + 2; /* one more than the mistakes that we look beyond */

    for (size_t i = 0; i < n; i++) {
        size_t distance = edit_distance(word, candidates[i]);

        if (distance < shortest) {
            nearest = candidates[i];
            shortest = distance;
        }
    }
    return nearest;
}
