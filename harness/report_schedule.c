/* report_schedule.c - a schedule as a story: a numbered interleaving with a column for each task.
 *
 * What one task does alone for long, without anything of note, is told by its ends. */
#include "report.h"

#include "report_columns.h"
#include "report_step.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEPT_FIRST = 2,   /* steps that are told after a switch to another task, */
    KEPT_LAST = 3,    /* and before one, and at the end of each task */
    LEAST_HIDDEN = 4, /* to hide fewer steps saves nothing */
    MOST_TOLD = 160,  /* if more are to be told, only these are: */
    TOLD_AT_START = 30,
    TOLD_AT_END = 100,
};

/* Which steps are told. */

static bool is_switch(const struct schedule *s, size_t i)
{
    return i == 0 || s->steps[i].choice.task != s->steps[i - 1].choice.task;
}

/* How many steps from `start` on the same task makes. */
static size_t run_length(const struct schedule *s, size_t start)
{
    size_t end = start + 1;
    while (end < s->n_steps && !is_switch(s, end))
        end++;
    return end - start;
}

static void tell_runs(const struct schedule *s, bool *told)
{
    for (size_t start = 0, length; start < s->n_steps; start += length) {
        length = run_length(s, start);
        for (size_t i = 0; i < length; i++)
            told[start + i] =
                i < KEPT_FIRST || i + KEPT_LAST >= length || step_is_notable(&s->steps[start + i]);
    }
}

/* Of a long schedule the start and the end. */
static void cut_the_middle(const struct schedule *s, bool *told)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_steps; i++)
        n += told[i];
    if (n > MOST_TOLD)
        memset(told + TOLD_AT_START, false, s->n_steps - TOLD_AT_START - TOLD_AT_END);
}

static void tell_last_of_each(const struct schedule *s, bool *told)
{
    for (size_t task = 0; task < s->n_tasks; task++)
        for (size_t i = s->n_steps, kept = 0; i-- > 0 && kept < KEPT_LAST;)
            if (s->steps[i].choice.task == (int)task) {
                told[i] = true;
                kept++;
            }
}

/* How many steps from `start` on are not told. */
static size_t hidden_length(const struct schedule *s, const bool *told, size_t start)
{
    size_t end = start;
    while (end < s->n_steps && !told[end])
        end++;
    return end - start;
}

static void fill_small_gaps(const struct schedule *s, bool *told)
{
    for (size_t i = 0, length; i < s->n_steps; i += length + 1) {
        length = hidden_length(s, told, i);
        if (length < LEAST_HIDDEN)
            memset(told + i, true, length);
    }
}

/* For each step whether it is told; a new array, or NULL. */
static bool *choose_steps(const struct schedule *s)
{
    bool *told = calloc(s->n_steps + 1, sizeof *told);
    if (told == NULL)
        return NULL;
    tell_runs(s, told);
    cut_the_middle(s, told);
    tell_last_of_each(s, told);
    fill_small_gaps(s, told);
    return told;
}

/* The columns. */

struct story {
    FILE *to;
    const struct schedule *s;
    bool *told; /* for each step */
    int number_width;
    struct columns columns; /* one a task */
    char **cells;           /* what stands in them */
};

/* Whether another task has the same name, so that only its path tells them apart. */
static bool has_namesake(const struct schedule *s, size_t task)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_tasks; i++)
        n += strncmp(s->tasks[i].name, s->tasks[task].name, sizeof s->tasks[i].name) == 0;
    return n > 1;
}

/* "parent", "worker 0.1". A new string, or NULL. */
static char *make_name(const struct schedule *s, size_t task)
{
    const struct schedule_task *t = &s->tasks[task];
    char *name = utf8_printable(t->name, strnlen(t->name, sizeof t->name)), *longer;
    if (name == NULL || !has_namesake(s, task))
        return name;
    if (asprintf(&longer, "%s %s", name, t->path) == -1)
        longer = NULL;
    free(name);
    return longer;
}

/* What stands above a column: the task's name, and its numbers, by which the explanation of a
 * failure calls it. A list has the name before every text anyway. A new string, or NULL. */
static char *make_title(const struct story *story, size_t task)
{
    const struct schedule_task *t = &story->s->tasks[task];
    const char *name = story->columns.list ? "" : story->columns.all[task].name;
    const char *between = story->columns.list ? "" : "\n";
    char *title;
    int made = t->thread ? asprintf(&title, "%s%spid %d, thread %d", name, between, (int)t->pid,
                                    (int)t->tid)
                         : asprintf(&title, "%s%spid %d", name, between, (int)t->pid);
    return made != -1 ? title : NULL;
}

