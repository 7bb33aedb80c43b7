/* arguments.c - a system call with its arguments, for people. See arguments.h. */
#include "arguments_parts.h"

#include "preload/library_call.h"

#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* "name(argument, argument)". */
static void put_call(struct arguments *a, const char *name, put *const *form, size_t first)
{
    fprintf(a->to, "%s(", name);
    for (size_t i = 0; form != NULL && form[i] != NULL; i++) {
        fputs(i == 0 ? "" : ", ", a->to);
        form[i](a, first + i);
    }
    fputs(form == NULL ? "...)" : ")", a->to);
}

/* The text that was written, or NULL. */
static char *finish(FILE *to, char **text)
{
    if (fclose(to) == 0)
        return *text;
    free(*text);
    return NULL;
}

char *arguments_format(struct view *v, const struct task *task, const char *name)
{
    char *text = NULL;
    size_t size, first;
    struct arguments a = {.to = open_memstream(&text, &size), .view = v, .task = task};
    if (a.to == NULL)
        return NULL;
    put *const *form = arguments_form(task->nr, NULL, &first);
    put_call(&a, name, form, first);
    return finish(a.to, &text);
}

static bool cut_end(char *text, const char *end)
{
    size_t length = strlen(text), cut = strlen(end);
    if (length <= cut || strcmp(text + length - cut, end) != 0)
        return false;
    text[length - cut] = '\0';
    return true;
}

/* The function as it stands in the source: it may have been checked ("__read_chk", "__open_2"), or
 * be of large files ("open64"). "" if it is none that a source would name. */
static void plain_function(const struct task *task, const char *called, char *to, size_t size)
{
    to[0] = '\0';
    if (task->nr == SYS_exit) /* also by returning from the thread's first function */
        called = "pthread_exit";
    else if (called == NULL)
        return;
    else if (strcmp(called, "__libc_start_main") == 0) /* main() has returned */
        called = "exit";
    bool inner = strncmp(called, "__", 2) == 0;
    snprintf(to, size, "%s", called + (inner ? 2 : 0));
    bool checked = cut_end(to, "_chk") || cut_end(to, "_2");
    cut_end(to, "64");
    if (inner && !checked)
        to[0] = '\0';
}

/* A system call by its own name, and the function behind it. */
static void put_system_call(struct arguments *a, const char *function)
{
    size_t first;
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)a->task->nr);
    put_call(a, name == NULL ? "?" : name, arguments_form(a->task->nr, NULL, &first), 0);
    if (function[0] != '\0' && strcmp(function, "syscall") != 0 &&
        (name == NULL || strcmp(function, name) != 0))
        fprintf(a->to, " in %s", function);
    free(name);
}

/* What the preloaded library says is about to be called, and with what object. */
static void put_library_call(struct arguments *a)
{
    static const char *const names[] = {LIBRARY_FUNCTION_NAMES};
    static put *const form[] = {put_object, NULL};
    uint64_t function = a->task->args[0];
    put_call(a, function < LIBRARY_FUNCTIONS ? names[function] : "?", form, 1);
}

char *arguments_tell(struct view *v, struct stacks *stacks, const struct task *task,
                     const char *called)
{
    char *text = NULL, function[64];
    size_t size, first;
    struct arguments a = {.to = open_memstream(&text, &size),
                          .view = v,
                          .stacks = stacks,
                          .task = task,
                          .told = true};
    if (a.to == NULL)
        return NULL;
    plain_function(task, called, function, sizeof(function));
    put *const *form = arguments_form(task->nr, function, &first);
    if (task->nr == POINT_LIBRARY_CALL)
        put_library_call(&a);
    else if (form != NULL)
        put_call(&a, function, form, first);
    else
        put_system_call(&a, function);
    return finish(a.to, &text);
}
