/* explore_replay.c - makes a schedule from a file once more. See explore.h. */
#include "explore_session.h"

#include <stdlib.h>
#include <string.h>

static int replay(struct session *s, const struct schedule_file *file, struct observation *o,
                  struct error *err)
{
    struct chosen *chosen = calloc(file->n_choices + 1, sizeof(*chosen));
    if (chosen == NULL)
        return error_set(err, "out of memory");
    for (size_t i = 0; i < file->n_choices; i++)
        chosen[i].choice = file->choices[i];
    int result = session_replay(s, chosen, file->n_choices, o, err);
    free(chosen);
    return result;
}

/* Runs that end by themselves leave nobody to look at: they are stopped one step before. */
static int stop_at_end(struct session *s, const struct schedule_file *file,
                       const struct replay_options *options, struct schedule *schedule,
                       struct observation *o, struct error *err)
{
    s->control.at_end = options->at_end;
    s->control.at_end_context = options->context;
    if (o->outcome.kind == OUTCOME_EXIT || o->outcome.kind == OUTCOME_SIGNAL)
        s->control.stop_before = schedule->n_steps - 1;
    struct observation stopped;
    if (replay(s, file, &stopped, err) != 0)
        return -1;
    schedule_free(&s->control.schedule);
    observation_free(&stopped);
    return 0;
}

/* Once to learn how long it is, and once to be shown. */
static int show_replay(struct session *s, const struct schedule_file *file, struct observation *o,
                       struct error *err)
{
    struct observation unseen;
    if (replay(s, file, &unseen, err) != 0)
        return -1;
    s->control.expected_steps = s->control.schedule.n_steps;
    schedule_free(&s->control.schedule);
    s->control.shown = true;
    s->control.after_cut = session_is_noticed(unseen.outcome) ? &unseen : NULL;
    int result = replay(s, file, o, err);
    s->control.shown = false;
    s->control.after_cut = NULL;
    observation_free(&unseen);
    return result;
}

static int replay_file(struct session *s, const struct schedule_file *file,
                       const struct replay_options *options, struct schedule *schedule,
                       struct observation *o, bool *same, struct error *err)
{
    char outcome[64];
    s->control.realtime_ns = file->realtime_ns;
    s->control.monotonic_ns = file->monotonic_ns;
    s->control.sleeps_take_time = file->sleeps_take_time;
    s->control.short_reads = file->short_reads;
    if (show_replay(s, file, o, err) != 0)
        return -1;
    *schedule = s->control.schedule;
    *same = session_same_steps(schedule, file->hash, o->outcome) &&
            strcmp(outcome_format(o->outcome, outcome, sizeof(outcome)), file->outcome) == 0;
    if (options->at_end == NULL || !*same)
        return 0;
    if (stop_at_end(s, file, options, schedule, o, err) == 0)
        return 0;
    schedule_free(schedule);
    observation_free(o);
    return -1;
}

int explore_replay(const struct world_spec *spec, const struct schedule_file *file,
                   const struct replay_options *options, struct schedule *schedule,
                   struct observation *o, bool *same, struct error *err)
{
    struct session s;
    int result = session_open(&s, spec, options->ordinary, NULL, NULL, err);
    if (result == 0)
        result = replay_file(&s, file, options, schedule, o, same, err);
    session_close(&s);
    return result;
}
