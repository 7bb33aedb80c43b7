/* report_rows.c - which steps of a schedule are told. See report_rows.h.
 *
 * What one task does alone for long, without anything of note, is told by its ends; and so is a
 * long schedule. */
#include "report_rows.h"

#include "report_step.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEPT_FIRST = 2,   /* rows that are told after a switch to another task, */
    KEPT_LAST = 3,    /* and before one, and at the end of each task */
    LEAST_HIDDEN = 4, /* to hide fewer rows saves nothing */
    MOST_TOLD = 160,  /* if more are to be told, only these are: */
    TOLD_AT_START = 30,
    TOLD_AT_END = 100,
    MOST_LINES = 280, /* if they take more, only these at the start, and the last ones: */
    LINES_AT_START = 80,
};

static const struct step *step_of(const struct rows *rows, const struct schedule *s, size_t i)
{
    return &s->steps[rows->all[i].first];
}

/* How many steps from `start` on one task does nothing in but compute on; at least 1, whatever it
 * is. */
static size_t alike(const struct schedule *s, size_t start)
{
    size_t end = start;
    while (end < s->n_steps && s->steps[end].choice.kind == CHOICE_SPIN &&
           s->steps[end].choice.task == s->steps[start].choice.task && s->steps[end].woken == 0 &&
           s->steps[end].ended == 0)
        end++;
    return end > start ? end - start : 1;
}

static void make_rows(struct rows *rows, const struct schedule *s)
{
    for (size_t i = 0; i < s->n_steps; i += rows->all[rows->n++].n)
        rows->all[rows->n] = (struct row){.first = i, .n = alike(s, i)};
}

static bool is_switch(const struct rows *rows, const struct schedule *s, size_t i)
{
    return i == 0 || step_of(rows, s, i)->choice.task != step_of(rows, s, i - 1)->choice.task;
}

/* How many rows from `start` on the same task makes. */
static size_t run_length(const struct rows *rows, const struct schedule *s, size_t start)
{
    size_t end = start + 1;
    while (end < rows->n && !is_switch(rows, s, end))
        end++;
    return end - start;
}

static void tell_runs(struct rows *rows, const struct schedule *s)
{
    for (size_t start = 0, length; start < rows->n; start += length) {
        length = run_length(rows, s, start);
        for (size_t i = 0; i < length; i++)
            rows->all[start + i].told = i < KEPT_FIRST || i + KEPT_LAST >= length ||
                                        step_is_notable(step_of(rows, s, start + i));
    }
}

static void cut_the_middle(struct rows *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++)
        n += rows->all[i].told;
    if (n <= MOST_TOLD)
        return;
    for (size_t i = TOLD_AT_START; i < rows->n - TOLD_AT_END; i++)
        rows->all[i].told = false;
}

/* Whether it is among the last of its task. */
static bool is_last(const struct rows *rows, const struct schedule *s, size_t i)
{
    int task = step_of(rows, s, i)->choice.task;
    size_t later = 0;
    while (++i < rows->n && later < KEPT_LAST)
        later += step_of(rows, s, i)->choice.task == task;
    return later < KEPT_LAST;
}

static void tell_last_of_each(struct rows *rows, const struct schedule *s)
{
    for (size_t task = 0; task < s->n_tasks && s->n_tasks <= MOST_TASKS; task++)
        for (size_t i = rows->n, kept = 0; i-- > 0 && kept < KEPT_LAST;)
            if (step_of(rows, s, i)->choice.task == (int)task) {
                rows->all[i].told = true;
                kept++;
            }
}

size_t rows_hidden(const struct rows *rows, size_t start)
{
    size_t end = start;
    while (end < rows->n && !rows->all[end].told)
        end++;
    return end - start;
}

static void fill_small_gaps(struct rows *rows)
{
    for (size_t i = 0, length; i < rows->n; i += length + 1) {
        length = rows_hidden(rows, i);
        for (size_t j = 0; j < length && length < LEAST_HIDDEN; j++)
            rows->all[i + j].told = true;
    }
}

int rows_open(struct rows *rows, const struct schedule *s)
{
    *rows = (struct rows){.all = calloc(s->n_steps + 1, sizeof *rows->all)};
    if (rows->all == NULL)
        return -1;
    make_rows(rows, s);
    tell_runs(rows, s);
    cut_the_middle(rows);
    tell_last_of_each(rows, s);
    fill_small_gaps(rows);
    return 0;
}

void rows_close(struct rows *rows)
{
    free(rows->all);
}

void rows_shorten(struct rows *rows, const struct schedule *s)
{
    size_t lines = 0, kept = 0;
    for (size_t i = 0; i < rows->n; i++)
        lines += rows->all[i].lines;
    for (size_t i = 0; i < rows->n && lines > MOST_LINES; i++) {
        struct row *row = &rows->all[i];
        kept += row->lines;
        if (!row->told || kept <= LINES_AT_START ||
            (s->n_tasks <= MOST_TASKS && is_last(rows, s, i)))
            continue;
        row->told = false;
        lines -= row->lines;
    }
}
