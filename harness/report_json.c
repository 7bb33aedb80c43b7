/* report_json.c - an observation as JSON, the form that `brokenpipe run --json` prints. */
#include "report.h"

#include "report_parts.h"

#include <string.h>

/* "PIPE" for `signal PIPE`; null for any other outcome. */
static json_t *signal_json(struct outcome outcome)
{
    if (outcome.kind != OUTCOME_SIGNAL)
        return json_null();
    char words[64];
    outcome_format(outcome, words, sizeof words);
    return json_string(strchr(words, ' ') + 1);
}

static json_t *outcome_json(struct outcome outcome)
{
    char words[64];
    return json_string(outcome_format(outcome, words, sizeof words));
}

static json_t *left_json(const struct left *left)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "kind", json_string(left_kind_name(left->kind)));
    failed |= json_object_set_new(json, "name", string_or_null_json(left->name));
    failed |= json_object_set_new(json, "detail", string_or_null_json(left->detail));
    return finished(json, failed);
}

static json_t *left_behind_json(const struct observation *o)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < o->n_left; i++)
        failed |= json_array_append_new(json, left_json(&o->left[i]));
    return finished(json, failed);
}

static json_t *isolation_json(unsigned isolation)
{
    json_t *json = json_array();
    int failed = 0;
    for (unsigned bit = 1; bit < ISOLATION_FULL; bit <<= 1)
        if ((isolation & bit) != 0)
            failed |= json_array_append_new(json, json_string(isolation_name(bit)));
    return finished(json, failed);
}

static json_t *exit_json(struct outcome outcome)
{
    return outcome.kind == OUTCOME_EXIT ? json_integer(outcome.number) : json_null();
}

static json_t *verdict_ms_json(double ms)
{
    return ms >= 0 ? milliseconds_json(ms) : json_null();
}

json_t *report_observation_json(const struct observation *o)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "outcome", outcome_json(o->outcome));
    failed |= json_object_set_new(json, "exit", exit_json(o->outcome));
    failed |= json_object_set_new(json, "signal", signal_json(o->outcome));
    failed |= json_object_set_new(json, "wall_ms", milliseconds_json(o->wall_ms));
    failed |= json_object_set_new(json, "cpu_ms", milliseconds_json(o->cpu_ms));
    failed |= json_object_set_new(json, "verdict_ms", verdict_ms_json(o->verdict_ms));
    failed |= json_object_set_new(json, "stdout", text_json(o->out.text, o->out.kept));
    failed |= json_object_set_new(json, "stdout_bytes", json_integer((json_int_t)o->out.length));
    failed |= json_object_set_new(json, "stderr", text_json(o->err.text, o->err.kept));
    failed |= json_object_set_new(json, "stderr_bytes", json_integer((json_int_t)o->err.length));
    failed |= json_object_set_new(json, "waits", waits_json(&o->explanation));
    failed |= json_object_set_new(json, "explanation", summary_json(&o->explanation));
    failed |= json_object_set_new(json, "left_behind", left_behind_json(o));
    failed |= json_object_set_new(json, "isolation", isolation_json(o->isolation));
    failed |= json_object_set_new(json, "note", string_or_null_json(o->note));
    failed |= json_object_set_new(json, "kept", string_or_null_json(o->kept));
    return finished(json, failed);
}
