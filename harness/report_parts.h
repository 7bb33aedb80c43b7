/* report_parts.h - the parts that all JSON of the reports is made of. For report_*json.c alone.
 *
 * A value of which any part could not be made, for lack of memory, is NULL; jansson refuses to put
 * NULL into anything, so that `failed` collects it, and finished() passes it on. */
#ifndef BROKENPIPE_REPORT_PARTS_H
#define BROKENPIPE_REPORT_PARTS_H

#include "explanation.h"

#include <jansson.h>
#include <stddef.h>

/* Foreign bytes as a string of valid UTF-8. */
json_t *text_json(const char *bytes, size_t length);
json_t *string_json(const char *string);
json_t *string_or_null_json(const char *string);

/* To the microsecond; nobody needs more. */
json_t *milliseconds_json(double ms);

/* Closes an object or array under construction: itself, or NULL if any part of it failed. */
json_t *finished(json_t *json, int failed);

/* An explanation in two parts: its waits, and the rest, {lesson, chain, cut, took_ms}. */
json_t *waits_json(const struct explanation *x);
json_t *summary_json(const struct explanation *x);

#endif
