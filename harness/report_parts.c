/* report_parts.c - the parts that all JSON of the reports is made of. See report_parts.h. */
#include "report_parts.h"

#include "utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *text_json(const char *bytes, size_t length)
{
    char *repaired = utf8_repair(bytes, length);
    json_t *text = repaired != NULL ? json_string(repaired) : NULL;
    free(repaired);
    return text;
}

json_t *string_json(const char *string)
{
    return text_json(string, strlen(string));
}

json_t *string_or_null_json(const char *string)
{
    return string != NULL ? string_json(string) : json_null();
}

json_t *milliseconds_json(double ms)
{
    return json_real(round(ms * 1000) / 1000);
}

json_t *finished(json_t *json, int failed)
{
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}
