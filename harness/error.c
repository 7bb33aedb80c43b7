/* error.c - one sentence about what went wrong, for whoever reports it. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Writes the sentence. One that is too long for the buffer is cut, which is no error. */
static void write_sentence(struct error *err, const char *format, va_list arguments)
{
    if (vsnprintf(err->text, sizeof err->text, format, arguments) < 0)
        err->text[0] = '\0';
}

int error_set(struct error *err, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_sentence(err, format, arguments);
    va_end(arguments);
    return -1;
}

int error_errno(struct error *err, const char *format, ...)
{
    int saved = errno;
    va_list arguments;
    size_t used;

    va_start(arguments, format);
    write_sentence(err, format, arguments);
    va_end(arguments);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(saved));
    errno = saved;
    return -1;
}
