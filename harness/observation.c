/* observation.c - the words for the facts of a run, and the release of an observation. */
#include "observation.h"

#include "signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const char *const LEFT_NAMES[LEFT_KINDS] = {
    [LEFT_SYSV_MSG] = "sysv-msg", [LEFT_SYSV_SEM] = "sysv-sem", [LEFT_SYSV_SHM] = "sysv-shm",
    [LEFT_MQUEUE] = "mqueue",     [LEFT_SEM] = "sem",           [LEFT_SHM] = "shm",
    [LEFT_FIFO] = "fifo",         [LEFT_SOCKET] = "socket",     [LEFT_FILE] = "file",
    [LEFT_PROCESS] = "process",   [LEFT_ZOMBIE] = "zombie",
};

static const char *const LIMIT_NAMES[] = {
    [LIMIT_PROCESSES] = "processes",
    [LIMIT_MEMORY] = "memory",
    [LIMIT_OUTPUT] = "output",
    [LIMIT_DISK] = "disk",
};

static const char *const ISOLATION_NAMES[] = {"user", "pid", "ipc", "net", "mount", "uts"};

/* Outcomes of one word; the others carry a number. */
static const char *const PLAIN_OUTCOMES[] = {
    [OUTCOME_DEADLOCK] = "deadlock",
    [OUTCOME_LIVELOCK] = "livelock",
    [OUTCOME_TIMEOUT] = "timeout",
};

static const char *name_at(const char *const names[], size_t n, int index)
{
    if (index < 0 || (size_t)index >= n || names[index] == NULL)
        return "?";
    return names[index];
}

static int index_of(const char *const names[], size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (names[i] != NULL && strcmp(names[i], word) == 0)
            return (int)i;
    return -1;
}

const char *left_kind_name(enum left_kind kind)
{
    return name_at(LEFT_NAMES, LENGTH(LEFT_NAMES), (int)kind);
}

const char *limit_kind_name(enum limit_kind kind)
{
    return name_at(LIMIT_NAMES, LENGTH(LIMIT_NAMES), (int)kind);
}

const char *isolation_name(enum isolation bit)
{
    for (size_t i = 0; i < LENGTH(ISOLATION_NAMES); i++)
        if ((unsigned)bit == 1U << i)
            return ISOLATION_NAMES[i];
    return "?";
}

int left_kind_parse(const char *word)
{
    return index_of(LEFT_NAMES, LENGTH(LEFT_NAMES), word);
}

/* An exit status in decimal, 0 to 255 and nothing round it; or -1. */
static int status_parse(const char *word)
{
    size_t digits = strspn(word, "0123456789");
    int status;

    if (digits == 0 || digits > 3 || word[digits] != '\0')
        return -1;
    status = atoi(word);
    return status <= 255 ? status : -1;
}

char *outcome_format(struct outcome outcome, char *text, size_t size)
{
    char name[32];

    switch (outcome.kind) {
    case OUTCOME_EXIT:
        snprintf(text, size, "exit %d", outcome.number);
        return text;
    case OUTCOME_SIGNAL:
        signal_format(outcome.number, name, sizeof name);
        snprintf(text, size, "signal %s", name);
        return text;
    case OUTCOME_LIMIT:
        snprintf(text, size, "limit %s", limit_kind_name((enum limit_kind)outcome.number));
        return text;
    case OUTCOME_DEADLOCK:
    case OUTCOME_LIVELOCK:
    case OUTCOME_TIMEOUT:
        break;
    }
    snprintf(text, size, "%s", name_at(PLAIN_OUTCOMES, LENGTH(PLAIN_OUTCOMES), (int)outcome.kind));
    return text;
}

/* What follows the word `kind` and one blank at the head of `text`, or NULL. */
static const char *argument_of(const char *text, const char *kind)
{
    size_t length = strlen(kind);

    if (strncmp(text, kind, length) != 0 || text[length] != ' ')
        return NULL;
    return text + length + 1;
}

int outcome_parse(const char *text, struct outcome *outcome)
{
    int plain = index_of(PLAIN_OUTCOMES, LENGTH(PLAIN_OUTCOMES), text);
    struct outcome found;
    const char *word;

    if (plain >= 0)
        found = (struct outcome){.kind = (enum outcome_kind)plain};
    else if ((word = argument_of(text, "exit")) != NULL)
        found = (struct outcome){OUTCOME_EXIT, status_parse(word)};
    else if ((word = argument_of(text, "signal")) != NULL)
        found = (struct outcome){OUTCOME_SIGNAL, signal_parse(word)};
    else if ((word = argument_of(text, "limit")) != NULL)
        found = (struct outcome){OUTCOME_LIMIT, index_of(LIMIT_NAMES, LENGTH(LIMIT_NAMES), word)};
    else
        return -1;
    if (found.number < 0)
        return -1;
    *outcome = found;
    return 0;
}

bool outcome_equal(struct outcome a, struct outcome b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case OUTCOME_EXIT:
    case OUTCOME_SIGNAL:
    case OUTCOME_LIMIT:
        return a.number == b.number;
    case OUTCOME_DEADLOCK:
    case OUTCOME_LIVELOCK:
    case OUTCOME_TIMEOUT:
        return true;
    }
    return false;
}

void observation_free(struct observation *o)
{
    explanation_free(&o->explanation);
    for (size_t i = 0; i < o->n_left; i++) {
        free(o->left[i].name);
        free(o->left[i].detail);
    }
    free(o->left);
    free(o->out.text);
    free(o->err.text);
    free(o->note);
    free(o->kept);
    *o = (struct observation){0};
}
