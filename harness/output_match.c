/* output_match.c - the output of a program held against a text or a regular expression. */
#include "output_match.h"

#include <regex.h>
#include <string.h>

bool output_is_cut(const struct output *output)
{
    return output->kept < output->length;
}

size_t output_length(const struct output *output)
{
    size_t length = output->kept;

    if (!output_is_cut(output) && length > 0 && output->text[length - 1] == '\n')
        length--;
    return length;
}

bool output_equals(const struct output *output, const char *text)
{
    size_t length = output_length(output);

    if (output_is_cut(output) || length != strlen(text))
        return false;
    return length == 0 || memcmp(output->text, text, length) == 0;
}

bool output_matches(const struct output *output, const char *regex)
{
    regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)output_length(output)};
    int flags = REG_STARTEND | (output_is_cut(output) ? REG_NOTEOL : 0);
    regex_t compiled;
    bool found;

    if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    found = regexec(&compiled, output->text != NULL ? output->text : "", 1, &range, flags) == 0;
    regfree(&compiled);
    return found;
}

int output_check_regex(const char *regex, struct error *err)
{
    char why[200];
    regex_t compiled;
    int code = regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB);

    if (code != 0) {
        regerror(code, &compiled, why, sizeof why);
        return error_set(err, "%s", why);
    }
    regfree(&compiled);
    return 0;
}
