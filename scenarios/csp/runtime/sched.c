/* sched.c - coroutines: a context each, one queue of those that can run, and the report when there
 * is none, nor can be one.
 *
 * There is no scheduler context: a coroutine that stops running switches straight to the next. */
#define _GNU_SOURCE
#include "sched.h"
#include "csp.h"
#include "stack.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>

struct coroutine {
    char name[NAME_SIZE];
    ucontext_t context;
    struct stack stack;
    void (*function)(void *);
    void *argument;
    describe_function *describe; /* while it is blocked: tells what it waits for */
    const void *what;
    struct coroutine *next_queued;     /* of the queue it is in */
    struct coroutine *previous, *next; /* of all that live, oldest first */
};

static struct coroutine main_coroutine = {.name = "main"};
static struct coroutine *newest = &main_coroutine;
static struct coroutine *current = &main_coroutine;

/* Those that can run. */
static struct coroutine_queue ready;

/* Has returned, but still stood on its own stack when it switched away. */
static struct coroutine *finished;

void copy_name(char to[NAME_SIZE], const char *from)
{
    snprintf(to, NAME_SIZE, "%s", from);
}

void queue_push(struct coroutine_queue *queue, struct coroutine *coroutine)
{
    coroutine->next_queued = NULL;
    if (queue->first == NULL)
        queue->first = coroutine;
    else
        queue->last->next_queued = coroutine;
    queue->last = coroutine;
}

struct coroutine *queue_pop(struct coroutine_queue *queue)
{
    struct coroutine *coroutine = queue->first;

    if (coroutine != NULL)
        queue->first = coroutine->next_queued;
    return coroutine;
}

/* exit() writes out what the program has printed so far. */
_Noreturn static void deadlock(void)
{
    fprintf(stderr, "fatal error: all coroutines are asleep - deadlock!\n");
    for (const struct coroutine *c = &main_coroutine; c != NULL; c = c->next) {
        fprintf(stderr, "coroutine %s ", c->name);
        c->describe(stderr, c->what);
        fputc('\n', stderr);
    }
    exit(2);
}

void fatal(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\ncoroutine %s [running]\n", current->name);
    exit(2);
}

static void free_finished(void)
{
    if (finished == NULL)
        return;
    stack_free(&finished->stack);
    free(finished);
    finished = NULL;
}

/* Runs the next coroutine, until somebody switches back to the caller. */
static void run_next(void)
{
    struct coroutine *from = current;

    while ((current = queue_pop(&ready)) == NULL)
        if (!poll_waiters(-1))
            deadlock();
    if (current == from)
        return;
    if (swapcontext(&from->context, &current->context) < 0)
        err(EXIT_FAILURE, "swapcontext");
    free_finished();
}

/* What a new coroutine runs, on its own stack. Never returns. */
static void enter(void)
{
    free_finished();
    current->function(current->argument);

    current->previous->next = current->next;
    if (current->next != NULL)
        current->next->previous = current->previous;
    else
        newest = current->previous;
    finished = current;
    run_next();
}

void go(const char *name, void (*function)(void *), void *argument)
{
    struct coroutine *coroutine = calloc(1, sizeof *coroutine);

    if (coroutine == NULL || stack_make(&coroutine->stack) < 0)
        err(EXIT_FAILURE, "cannot start coroutine %s", name);
    copy_name(coroutine->name, name);
    coroutine->function = function;
    coroutine->argument = argument;
    if (getcontext(&coroutine->context) < 0)
        err(EXIT_FAILURE, "getcontext");
    coroutine->context.uc_stack.ss_sp = coroutine->stack.base;
    coroutine->context.uc_stack.ss_size = coroutine->stack.size;
    makecontext(&coroutine->context, enter, 0);

    coroutine->previous = newest;
    newest->next = coroutine;
    newest = coroutine;
    queue_push(&ready, coroutine);
}

void yield(void)
{
    queue_push(&ready, current);
    poll_waiters(0);
    run_next();
}

size_t coroutines(void)
{
    size_t n = 0;

    for (const struct coroutine *c = &main_coroutine; c != NULL; c = c->next)
        n++;
    return n;
}

struct coroutine *coroutine_self(void)
{
    return current;
}

const char *coroutine_name(const struct coroutine *coroutine)
{
    return coroutine->name;
}

void coroutine_block(describe_function *describe, const void *what)
{
    current->describe = describe;
    current->what = what;
    run_next();
}

void coroutine_wake(struct coroutine *coroutine)
{
    queue_push(&ready, coroutine);
}
