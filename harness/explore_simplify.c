/* explore_simplify.c - leaves out of a failing schedule what does not matter. See
 * explore_session.h.
 *
 * A schedule that was found at random switches here and there for no reason. Each switch is tried
 * to be left out, the last first, and what follows goes on as it did as far as that can be; where
 * the run fails all the same, it takes the place of the one before. What remains is decisive. */
#include "explore_session.h"

#include <stdlib.h>

enum { TRIES = 100 };

static size_t count_switches(const struct schedule *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_steps; i++)
        n += s->steps[i].n_options > 1 && s->steps[i].chosen != 0;
    return n;
}

/* One try. `*simpler`: the run failed alike with fewer switches, and has taken the place. */
static int leave_out(struct session *s, const struct chosen *chosen, size_t n,
                     struct schedule *failing, struct observation *o,
                     bool (*is_failing)(void *context, const struct observation *o), void *context,
                     bool *simpler, struct error *err)
{
    struct observation tried;
    if (session_replay(s, chosen, n, &tried, err) != 0)
        return -1;
    struct schedule schedule = s->control.schedule;
    *simpler = !schedule.cut && outcome_equal(o->outcome, tried.outcome) &&
               is_failing(context, &tried) && count_switches(&schedule) < count_switches(failing);
    if (*simpler) {
        schedule_free(failing);
        observation_free(o);
        *failing = schedule;
        *o = tried;
    } else {
        schedule_free(&schedule);
        observation_free(&tried);
    }
    return 0;
}

/* From the last switch to the first. What comes before a switch stays as it is when that one is
 * left out, so that there is no need to begin anew. */
static int leave_out_what_can_be(struct session *s, struct schedule *failing, struct observation *o,
                                 bool (*is_failing)(void *context, const struct observation *o),
                                 void *context, int *tries, bool *any, struct error *err)
{
    size_t n;
    int result = 0;
    struct chosen *chosen = session_chosen(failing, true, &n);
    *any = false;
    for (size_t i = n; i-- > 0 && *tries > 0 && result == 0 && chosen != NULL;) {
        bool simpler = false;
        if (chosen[i].usual)
            continue;
        chosen[i].usual = true;
        (*tries)--;
        result = leave_out(s, chosen, n, failing, o, is_failing, context, &simpler, err);
        chosen[i].usual = false;
        if (!simpler)
            continue;
        *any = true;
        free(chosen);
        chosen = session_chosen(failing, true, &n);
        i = i < n ? i : n;
    }
    if (chosen == NULL)
        result = error_set(err, "out of memory");
    free(chosen);
    return result;
}

int session_simplify(struct session *s, struct schedule *failing, struct observation *o,
                     bool (*is_failing)(void *context, const struct observation *o), void *context,
                     struct error *err)
{
    int tries = TRIES, result = 0;
    for (bool any = true; any && tries > 0 && result == 0;)
        result = leave_out_what_can_be(s, failing, o, is_failing, context, &tries, &any, err);
    return result;
}
