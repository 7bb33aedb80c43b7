/* mutex.c - a mutex that passes from its holder straight to whoever waits longest. */
#include "csp.h"
#include "sched.h"

#include <err.h>
#include <stdlib.h>

struct mutex {
    char name[NAME_SIZE];
    bool locked;
    char holder[NAME_SIZE]; /* a copy: the holder may end and never unlock */
    struct coroutine_queue waiting;
};

struct mutex *mutex_make(const char *name)
{
    struct mutex *mutex = calloc(1, sizeof *mutex);

    if (mutex == NULL)
        err(EXIT_FAILURE, "cannot make mutex %s", name);
    copy_name(mutex->name, name);
    return mutex;
}

void mutex_free(struct mutex *mutex)
{
    free(mutex);
}

static void describe_mutex(FILE *to, const void *what)
{
    const struct mutex *mutex = what;

    fprintf(to, "[lock] mutex %s, held by %s", mutex->name, mutex->holder);
}

void mutex_lock(struct mutex *mutex)
{
    if (mutex->locked) {
        queue_push(&mutex->waiting, coroutine_self());
        coroutine_block(describe_mutex, mutex);
    } else {
        mutex->locked = true;
        copy_name(mutex->holder, coroutine_name(coroutine_self()));
    }
}

void mutex_unlock(struct mutex *mutex)
{
    struct coroutine *next;

    if (!mutex->locked)
        fatal("fatal error: unlock of unlocked mutex %s", mutex->name);
    next = queue_pop(&mutex->waiting);
    if (next == NULL) {
        mutex->locked = false;
    } else {
        copy_name(mutex->holder, coroutine_name(next));
        coroutine_wake(next);
    }
}
