/* directed.c - one controlled run that takes a direction. See directed.h. */
#include "directed.h"

#include "explore_session.h"
#include "points.h"

#include <seccomp.h>
#include <stdio.h>
#include <string.h>

/* Linux lets nobody starve: who is slow goes if the others have had so many turns in a row. Fewer
 * each time, for they may be waiting for just that without ever blocking; and to spin takes as long
 * as many turns. */
enum { PATIENCE_FIRST = 4000, PATIENCE_LEAST = 100, SPIN_TURNS = 100 };

/* Likewise where sleeps in vain follow one another. */
enum { SLEEPS_IN_A_ROW = 100 };

struct guide {
    const struct direction *direction;
    struct strategy *usual;
    unsigned asleep;                /* sleeps that have ended in a row */
    unsigned passed_over, patience; /* turns in a row that the slow one did not get; at most */
};

bool is_directed(const struct direction *d)
{
    return d->short_reads || d->no_sleep || d->slow != NULL || d->killed.name != NULL;
}

/* Who is to go: those that are put off the least; once in a while, the slow ones. */
static enum put_off whose_turn(struct guide *g, const struct decision *d)
{
    enum put_off least = PUT_OFF_IDLE;
    bool slow = false;

    for (size_t i = 0; i < d->n; i++) {
        enum put_off one = d->options[i].put_off;

        least = one < least ? one : least;
        slow |= one == PUT_OFF_SLOW;
    }
    if (!slow || least == PUT_OFF_SLOW) {
        g->passed_over = 0;
        return least;
    }
    if (g->passed_over < g->patience)
        return least;
    if (g->patience > PATIENCE_LEAST)
        g->patience /= 2;
    return PUT_OFF_SLOW;
}

/* What the usual strategy says of those whose turn it is. */
static size_t choose_usual(struct guide *g, const struct decision *d)
{
    struct alternative options[d->n];
    struct decision among = {.options = options, .current = d->current};
    enum put_off turn = whose_turn(g, d);

    for (size_t i = 0; i < d->n; i++)
        if (d->options[i].put_off == turn)
            options[among.n++] = d->options[i];
    size_t chosen = strategy_choose(g->usual, &among), usual = 0;
    while (d->options[usual].put_off != turn || chosen-- > 0)
        usual++;
    if (turn == PUT_OFF_SLOW)
        g->passed_over = 0;
    else
        g->passed_over += d->options[usual].choice.kind == CHOICE_SPIN ? SPIN_TURNS : 1;
    return usual;
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

    for (size_t i = 0; g->direction->no_sleep && g->asleep < SLEEPS_IN_A_ROW && i < d->n; i++)
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

/* Finds the scheduling point of that name: `function` is of POINT_LIBRARY_CALL. */
static int find_call(const char *name, long *nr, uint64_t *function, struct error *err)
{
    static const char *const functions[] = {LIBRARY_FUNCTION_NAMES};

    *nr = POINT_LIBRARY_CALL;
    for (*function = LIBRARY_STARTED + 1; *function < LIBRARY_FUNCTIONS; ++*function)
        if (strcmp(functions[*function], name) == 0)
            return 0;
    *nr = seccomp_syscall_resolve_name(name);
    if (*nr < 0)
        return error_set(err,
                         "'%s' is no system call of this machine, nor a waiting function of "
                         "the C library",
                         name);
    if (!point_is_held(*nr))
        return error_set(err, "%s is no call by which one process acts on another", name);
    return 0;
}

int direction_check_call(const char *call, struct error *err)
{
    uint64_t function;
    long nr;

    return find_call(call, &nr, &function, err);
}

void direction_miss(const struct direction *d, char *text, size_t size)
{
    if (d->killed.name == NULL)
        snprintf(text, size, "nobody was called %s", d->slow);
    else if (d->killed.nth == 1)
        snprintf(text, size, "nobody called %s entered %s", d->killed.name, d->killed.call);
    else
        snprintf(text, size, "nobody called %s entered %s %zu times", d->killed.name,
                 d->killed.call, d->killed.nth);
}

static int direct(struct session *s, const struct direction *d, struct observation *o,
                  bool *came_to_it, struct error *err)
{
    struct guide guide = {.direction = d,
                          .usual = strategy_new(STRATEGY_NONPREEMPTIVE, 1),
                          .patience = PATIENCE_FIRST};

    if (guide.usual == NULL)
        return error_set(err, "out of memory");
    strategy_begin(guide.usual);
    session_set_clocks(s);
    int result = session_run(s, choose, &guide, o, err);
    if (result == 0)
        schedule_free(&s->control.schedule);
    *came_to_it = (d->killed.name == NULL || s->control.killed.nth == 0) &&
                  (d->slow == NULL || s->control.slow.met);
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
    s.control.slow.name = d->slow;
    s.control.killed.name = d->killed.name;
    s.control.killed.nth = d->killed.nth;
    if (result == 0 && d->killed.name != NULL)
        result = find_call(d->killed.call, &s.control.killed.nr, &s.control.killed.function, err);
    if (result == 0)
        result = direct(&s, d, o, came_to_it, err);
    session_close(&s);
    return result;
}
