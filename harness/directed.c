/* directed.c - one controlled run that takes a direction. See directed.h. */
#include "directed.h"

#include "explore_session.h"
#include "points.h"

#include <seccomp.h>
#include <string.h>

/* Linux lets nobody starve: who has been passed over so many times in a row goes. */
enum { PATIENCE = 100 };

struct guide {
    const struct direction *direction;
    struct strategy *usual;
    unsigned asleep, passed_over; /* decisions in a row that went against the others */
};

bool is_directed(const struct direction *d)
{
    return d->short_reads || d->no_sleep || d->slow != NULL || d->killed.name != NULL;
}

/* What the usual strategy says if those that are put off are not there. */
static size_t choose_at_once(struct guide *g, const struct decision *d, size_t n_quick)
{
    struct alternative quick[n_quick];
    size_t numbers[n_quick], n = 0;

    for (size_t i = 0; i < d->n; i++)
        if (!d->options[i].put_off) {
            numbers[n] = i;
            quick[n++] = d->options[i];
        }
    if (n == 1)
        return numbers[0];
    struct decision among = {.options = quick, .n = n, .current = d->current};
    return numbers[strategy_choose(g->usual, &among)];
}

static size_t choose_usual(struct guide *g, const struct decision *d)
{
    size_t n_quick = 0;

    for (size_t i = 0; i < d->n; i++)
        n_quick += !d->options[i].put_off;
    if (n_quick == 0 || n_quick == d->n || g->passed_over >= PATIENCE) {
        g->passed_over = 0;
        return strategy_choose(g->usual, d);
    }
    g->passed_over++;
    return choose_at_once(g, d, n_quick);
}

/* The same task's other option, if it has it; else `usual`. */
static size_t prefer_kind(const struct decision *d, size_t usual, enum choice_kind kind)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->options[i].choice.task == d->options[usual].choice.task &&
            d->options[i].choice.kind == kind)
            return i;
    return usual;
}

static size_t choose(void *context, const struct decision *d)
{
    struct guide *g = context;

    for (size_t i = 0; g->direction->no_sleep && g->asleep < PATIENCE && i < d->n; i++)
        if (d->options[i].sleeps) {
            g->asleep++;
            return i;
        }
    g->asleep = 0;
    size_t usual = choose_usual(g, d);
    return g->direction->short_reads && d->options[usual].choice.kind == CHOICE_GO
               ? prefer_kind(d, usual, CHOICE_SHORT)
               : usual;
}

/* Finds the scheduling point of that name. */
static int find_call(const char *name, struct control *control, struct error *err)
{
    static const char *const functions[] = {LIBRARY_FUNCTION_NAMES};

    for (uint64_t i = LIBRARY_STARTED + 1; i < LIBRARY_FUNCTIONS; i++)
        if (strcmp(functions[i], name) == 0) {
            control->killed.nr = POINT_LIBRARY_CALL;
            control->killed.function = i;
            return 0;
        }
    control->killed.nr = seccomp_syscall_resolve_name(name);
    if (control->killed.nr < 0)
        return error_set(err,
                         "'%s' is no system call of this machine, nor a waiting function of "
                         "the C library",
                         name);
    return 0;
}

static int direct(struct session *s, const struct direction *d, struct observation *o,
                  bool *came_to_it, struct error *err)
{
    struct guide guide = {.direction = d, .usual = strategy_new(STRATEGY_NONPREEMPTIVE, 1)};

    if (guide.usual == NULL)
        return error_set(err, "out of memory");
    strategy_begin(guide.usual);
    session_set_clocks(s);
    int result = session_run(s, choose, &guide, o, err);
    if (result == 0)
        schedule_free(&s->control.schedule);
    *came_to_it = d->killed.name == NULL || s->control.killed.nth == 0;
    strategy_free(guide.usual);
    return result;
}

int directed_run(const struct world_spec *spec, const struct direction *d, struct observation *o,
                 bool *came_to_it, struct error *err)
{
    struct session s;
    int result = session_open(&s, spec, false, NULL, NULL, err);

    s.control.short_reads = d->short_reads;
    s.control.shortest_reads = d->short_reads;
    s.control.sleeps_take_time = !d->no_sleep;
    s.control.slow = d->slow;
    s.control.killed.name = d->killed.name;
    s.control.killed.nth = d->killed.nth;
    if (result == 0 && d->killed.name != NULL)
        result = find_call(d->killed.call, &s.control, err);
    if (result == 0)
        result = direct(&s, d, o, came_to_it, err);
    session_close(&s);
    return result;
}
