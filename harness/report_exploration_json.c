/* report_exploration_json.c - what an exploration found and covered, as JSON. */
#include "report.h"

#include "report_parts.h"
#include "report_step.h"
#include "signals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static json_t *size_json(size_t n)
{
    return json_integer((json_int_t)n);
}

/* A hexadecimal text: JSON's numbers are not exact beyond 2^53 for many who read them. */
static json_t *hex_json(uint64_t number)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, number);
    return json_string(text);
}

/* The numbers of tasks whose bits are set. */
static json_t *tasks_json(uint64_t tasks)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t task = 0; task < 64; task++)
        if (step_has(tasks, task))
            failed |= json_array_append_new(json, size_json(task));
    return finished(json, failed);
}

static json_t *signals_json(uint64_t mask)
{
    json_t *json = json_array();
    int failed = 0;
    for (int number = 1; number <= 64; number++) {
        char name[32];
        if ((mask >> (number - 1) & 1) != 0)
            failed |=
                json_array_append_new(json, json_string(signal_format(number, name, sizeof name)));
    }
    return finished(json, failed);
}

static json_t *call_name_json(const struct step *step)
{
    char *name = step_call_name(step);
    json_t *json = name != NULL ? string_json(name) : NULL;
    free(name);
    return json;
}

static json_t *arguments_json(const struct step *step)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < sizeof step->args / sizeof step->args[0]; i++)
        failed |= json_array_append_new(json, hex_json(step->args[i]));
    return finished(json, failed);
}

static json_t *step_json(const struct step *step)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "task", json_integer(step->choice.task));
    failed |= json_object_set_new(json, "kind", json_string(choice_kind_name(step->choice.kind)));
    failed |= json_object_set_new(json, "options", size_json(step->n_options));
    failed |= json_object_set_new(json, "chosen", size_json(step->chosen));
    failed |= json_object_set_new(json, "preempts", json_boolean(step->preempts));
    failed |= json_object_set_new(json, "call", call_name_json(step));
    failed |= json_object_set_new(json, "nr", json_integer(step->nr));
    failed |= json_object_set_new(json, "arguments", arguments_json(step));
    failed |= json_object_set_new(json, "shown", string_or_null_json(step->shown));
    failed |= json_object_set_new(json, "where", string_or_null_json(step->where));
    failed |= json_object_set_new(json, "waits", json_boolean(step->blocks));
    failed |= json_object_set_new(json, "signals", signals_json(step->signal));
    failed |= json_object_set_new(json, "woken", tasks_json(step->woken));
    failed |= json_object_set_new(json, "ended", tasks_json(step->ended));
    return finished(json, failed);
}

static json_t *steps_json(const struct schedule *s)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < s->n_steps; i++)
        failed |= json_array_append_new(json, step_json(&s->steps[i]));
    return finished(json, failed);
}

static json_t *task_json(const struct schedule_task *t)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "path", string_json(t->path));
    failed |=
        json_object_set_new(json, "name", text_json(t->name, strnlen(t->name, sizeof t->name)));
    failed |= json_object_set_new(json, "thread", json_boolean(t->thread));
    failed |= json_object_set_new(json, "pid", json_integer(t->pid));
    failed |= json_object_set_new(json, "tid", json_integer(t->tid));
    return finished(json, failed);
}

static json_t *schedule_tasks_json(const struct schedule *s)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < s->n_tasks; i++)
        failed |= json_array_append_new(json, task_json(&s->tasks[i]));
    return finished(json, failed);
}

json_t *report_schedule_json(const struct schedule *s)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "hash", hex_json(s->hash));
    failed |= json_object_set_new(json, "cut", json_boolean(s->cut));
    failed |= json_object_set_new(json, "tasks", schedule_tasks_json(s));
    failed |= json_object_set_new(json, "steps", steps_json(s));
    return finished(json, failed);
}

static json_t *by_strategy_json(const struct explore_coverage *c)
{
    json_t *json = json_object();
    int failed = 0;
    for (int kind = 0; kind < STRATEGY_KINDS; kind++)
        failed |= json_object_set_new(json, strategy_kind_name((enum strategy_kind)kind),
                                      size_json(c->by_strategy[kind]));
    return finished(json, failed);
}

static json_t *coverage_json(const struct explore_coverage *c)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "schedules", size_json(c->schedules));
    failed |= json_object_set_new(json, "distinct", size_json(c->distinct));
    failed |= json_object_set_new(json, "by_strategy", by_strategy_json(c));
    failed |= json_object_set_new(json, "exhausted_preemptions",
                                  c->exhausted >= 0 ? json_integer(c->exhausted) : json_null());
    failed |= json_object_set_new(json, "complete", json_boolean(c->complete));
    failed |= json_object_set_new(json, "cut", size_json(c->cut));
    failed |= json_object_set_new(json, "unstable", size_json(c->unstable));
    failed |= json_object_set_new(json, "steps", size_json(c->steps));
    failed |= json_object_set_new(json, "decisions", size_json(c->decisions));
    failed |= json_object_set_new(json, "seconds", json_real(c->seconds));
    failed |= json_object_set_new(json, "real_time", json_boolean(c->real_time));
    return finished(json, failed);
}

json_t *report_exploration_json(const struct exploration *x, const char *file)
{
    bool found = x->failure != FAILURE_NONE;
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "failure", json_string(failure_kind_name(x->failure)));
    failed |= json_object_set_new(json, "strategy",
                                  found ? json_string(strategy_kind_name(x->by)) : json_null());
    failed |= json_object_set_new(json, "number", found ? size_json(x->number) : json_null());
    failed |= json_object_set_new(json, "file", string_or_null_json(file));
    failed |= json_object_set_new(json, "coverage", coverage_json(&x->coverage));
    failed |= json_object_set_new(json, "schedule",
                                  found ? report_schedule_json(&x->schedule) : json_null());
    failed |= json_object_set_new(json, "observation",
                                  found ? report_observation_json(&x->observation) : json_null());
    failed |= json_object_set_new(json, "first", report_observation_json(&x->first));
    return finished(json, failed);
}
