/* arguments_words.c - arguments that are numbers, and words for numbers. See arguments_parts.h. */
#include "arguments_parts.h"

#include "signals.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/ipc.h>

/* Numbers. */

void put_number(struct arguments *a, size_t i)
{
    fprintf(a->to, "%d", (int)a->task->args[i]);
}

void put_unsigned(struct arguments *a, size_t i)
{
    fprintf(a->to, "%" PRIu64, a->task->args[i]);
}

void put_offset(struct arguments *a, size_t i)
{
    fprintf(a->to, "%" PRId64, (int64_t)a->task->args[i]);
}

void put_mode(struct arguments *a, size_t i)
{
    fprintf(a->to, "%#o", (unsigned)a->task->args[i]);
}

/* The same without the kind of file. */
void put_permissions(struct arguments *a, size_t i)
{
    fprintf(a->to, "%#o", (unsigned)a->task->args[i] & 07777);
}

void put_hexadecimal(struct arguments *a, size_t i)
{
    fprintf(a->to, "%#x", (unsigned)a->task->args[i]);
}

/* Of a System V object. */
void put_key(struct arguments *a, size_t i)
{
    if ((int)a->task->args[i] == IPC_PRIVATE)
        fputs("IPC_PRIVATE", a->to);
    else
        put_hexadecimal(a, i);
}

void put_directory(struct arguments *a, size_t i)
{
    if ((int)a->task->args[i] == AT_FDCWD)
        fputs("AT_FDCWD", a->to);
    else
        put_number(a, i);
}

/* More than is worth telling. */
void put_rest(struct arguments *a, size_t i)
{
    (void)i;
    fputs("...", a->to);
}

void put_signal(struct arguments *a, size_t i)
{
    int number = (int)a->task->args[i];
    if (number == 0) {
        fputc('0', a->to);
        return;
    }
    char name[32];
    fprintf(a->to, "SIG%s", signal_format(number, name, sizeof(name)));
}

/* Words. */

void put_word(FILE *to, uint64_t value, const struct word *words, size_t n)
{
    size_t i = 0;
    while (i < n && words[i].value != value)
        i++;
    if (i < n)
        fputs(words[i].name, to);
    else
        fprintf(to, "%d", (int)value);
}

const char *put_bits(FILE *to, uint64_t value, const struct word *words, size_t n)
{
    const char *between = "";
    for (size_t i = 0; i < n; i++)
        if ((value & words[i].value) == words[i].value) {
            fprintf(to, "%s%s", between, words[i].name);
            value &= ~words[i].value;
            between = "|";
        }
    if (value == 0)
        return between;
    fprintf(to, "%s%#" PRIx64, between, value);
    return "|";
}

void put_flags(FILE *to, unsigned value, const struct word *words, size_t n)
{
    if (value == 0)
        fputc('0', to);
    else
        put_bits(to, value, words, n);
}
