/* sched.h - what chan.c and mutex.c need of the scheduler. Not for programs: they include csp.h. */
#ifndef CSP_SCHED_H
#define CSP_SCHED_H

#include <stdbool.h>
#include <stdio.h>

enum { NAME_SIZE = 32 };

struct coroutine;

/* Coroutines that wait for the same: first in, first out. A coroutine is in one queue at most. */
struct coroutine_queue {
    struct coroutine *first, *last;
};
void queue_push(struct coroutine_queue *queue, struct coroutine *coroutine);
struct coroutine *queue_pop(struct coroutine_queue *queue); /* NULL if it is empty */

/* The coroutine that runs, and a coroutine's name. */
struct coroutine *coroutine_self(void);
const char *coroutine_name(const struct coroutine *coroutine);

/* Blocks the running coroutine until coroutine_wake(). In a deadlock, describe(to, what) tells what
 * it waits for: "[operation] object". */
typedef void describe_function(FILE *to, const void *what);
void coroutine_block(describe_function *describe, const void *what);
void coroutine_wake(struct coroutine *coroutine);

/* Wakes coroutines whose descriptors are ready, waiting for one up to `timeout_ms` (-1: for ever).
 * False if none waits for a descriptor. */
bool poll_waiters(int timeout_ms);

/* Ends the program as Go does: one sentence on standard error, status 2. */
void fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Copies a name, cut to NAME_SIZE. */
void copy_name(char to[NAME_SIZE], const char *from);

#endif