/* Of a stretch of steps that are not told, which starts with step number `start`, what is said in
 * the column of the task. A new string, or NULL. */
static char *make_note(const struct story *story, size_t start, size_t task)
{
    size_t end = start + hidden_length(story->s, story->told, start), n = 0;
    for (size_t i = start; i < end; i++)
        n += story->s->steps[i].choice.task == (int)task;
    char *note;
    if (n == 0)
        return strdup("");
    return asprintf(&note, "(%zu more call%s)", n, n == 1 ? "" : "s") != -1 ? note : NULL;
}

enum { TITLE = -1 };

/* What stands in a task's column: above it, in a step, or in place of a stretch of them. */
static char *make_cell(const struct story *story, long step, size_t task)
{
    if (step == TITLE)
        return make_title(story, task);
    return story->told[step] ? step_tell(story->s, (size_t)step, task)
                             : make_note(story, (size_t)step, task);
}

static void free_cells(struct story *story)
{
    for (size_t task = 0; task < story->s->n_tasks; task++) {
        free(story->cells[task]);
        story->cells[task] = NULL;
    }
}

/* Makes the cells of all tasks. 0, or -1 without memory; to be freed in either case. */
static int make_cells(struct story *story, long step)
{
    for (size_t task = 0; task < story->s->n_tasks; task++)
        if ((story->cells[task] = make_cell(story, step, task)) == NULL)
            return -1;
    return 0;
}

static int measure_cells(struct story *story, long step)
{
    int made = make_cells(story, step);
    for (size_t task = 0; made == 0 && task < story->s->n_tasks; task++)
        columns_measure(&story->columns, task, story->cells[task]);
    free_cells(story);
    return made;
}

/* 0, or -1 without memory. */
static int make_columns(struct story *story)
{
    struct columns *c = &story->columns;
    for (size_t task = 0; task < c->n; task++)
        if ((c->all[task].name = make_name(story->s, task)) == NULL)
            return -1;
    int measured = measure_cells(story, TITLE);
    for (size_t i = 0; i < story->s->n_steps && measured == 0; i++)
        if (story->told[i] || i == 0 || story->told[i - 1]) /* a stretch is one row */
            measured = measure_cells(story, (long)i);
    columns_fit(c);
    return measured;
}

/* The lines. */

static int put_cells(struct story *story, long step, const char *margin, int first)
{
    int put = make_cells(story, step);
    if (put == 0)
        put = columns_put(story->to, &story->columns, margin, story->cells, first);
    free_cells(story);
    return put;
}

static int put_step(struct story *story, size_t i)
{
    const struct step *step = &story->s->steps[i];
    char margin[32];
    snprintf(margin, sizeof margin, "%c%*zu", step->preempts ? '>' : ' ', story->number_width,
             i + 1);
    return put_cells(story, (long)i, margin, step->choice.task);
}

static int put_steps(struct story *story)
{
    const struct schedule *s = story->s;
    for (size_t i = 0, hidden; i<s->n_steps; i += hidden> 0 ? hidden : 1) {
        hidden = hidden_length(s, story->told, i);
        int put = hidden > 0 ? put_cells(story, (long)i, "", NO_COLUMN) : put_step(story, i);
        if (put == -1)
            return -1;
    }
    return 0;
}

static bool has_preemption(const struct schedule *s)
{
    for (size_t i = 0; i < s->n_steps; i++)
        if (s->steps[i].preempts)
            return true;
    return false;
}

static int put_story(struct story *story)
{
    if (make_columns(story) == -1 || put_cells(story, TITLE, "", NO_COLUMN) == -1)
        return -1;
    columns_rule(story->to, &story->columns);
    if (put_steps(story) == -1)
        return -1;
    if (has_preemption(story->s))
        fputs("\n> another task goes on here, although the one before it could have\n", story->to);
    if (story->s->cut)
        fputs("\nHere the run was ended, for it had become too long.\n", story->to);
    return 0;
}

void report_schedule_text(FILE *to, const struct schedule *s)
{
    char number[32];
    struct story story = {.to = to, .s = s};
    story.number_width = snprintf(number, sizeof number, "%zu", s->n_steps) + 1;
    story.told = choose_steps(s);
    story.cells = calloc(s->n_tasks + 1, sizeof *story.cells);
    int opened = columns_open(&story.columns, s->n_tasks, (size_t)story.number_width + 3);
    if (opened == -1 || story.told == NULL || story.cells == NULL || put_story(&story) == -1)
        fputs("(out of memory)\n", to);
    columns_close(&story.columns);
    free(story.cells);
    free(story.told);
}
