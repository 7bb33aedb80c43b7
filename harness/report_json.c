/* report_json.c - an observation as JSON, the form that `brokenpipe run --json` prints. */
#include "report.h"
#include "utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_of(const char *bytes, size_t length)
{
    char *repaired = utf8_repair(bytes, length);
    json_t *text = repaired != NULL ? json_string(repaired) : NULL;
    free(repaired);
    return text;
}

static json_t *text(const char *string)
{
    return text_of(string, strlen(string));
}

static json_t *text_or_null(const char *string)
{
    return string != NULL ? text(string) : json_null();
}

/* Nobody needs more than a microsecond. */
static json_t *milliseconds(double ms)
{
    return json_real(round(ms * 1000) / 1000);
}

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

/* Closes an object or array under construction: itself, or NULL if any part of it failed. */
static json_t *finished(json_t *json, int failed)
{
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *object_json(const struct wait *w)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "kind", json_string(object_kind_name(w->object)));
    failed |= json_object_set_new(json, "state", text(w->state));
    failed |= json_object_set_new(json, "detail", text_or_null(w->detail));
    return finished(json, failed);
}

static json_t *wait_json(const struct wait *w)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "pid", json_integer(w->pid));
    failed |= json_object_set_new(json, "tid", json_integer(w->tid));
    failed |= json_object_set_new(json, "name", text(w->name));
    failed |= json_object_set_new(json, "call", text(w->call));
    failed |= json_object_set_new(json, "object", object_json(w));
    failed |= json_object_set_new(json, "sentence", text_or_null(w->sentence));
    return finished(json, failed);
}

static json_t *waits_json(const struct observation *o)
{
    json_t *json = json_array();
    int failed = 0;
    for (size_t i = 0; i < o->n_waits; i++)
        failed |= json_array_append_new(json, wait_json(&o->waits[i]));
    return finished(json, failed);
}

static json_t *left_json(const struct left *left)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "kind", json_string(left_kind_name(left->kind)));
    failed |= json_object_set_new(json, "name", text_or_null(left->name));
    failed |= json_object_set_new(json, "detail", text_or_null(left->detail));
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
    return ms >= 0 ? milliseconds(ms) : json_null();
}

json_t *report_observation_json(const struct observation *o)
{
    json_t *json = json_object();
    int failed = 0;
    failed |= json_object_set_new(json, "outcome", outcome_json(o->outcome));
    failed |= json_object_set_new(json, "exit", exit_json(o->outcome));
    failed |= json_object_set_new(json, "signal", signal_json(o->outcome));
    failed |= json_object_set_new(json, "wall_ms", milliseconds(o->wall_ms));
    failed |= json_object_set_new(json, "cpu_ms", milliseconds(o->cpu_ms));
    failed |= json_object_set_new(json, "verdict_ms", verdict_ms_json(o->verdict_ms));
    failed |= json_object_set_new(json, "stdout", text_of(o->out.text, o->out.kept));
    failed |= json_object_set_new(json, "stdout_bytes", json_integer((json_int_t)o->out.length));
    failed |= json_object_set_new(json, "stderr", text_of(o->err.text, o->err.kept));
    failed |= json_object_set_new(json, "stderr_bytes", json_integer((json_int_t)o->err.length));
    failed |= json_object_set_new(json, "waits", waits_json(o));
    failed |= json_object_set_new(json, "left_behind", left_behind_json(o));
    failed |= json_object_set_new(json, "isolation", isolation_json(o->isolation));
    failed |= json_object_set_new(json, "note", text_or_null(o->note));
    failed |= json_object_set_new(json, "kept", text_or_null(o->kept));
    return finished(json, failed);
}
