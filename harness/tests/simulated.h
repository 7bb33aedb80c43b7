/* simulated.h - programs that are simulated: tasks that are lists of operations on semaphores and
 * variables, with the decisions that a controlled run of them would put to a strategy. For tests.
 */
#ifndef BROKENPIPE_TESTS_SIMULATED_H
#define BROKENPIPE_TESTS_SIMULATED_H

#include "schedule.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    MAX_TASKS = 4,
    MAX_OPTIONS = 2 * MAX_TASKS,
    MAX_OBJECTS = 4,
    MAX_OPERATIONS = 16,
    MAX_STEPS = 5000,
    FAIR = 20, /* steps in a row that a task may make while others wait; then it yields */
};

enum operation_kind {
    END,
    DOWN,        /* semaphore `object`, which blocks at 0 */
    UP,          /* it wakes the first task that waits */
    LOAD,        /* the task's register = variable `object` */
    STORE,       /* variable `object` = the task's register + 1 */
    REQUIRE,     /* variable `object` is not 0, else the run fails */
    PLAIN,       /* a call that concerns nobody else */
    READ,        /* may be short, which adds to variable `object` */
    INTERRUPTED, /* a signal is pending */
    SLEEP,       /* once */
    /* Again and again until variable `object` is not 0: */
    SPIN,
    YIELD,
    SLEEPING_POLL,
    POLL, /* which does not yield of its own will */
};

struct operation {
    enum operation_kind kind;
    int object;
};

struct program {
    int n_tasks;
    int semaphores[MAX_OBJECTS];
    struct operation tasks[MAX_TASKS][MAX_OPERATIONS];
};

/* One run of a program. */
struct run {
    const struct program *program;
    int semaphores[MAX_OBJECTS], variables[MAX_OBJECTS];
    struct {
        int at, loaded;
        bool blocked;
    } tasks[MAX_TASKS];
    int last;     /* the task that ran last */
    size_t alone; /* so many steps in a row */
    struct alternative options[MAX_OPTIONS];
    struct decision decision;
    /* What came of it: */
    bool deadlock, endless, failed;
    size_t decisions;
    unsigned cost;  /* preemptions, as the depth-first search counts them */
    uint64_t trace; /* of its choices */
};

static const struct operation *operation_of(const struct run *r, int task)
{
    return &r->program->tasks[task][r->tasks[task].at];
}

static void offer(struct run *r, int task, bool yielding)
{
    enum choice_kind kinds[2] = {CHOICE_GO};
    size_t n = 1;
    bool yields = task == r->last && r->alone > FAIR;

    switch (operation_of(r, task)->kind) {
    case READ:
        kinds[n++] = CHOICE_SHORT;
        break;
    case INTERRUPTED:
        kinds[n++] = CHOICE_SIGNAL;
        break;
    case SPIN:
        kinds[0] = CHOICE_SPIN;
        yields = true;
        break;
    case YIELD:
        yields = true;
        break;
    case SLEEP:
    case SLEEPING_POLL:
        kinds[0] = CHOICE_TIMEOUT;
        yields = true;
        break;
    case END:
        return;
    default:
        break;
    }
    if (r->tasks[task].blocked || yields != yielding)
        return;
    for (size_t i = 0; i < n; i++)
        r->options[r->decision.n++] =
            (struct alternative){.choice = {task, kinds[i]}, .yields = yields};
}

static void offer_all(struct run *r)
{
    r->decision = (struct decision){.options = r->options, .current = -1};
    for (int yielding = 0; yielding <= 1; yielding++) {
        if (r->last >= 0)
            offer(r, r->last, yielding);
        if (!yielding && r->decision.n > 0)
            r->decision.current = r->last;
        for (int task = 0; task < r->program->n_tasks; task++)
            if (task != r->last)
                offer(r, task, yielding);
    }
}

static void wake(struct run *r, int semaphore)
{
    for (int task = 0; task < r->program->n_tasks; task++) {
        if (r->tasks[task].blocked && operation_of(r, task)->object == semaphore) {
            r->tasks[task].blocked = false;
            r->tasks[task].at++;
            return;
        }
    }
    r->semaphores[semaphore]++;
}

static void step(struct run *r, const struct choice *choice)
{
    const struct operation *o = operation_of(r, choice->task);
    int *variable = &r->variables[o->object], *at = &r->tasks[choice->task].at;

    r->alone = choice->task == r->last ? r->alone + (r->decision.n > 1) : 0;
    r->last = choice->task;
    switch (o->kind) {
    case DOWN:
        r->tasks[choice->task].blocked = r->semaphores[o->object] == 0;
        if (r->tasks[choice->task].blocked)
            return;
        r->semaphores[o->object]--;
        break;
    case UP:
        wake(r, o->object);
        break;
    case LOAD:
        r->tasks[choice->task].loaded = *variable;
        break;
    case STORE:
        *variable = r->tasks[choice->task].loaded + 1;
        break;
    case REQUIRE:
        r->failed |= *variable == 0;
        break;
    case READ:
        *variable += choice->kind == CHOICE_SHORT;
        break;
    case SPIN:
    case YIELD:
    case SLEEPING_POLL:
    case POLL:
        if (*variable == 0)
            return;
        break;
    default:
        break;
    }
    ++*at;
}

/* What the search takes for a preemption, in programs in which option 0 never yields. */
static unsigned cost_of(const struct decision *d, size_t chosen)
{
    const struct alternative *o = &d->options[chosen];

    if (chosen == 0)
        return 0;
    return d->current >= 0 || o->yields || o->choice.kind == CHOICE_SHORT;
}

static uint64_t trace_add(uint64_t trace, uint64_t value)
{
    return (trace ^ value) * UINT64_C(0x100000001b3);
}

static struct run make_run(const struct program *program,
                           size_t (*choose)(void *context, const struct decision *d), void *context)
{
    struct run r = {.program = program, .last = -1, .trace = UINT64_C(0xcbf29ce484222325)};

    memcpy(r.semaphores, program->semaphores, sizeof r.semaphores);
    for (size_t steps = 0;; steps++) {
        size_t chosen = 0;

        offer_all(&r);
        r.endless = steps == MAX_STEPS;
        if (r.decision.n == 0 || r.endless)
            break;
        if (r.decision.n > 1) {
            chosen = choose(context, &r.decision);
            if (chosen >= r.decision.n)
                ck_abort_msg("option %zu of %zu", chosen, r.decision.n);
            r.cost += cost_of(&r.decision, chosen);
            r.trace = trace_add(r.trace, chosen + 1);
            r.decisions++;
        }
        step(&r, &r.options[chosen].choice);
    }
    for (int task = 0; task < program->n_tasks; task++)
        r.deadlock |= r.tasks[task].blocked;
    return r;
}

#endif
