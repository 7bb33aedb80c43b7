/* signals.c - signals by name. See signals.h. */
#include "signals.h"

#include <signal.h>
#include <string.h>

char *signal_format(int number, char *text, size_t size)
{
    const char *name = sigabbrev_np(number);

    if (name != NULL)
        snprintf(text, size, "%s", name);
    else if (number == SIGRTMIN)
        snprintf(text, size, "RTMIN");
    else if (number > SIGRTMIN && number <= SIGRTMAX)
        snprintf(text, size, "RTMIN+%d", number - SIGRTMIN);
    else
        snprintf(text, size, "%d", number);
    return text;
}

int signal_parse(const char *word)
{
    char name[32];

    for (int number = 1; number < NSIG; number++)
        if (strcmp(signal_format(number, name, sizeof name), word) == 0)
            return number;
    return -1;
}

static void write_names(FILE *to, uint64_t mask)
{
    char name[32];
    const char *between = "";
    for (int number = 1; number <= 64; number++) {
        if ((mask >> (number - 1) & 1) == 0)
            continue;
        fprintf(to, "%s%s", between, signal_format(number, name, sizeof name));
        between = " ";
    }
}

void signals_write(FILE *to, uint64_t mask)
{
    /* Signals 32 and 33 are the C library's own, and never in a mask that a program fills. */
    const uint64_t reserved = UINT64_C(3) << 31;
    uint64_t lacking = ~(mask | reserved);
    int lacks = 0;
    for (int number = 1; number <= 64; number++)
        lacks += (int)(lacking >> (number - 1) & 1);
    if (lacks > 31) {
        write_names(to, mask);
        return;
    }
    fputs(lacks == 0 ? "all" : "all but ", to);
    write_names(to, lacking);
}
