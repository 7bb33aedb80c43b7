/* scheduler_options.c - what can happen next. See scheduler_parts.h. */
#include "scheduler_parts.h"

#include "short_read.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FAIR = 200 }; /* steps in a row that one task may make while others wait */

static enum put_off put_off(struct scheduler *s, const struct controlled *task,
                            enum choice_kind kind)
{
    struct control *c = s->control;
    if (c->slow.name != NULL && controlled_is_called(task, c->slow.name)) {
        c->slow.met = true;
        return PUT_OFF_SLOW;
    }
    bool idle = c->shortest_reads && kind == CHOICE_GO &&
                short_read_would_wait(&s->watch->view, &task->call);
    return idle ? PUT_OFF_IDLE : PUT_OFF_NOT;
}

static int add_option(struct scheduler *s, const struct controlled *task, enum choice_kind kind,
                      bool yields)
{
    if (s->n_options == s->option_room) {
        size_t room = s->option_room == 0 ? 32 : s->option_room * 2;
        struct alternative *more = realloc(s->options, room * sizeof(*more));
        if (more == NULL)
            return error_set(s->err, "cannot choose who goes on: out of memory");
        s->options = more;
        s->option_room = room;
    }
    enum put_off later = put_off(s, task, kind);
    s->options[s->n_options++] =
        (struct alternative){.choice = {.task = scheduler_number(s, task), .kind = kind},
                             .yields = yields || later != PUT_OFF_NOT,
                             .sleeps = kind == CHOICE_TIMEOUT && task->timed.kind == TIMED_SLEEP,
                             .put_off = later};
    return 0;
}

static void look_for_signals(struct scheduler *s, struct controlled *task)
{
    if (task->signals_seen == s->signals && !s->any_signal)
        return;
    task->pending = controlled_pending(&s->tasks, task);
    task->signals_seen = s->signals;
}

/* Its time has come, by what others let pass. */
static bool is_due(const struct scheduler *s, const struct controlled *task)
{
    return task->timed.deadline_ns <= s->time.now_ns;
}

/* A sleep may end at any time, for it says nothing about how far others are; but not before a timer
 * has gone off that expires earlier, which then is what can happen. */
static int add_end_of_sleep(struct scheduler *s, const struct controlled *task)
{
    int64_t timer;
    if (s->control->sleeps_take_time && !is_due(s, task))
        return 0;
    if (virtual_time_next(&s->time, &timer) == 0 || timer >= task->timed.deadline_ns)
        return add_option(s, task, CHOICE_TIMEOUT, true);
    s->timer_first = true;
    return 0;
}

/* What the held task can do next. */
static int add_options(struct scheduler *s, struct controlled *task)
{
    bool yields = task->kind == POINT_YIELD || task->alone > FAIR;
    look_for_signals(s, task);
    if (task->pending != 0 && add_option(s, task, CHOICE_SIGNAL, false) != 0)
        return -1;
    if (task->pending != 0)
        return add_option(s, task, CHOICE_GO, yields);
    if (task->timed.kind == TIMED_SLEEP)
        return add_end_of_sleep(s, task);
    if (task->timed.kind == TIMED_LIMIT && !virtual_time_ready(&s->time, &task->call))
        return is_due(s, task) ? add_option(s, task, CHOICE_TIMEOUT, true) : 0;
    if (add_option(s, task, CHOICE_GO, yields) != 0)
        return -1;
    if (s->control->short_reads && short_read_possible(&s->watch->view, &task->call))
        return add_option(s, task, CHOICE_SHORT, false);
    return 0;
}

int64_t scheduler_next_time(const struct scheduler *s)
{
    int64_t earliest = INT64_MAX, timer;
    if (virtual_time_next(&s->time, &timer) != 0)
        earliest = timer;
    for (size_t i = 0; i < s->tasks.n; i++) {
        const struct controlled *task = &s->tasks.all[i];
        if (task->state == TASK_HELD && task->timed.kind > TIMED_ANSWER &&
            task->timed.deadline_ns < earliest)
            earliest = task->timed.deadline_ns;
    }
    return earliest;
}

