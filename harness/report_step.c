/* report_step.c - one step of a schedule in words. See report_step.h. */
#include "report_step.h"

#include "points.h"
#include "report_put.h"
#include "signals.h"
#include "utf8.h"

#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *library_function(const struct step *step)
{
    static const char *const names[] = {LIBRARY_FUNCTION_NAMES};
    return step->args[0] < LIBRARY_FUNCTIONS ? names[step->args[0]] : "a library call";
}

char *step_call_name(const struct step *step)
{
    if (step->shown != NULL)
        return strndup(step->shown, strcspn(step->shown, "("));
    if (step->nr == POINT_LIBRARY_CALL)
        return strdup(library_function(step));
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)step->nr);
    char *numbered;
    if (name == NULL && asprintf(&numbered, "system call %ld", step->nr) != -1)
        return numbered;
    return name;
}

bool step_has(uint64_t tasks, size_t task)
{
    return task < 64 && (tasks >> task & 1) != 0;
}

bool step_is_notable(const struct step *step)
{
    enum point_kind kind = point_kind(step->nr);
    return step->blocks || step->woken != 0 || step->ended != 0 || step->signal != 0 ||
           step->choice.kind != CHOICE_GO || kind == POINT_CLONE || kind == POINT_EXEC;
}

/* A line of foreign bytes: no control character, and no tab, whose width nobody knows. */
static void put_line(FILE *to, const char *indent, const char *text)
{
    char *printable = utf8_printable(text, strlen(text));
    for (char *c = printable; c != NULL && *c != '\0'; c++)
        if (*c == '\t')
            *c = ' ';
    fprintf(to, "%s%s\n", indent, printable != NULL ? printable : "(out of memory)");
    free(printable);
}

/* "SIGCHLD arrives just before", "SIGINT, SIGCHLD arrive during". */
static void put_signals(FILE *to, const char *indent, uint64_t mask, const char *when)
{
    int n = 0;
    fputs(indent, to);
    for (int number = 1; number <= 64; number++) {
        char name[32];
        if ((mask >> (number - 1) & 1) != 0)
            fprintf(to, "%sSIG%s", n++ > 0 ? ", " : "", signal_format(number, name, sizeof name));
    }
    fprintf(to, " arrive%s %s\n", n > 1 ? "" : "s", when);
}

static void put_call(FILE *to, const struct step *step)
{
    if (point_kind(step->nr) == POINT_BIRTH) {
        fputs("begins\n", to);
    } else if (step->shown != NULL) {
        put_line(to, "", step->shown);
    } else {
        char *name = step_call_name(step);
        fprintf(to, "%s\n", name != NULL ? name : "(out of memory)");
        free(name);
    }
}

/* Where the call stands in the source, and whether it waits there. */
static void put_place(FILE *to, const struct step *step)
{
    if (step->where != NULL)
        put_line(to, step->blocks ? "  waits at " : "  at ", step->where);
    else if (step->blocks)
        fputs("  waits\n", to);
}

/* Time passes, and it makes no call. */
static void tell_pass(FILE *to, const struct step *step, size_t n)
{
    if (step->choice.kind == CHOICE_EXPIRE)
        fputs("its timer expires\n", to);
    else if (n > 1)
        fprintf(to, "computes on (%zu times)\n", n);
    else
        fputs("computes on\n", to);
}

/* The step in the column of the task that makes it. */
static void tell_own(FILE *to, const struct step *step, size_t n)
{
    static const char *const results[CHOICE_KINDS] = {
        [CHOICE_SHORT] = "  reads one byte, though more are there\n",
        [CHOICE_TIMEOUT] = "  its time runs out\n",
    };
    enum choice_kind kind = step->choice.kind;
    if (kind == CHOICE_EXPIRE || kind == CHOICE_SPIN) {
        tell_pass(to, step, n);
        return;
    }
    if (kind == CHOICE_SIGNAL)
        put_signals(to, "", step->signal, "just before");
    put_call(to, step);
    put_place(to, step);
    if (kind == CHOICE_GO && step->signal != 0)
        put_signals(to, "  ", step->signal, "during");
    else if (results[kind] != NULL)
        fputs(results[kind], to);
}

/* The call in which the task waited before step number `i`. */
static const struct step *waited_in(const struct schedule *s, size_t i, size_t task)
{
    while (i-- > 0)
        if (s->steps[i].choice.task == (int)task && s->steps[i].blocks)
            return &s->steps[i];
    return NULL;
}

static void tell_return(FILE *to, const struct schedule *s, size_t i, size_t task)
{
    const struct step *step = waited_in(s, i, task);
    char *name = step != NULL ? step_call_name(step) : NULL;
    if (name != NULL)
        fputs("...returns from ", to);
    put_line(to, "", name != NULL ? name : "...goes on");
    free(name);
}

char *step_tell(const struct schedule *s, size_t i, size_t n, size_t task)
{
    const struct step *step = &s->steps[i];
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        return NULL;
    bool ended = step_has(step->ended, task);
    if (step->choice.task == (int)task)
        tell_own(to, step, n);
    else if (step_has(step->woken, task) && !ended)
        tell_return(to, s, i, task);
    if (ended)
        fputs("ends\n", to);
    return text_closed(to, &text);
}
