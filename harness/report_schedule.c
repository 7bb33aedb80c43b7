/* report_schedule.c - a schedule as a story: a numbered interleaving with a column for each task.
 */
#include "report.h"

#include "points.h"
#include "report_columns.h"
#include "report_rows.h"
#include "report_step.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* The columns. */

struct story {
    FILE *to;
    const struct schedule *s;
    struct rows rows;
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

/* "parent", "worker 0.1"; "0.1", if it has no name yet. A new string, or NULL. */
static char *make_name(const struct schedule *s, size_t task)
{
    const struct schedule_task *t = &s->tasks[task];
    char *name = utf8_printable(t->name, strnlen(t->name, sizeof t->name)), *longer;
    bool nameless = name != NULL && name[0] == '\0';
    if (name == NULL || (!nameless && !has_namesake(s, task)))
        return name;
    if (asprintf(&longer, "%s%s%s", name, nameless ? "" : " ", t->path) == -1)
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

/* How many steps of the task are in the stretch of rows that are not told, which starts with number
 * `start`. */
static size_t count_hidden(const struct story *story, size_t start, size_t task)
{
    size_t end = start + rows_hidden(&story->rows, start), n = 0;
    for (size_t i = start; i < end; i++) {
        const struct row *row = &story->rows.all[i];
        n += story->s->steps[row->first].choice.task == (int)task ? row->n : 0;
    }
    return n;
}

/* What is said of them in the task's column. A new string, or NULL. */
static char *make_note(const struct story *story, size_t start, size_t task)
{
    size_t n = count_hidden(story, start, task);
    char *note;
    if (n == 0)
        return strdup("");
    return asprintf(&note, "(%zu more call%s)", n, n == 1 ? "" : "s") != -1 ? note : NULL;
}

enum { TITLE = -1 };

/* What stands in a task's column: above it, in a row, or in place of a stretch of them. */
static char *make_cell(const struct story *story, long i, size_t task)
{
    if (i == TITLE)
        return make_title(story, task);
    const struct row *row = &story->rows.all[i];
    return row->told ? step_tell(story->s, row->first, row->n, task)
                     : make_note(story, (size_t)i, task);
}

static void free_cells(struct story *story)
{
    for (size_t task = 0; task < story->s->n_tasks; task++) {
        free(story->cells[task]);
        story->cells[task] = NULL;
    }
}

/* Makes the cells of all tasks. 0, or -1 without memory; to be freed in either case. */
static int make_cells(struct story *story, long i)
{
    for (size_t task = 0; task < story->s->n_tasks; task++)
        if ((story->cells[task] = make_cell(story, i, task)) == NULL)
            return -1;
    return 0;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        n++;
    return n;
}

/* How wide the cells are; how many lines together, into `*lines`. 0, or -1 without memory. */
static int measure_cells(struct story *story, long i, size_t *lines)
{
    int made = make_cells(story, i);
    *lines = 0;
    for (size_t task = 0; made == 0 && task < story->s->n_tasks; task++) {
        columns_measure(&story->columns, task, story->cells[task]);
        *lines += count_lines(story->cells[task]);
    }
    free_cells(story);
    return made;
}

/* 0, or -1 without memory. */
static int make_columns(struct story *story)
{
    struct columns *c = &story->columns;
    struct rows *rows = &story->rows;
    size_t lines;
    for (size_t task = 0; task < c->n; task++)
        if ((c->all[task].name = make_name(story->s, task)) == NULL)
            return -1;
    int measured = measure_cells(story, TITLE, &lines);
    for (size_t i = 0, n = 1; i < rows->n && measured == 0; i += n, n = 1) {
        measured = measure_cells(story, (long)i, &rows->all[i].lines);
        if (!rows->all[i].told)
            n = rows_hidden(rows, i); /* a stretch is measured once */
    }
    rows_shorten(rows, story->s);
    columns_fit(c);
    return measured;
}

/* The lines. */

static int put_cells(struct story *story, long i, const char *margin, int first)
{
    int put = make_cells(story, i);
    if (put == 0)
        put = columns_put(story->to, &story->columns, margin, story->cells, first);
    free_cells(story);
    return put;
}

/* Who takes part; of very many only the first ones. */
static int put_titles(struct story *story)
{
    size_t n = story->columns.n, shown = n > MOST_TASKS ? MOST_TASKS : n;
    story->columns.n = shown;
    int put = put_cells(story, TITLE, "", NO_COLUMN);
    story->columns.n = n;
    if (shown < n)
        fprintf(story->to, "%*s(%zu more task%s)\n", (int)story->columns.left, "", n - shown,
                n - shown == 1 ? "" : "s");
    columns_rule(story->to, &story->columns);
    return put;
}

static int put_row(struct story *story, size_t i)
{
    const struct row *row = &story->rows.all[i];
    const struct step *step = &story->s->steps[row->first];
    char margin[32];
    snprintf(margin, sizeof margin, "%c%*zu", step->preempts ? '>' : ' ', story->number_width,
             row->first + 1);
    return put_cells(story, (long)i, margin, step->choice.task);
}

/* In place of a stretch of rows: what each of the tasks does there; in a list, where that would
 * take a line for each, together. */
static int put_hidden(struct story *story, size_t start)
{
    size_t steps = 0, tasks = 0;
    for (size_t task = 0; task < story->s->n_tasks; task++) {
        size_t n = count_hidden(story, start, task);
        steps += n;
        tasks += n > 0;
    }
    if (!story->columns.list || tasks == 1)
        return put_cells(story, (long)start, "", NO_COLUMN);
    fprintf(story->to, "%*s(%zu more calls of %zu tasks)\n", (int)story->columns.left, "", steps,
            tasks);
    return 0;
}

static int put_rows(struct story *story)
{
    for (size_t i = 0, hidden; i<story->rows.n; i += hidden> 0 ? hidden : 1) {
        hidden = rows_hidden(&story->rows, i);
        int put = hidden > 0 ? put_hidden(story, i) : put_row(story, i);
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

/* Whether a sleep ended where something else could have come first. */
static bool has_early_end(const struct schedule *s)
{
    for (size_t i = 0; i < s->n_steps; i++) {
        const struct step *step = &s->steps[i];
        if (step->choice.kind == CHOICE_TIMEOUT && step->n_options > 1 &&
            point_kind(step->nr) == POINT_SLEEP)
            return true;
    }
    return false;
}

/* What a reader may wonder at. */
static void put_legend(FILE *to, const struct schedule *s)
{
    bool preempts = has_preemption(s), sleeps = has_early_end(s);
    if (preempts || sleeps)
        fputc('\n', to);
    if (preempts)
        fputs("> another task goes on here, although the one before it could have\n", to);
    if (sleeps)
        fputs("a sleep may end before anything else happens: it guarantees nothing about others\n"
              "(--time virtual: it takes its time)\n",
              to);
    if (s->cut)
        fputs("\nThe run went on from here, for longer than can be written down.\n", to);
}

static int put_story(struct story *story)
{
    if (make_columns(story) == -1 || put_titles(story) == -1 || put_rows(story) == -1)
        return -1;
    put_legend(story->to, story->s);
    return 0;
}

void report_schedule_text(FILE *to, const struct schedule *s)
{
    char number[32];
    struct story story = {.to = to, .s = s};
    story.number_width = snprintf(number, sizeof number, "%zu", s->n_steps) + 1;
    story.cells = calloc(s->n_tasks + 1, sizeof *story.cells);
    int opened = rows_open(&story.rows, s);
    opened |= columns_open(&story.columns, s->n_tasks, (size_t)story.number_width + 3);
    if (opened != 0 || story.cells == NULL || put_story(&story) == -1)
        fputs("(out of memory)\n", to);
    columns_close(&story.columns);
    rows_close(&story.rows);
    free(story.cells);
}