/* The timer that expires first, if that is at `time`. */
static int add_timer(struct scheduler *s, int64_t time)
{
    int64_t deadline;
    pid_t process = virtual_time_next(&s->time, &deadline);
    for (size_t i = 0; i < s->tasks.n && process != 0 && deadline <= time; i++)
        if (s->tasks.all[i].call.tgid == process && s->tasks.all[i].state != TASK_DEAD)
            return add_option(s, &s->tasks.all[i], CHOICE_EXPIRE, true);
    return 0;
}

static bool has_option(const struct scheduler *s, const struct controlled *task)
{
    for (size_t i = 0; i < s->n_options; i++)
        if (s->options[i].choice.task == scheduler_number(s, task))
            return true;
    return false;
}

/* Whether whoever can go on does so to let others go first: it may be time that they wait for. */
static bool all_yield(const struct scheduler *s)
{
    for (size_t i = 0; i < s->n_options; i++)
        if (!s->options[i].yields)
            return false;
    return true;
}

/* Nobody can go on but in time: time passes until the first can. Several may at the same time. */
static int add_time_options(struct scheduler *s)
{
    int64_t earliest = scheduler_next_time(s);
    if (earliest == INT64_MAX)
        return 0;
    for (size_t i = 0; i < s->tasks.n; i++) {
        struct controlled *task = &s->tasks.all[i];
        if (task->state == TASK_HELD && task->timed.kind > TIMED_ANSWER &&
            task->timed.deadline_ns == earliest && !has_option(s, task) &&
            add_option(s, task, CHOICE_TIMEOUT, true) != 0)
            return -1;
    }
    return add_timer(s, earliest);
}

static int add_spinners(struct scheduler *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.all[i].state == TASK_SPINNING &&
            add_option(s, &s->tasks.all[i], CHOICE_SPIN, true) != 0)
            return -1;
    return 0;
}

static int rank(const struct scheduler *s, const struct alternative *option)
{
    if (!option->yields)
        return option->choice.task == s->last ? 0 : 1;
    return option->choice.kind == CHOICE_TIMEOUT || option->choice.kind == CHOICE_EXPIRE ? 2 : 3;
}

/* What goes on with the task that ran last, the others by number; then what time brings, and last
 * those that go round and round. */
static void put_in_order(struct scheduler *s)
{
    struct alternative *sorted = malloc(s->n_options * sizeof(*sorted));
    if (sorted == NULL)
        return; /* any order is one */
    size_t n = 0;
    for (int wanted = 0; wanted <= 3; wanted++)
        for (size_t i = 0; i < s->n_options; i++)
            if (rank(s, &s->options[i]) == wanted)
                sorted[n++] = s->options[i];
    memcpy(s->options, sorted, n * sizeof(*sorted));
    free(sorted);
}

/* The timer that should have gone off before now: nothing else can be first. */
static bool is_overdue(const struct scheduler *s)
{
    int64_t timer;
    return virtual_time_next(&s->time, &timer) != 0 && timer < s->time.now_ns;
}

static int list_all(struct scheduler *s)
{
    s->timer_first = false;
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.all[i].state == TASK_HELD && add_options(s, &s->tasks.all[i]) != 0)
            return -1;
    int result = all_yield(s) && !s->timer_first
                     ? add_time_options(s)
                     : add_timer(s, s->timer_first ? INT64_MAX : s->time.now_ns);
    return result == 0 ? add_spinners(s) : -1;
}

int scheduler_list_options(struct scheduler *s)
{
    s->n_options = 0;
    if (is_overdue(s) && add_timer(s, INT64_MAX) != 0)
        return -1;
    if (s->n_options == 0 && list_all(s) != 0)
        return -1;
    if (s->n_options > 1)
        put_in_order(s);
    bool goes_on =
        s->n_options > 0 && !s->options[0].yields && s->options[0].choice.task == s->last;
    s->current = goes_on ? s->last : -1;
    return 0;
}
