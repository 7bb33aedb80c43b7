/* lesson.c - tells the chain in a sentence, with the advice that fits its shape. See lesson.h. */
#include "lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct edge *edge_at(const struct explanation *x, size_t i)
{
    return &x->edges[x->chain.edges[i]];
}

static const struct wait *waiter_at(const struct explanation *x, size_t i)
{
    return &x->waits[edge_at(x, i)->from];
}

static const struct wanted *wanted_at(const struct explanation *x, size_t i)
{
    const struct wait *w = waiter_at(x, i);
    size_t which = edge_at(x, i)->wanted;
    return which < w->n_wanted ? &w->wanted[which] : NULL;
}

static bool is(const struct wanted *w, const char *state)
{
    return strcmp(w->state, state) == 0;
}

static bool is_join(const struct wanted *w)
{
    return w->kind == OBJECT_FUTEX && is(w, "thread");
}

/* What would have to come: "room in a pipe", "its child worker to end". */
static void put_need_of_stream(FILE *to, const struct wanted *w)
{
    static const char *const names[OBJECT_KINDS] = {[OBJECT_PIPE] = "a pipe",
                                                    [OBJECT_UNIX] = "a Unix socket",
                                                    [OBJECT_TCP] = "a TCP connection",
                                                    [OBJECT_UDP] = "a UDP socket",
                                                    [OBJECT_EVENTFD] = "an eventfd"};
    bool named = w->kind == OBJECT_FIFO || w->kind == OBJECT_MQUEUE;
    const char *type = w->kind == OBJECT_FIFO     ? "the FIFO "
                       : w->kind == OBJECT_MQUEUE ? "the message queue "
                                                  : "";
    const char *name = named ? w->name : names[w->kind];
    if (is(w, "full"))
        fprintf(to, "room in %s%s", type, name);
    else if (w->kind == OBJECT_MQUEUE || w->kind == OBJECT_UDP)
        fprintf(to, "a message on %s%s", type, name);
    else if (w->kind == OBJECT_EVENTFD)
        fprintf(to, "a count in %s", name);
    else
        fprintf(to, "data or end-of-file on %s%s", type, name);
}

static void put_need_of_socket(FILE *to, const struct wanted *w)
{
    if (is(w, "no-client"))
        fprintf(to, "a client to connect to %s", w->name);
    else if (is(w, "backlog-full"))
        fprintf(to, "its connection to %s to be accepted", w->name);
    else
        put_need_of_stream(to, w);
}

/* The task's name, with its number where another one of the chain has the same. */
static void put_name(FILE *to, const struct explanation *x, const struct wait *w)
{
    bool other_process = false, other_thread = false;
    for (size_t i = 0; i < x->chain.n; i++) {
        const struct wait *other = waiter_at(x, i);
        bool same = other != w && strcmp(other->name, w->name) == 0;
        other_process |= same && other->pid != w->pid;
        other_thread |= same && other->pid == w->pid;
    }
    fputs(w->name, to);
    if (other_thread)
        fprintf(to, " (thread %d)", (int)w->tid);
    else if (other_process)
        fprintf(to, " (pid %d)", (int)w->pid);
}

static void put_end_of(FILE *to, const struct explanation *x, const struct wanted *w,
                       const struct wait *goal)
{
    if (goal != NULL)
        put_name(to, x, goal);
    else
        fputs(w->name, to);
    fputs(" to end", to);
}

static void put_need_of_futex(FILE *to, const struct wanted *w)
{
    if (w->state[0] == '\0')
        fprintf(to, "a %s", w->name);
    else
        fprintf(to, "the %s", w->name);
}

/* `goal`: the task that could end the wait, or NULL. */
static void put_need(FILE *to, const struct explanation *x, const struct wanted *w,
                     const struct wait *goal)
{
    switch (w->kind) {
    case OBJECT_PIPE:
    case OBJECT_MQUEUE:
    case OBJECT_EVENTFD:
    case OBJECT_UDP:
        put_need_of_stream(to, w);
        break;
    case OBJECT_FIFO:
        if (strncmp(w->state, "no-", 3) == 0)
            fprintf(to, "a %s of the FIFO %s", w->state + 3, w->name);
        else
            put_need_of_stream(to, w);
        break;
    case OBJECT_UNIX:
    case OBJECT_TCP:
        put_need_of_socket(to, w);
        break;
    case OBJECT_FUTEX:
        if (is_join(w))
            put_end_of(to, x, w, goal);
        else
            put_need_of_futex(to, w);
        break;
    case OBJECT_CHILD:
        put_end_of(to, x, w, goal);
        break;
    case OBJECT_LOCK:
        fprintf(to, "a lock on %s", w->name);
        break;
    case OBJECT_SYSV_MSG:
        fprintf(to, "%s %s",
                is(w, "full")    ? "room in"
                : is(w, "empty") ? "a message in"
                                 : "a message of its type in",
                w->name);
        break;
    default:
        fprintf(to, "%s", w->name);
        break;
    }
}

static const struct wait *goal_of(const struct explanation *x, size_t i)
{
    long to = edge_at(x, i)->to;
    return to >= 0 ? &x->waits[to] : NULL;
}

/* "parent waits in read (broken.c:21) for data or end-of-file on a pipe" */
static void put_clause(FILE *to, const struct explanation *x, size_t i)
{
    const struct wait *w = waiter_at(x, i);
    const struct wanted *wanted = wanted_at(x, i);
    const struct frame *frame = wait_own_frame(w);
    if (w->object == OBJECT_STOPPED) {
        put_name(to, x, w);
        fputs(" is stopped", to);
        return;
    }
    put_name(to, x, w);
    fprintf(to, " waits in %s", w->function != NULL ? w->function : w->call);
    if (frame != NULL)
        fprintf(to, " (%s:%d)", frame_file(frame), frame->line);
    if (wanted == NULL)
        return;
    fprintf(to, " for ");
    put_need(to, x, wanted, goal_of(x, i));
    if (w->mode == MODE_ANY && w->n_wanted > 1)
        fprintf(to, ", among others");
}

/* Some edges only repeat what the clause has said. */
static bool says_more(const struct explanation *x, size_t i)
{
    const struct wanted *wanted = wanted_at(x, i);
    return edge_at(x, i)->to < 0 ||
           (wanted != NULL && wanted->kind != OBJECT_CHILD && !is_join(wanted));
}

static bool all_waits(const struct explanation *x, bool (*test)(const struct wanted *))
{
    for (size_t i = 0; i < x->chain.n; i++)
        if (wanted_at(x, i) == NULL || !test(wanted_at(x, i)))
            return false;
    return true;
}

static bool any_wait(const struct explanation *x, bool (*test)(const struct wanted *))
{
    for (size_t i = 0; i < x->chain.n; i++)
        if (wanted_at(x, i) != NULL && test(wanted_at(x, i)))
            return true;
    return false;
}

static bool is_stream(const struct wanted *w)
{
    return w->kind == OBJECT_PIPE || w->kind == OBJECT_UNIX || w->kind == OBJECT_TCP ||
           (w->kind == OBJECT_FIFO && strncmp(w->state, "no-", 3) != 0);
}

static bool is_full_stream(const struct wanted *w)
{
    return is_stream(w) && is(w, "full");
}

static bool is_empty_stream(const struct wanted *w)
{
    return is_stream(w) && is(w, "empty");
}

static bool is_queue(const struct wanted *w)
{
    return w->kind == OBJECT_MQUEUE || w->kind == OBJECT_SYSV_MSG;
}

static bool is_full_queue(const struct wanted *w)
{
    return is_queue(w) && is(w, "full");
}

static bool is_child(const struct wanted *w)
{
    return w->kind == OBJECT_CHILD;
}

static bool is_fifo_open(const struct wanted *w)
{
    return w->kind == OBJECT_FIFO && strncmp(w->state, "no-", 3) == 0;
}

static bool is_exclusion(const struct wanted *w)
{
    return w->kind == OBJECT_SYSV_SEM || w->kind == OBJECT_LOCK ||
           (w->kind == OBJECT_FUTEX && (is(w, "mutex") || is(w, "semaphore") || is(w, "rwlock")));
}

static const char *advice_for_cycle(const struct explanation *x)
{
    bool alone = x->chain.n == 1;
    if (alone && all_waits(x, is_empty_stream))
        return "close it before reading";
    if (alone && all_waits(x, is_full_stream))
        return "start the reader before writing more than fits";
    if (alone && any_wait(x, is_full_queue))
        return "start the receiver before sending more than the queue holds";
    if (alone && all_waits(x, is_exclusion))
        return "release it before taking it again";
    if (any_wait(x, is_child) && any_wait(x, is_full_stream))
        return "read what the child writes before waiting for it to end";
    if (any_wait(x, is_child) && any_wait(x, is_empty_stream))
        return "close the end that the child reads from before waiting for it to end";
    if (any_wait(x, is_child) && any_wait(x, is_exclusion))
        return "release it before waiting for the child to end";
    if (any_wait(x, is_join) && any_wait(x, is_exclusion))
        return "unlock it before waiting for the thread to end";
    if (all_waits(x, is_full_stream))
        return "let one of them receive while it has still to send";
    if (all_waits(x, is_empty_stream))
        return "one of them has to send first";
    if (any_wait(x, is_full_queue))
        return "receive before sending more than the queue holds";
    if (all_waits(x, is_fifo_open))
        return "open the FIFOs in the same order on both sides";
    if (all_waits(x, is_exclusion))
        return "take them in the same order everywhere";
    return NULL;
}

static const char *advice_for_dead_end(const struct wanted *last)
{
    if (last->kind == OBJECT_FUTEX && is(last, "semaphore"))
        return "check that every way out after a sem_wait posts it, and that whoever is to post it "
               "is "
               "still there";
    if (last->kind == OBJECT_FUTEX && is(last, "mutex"))
        return "every way out after locking it has to unlock it";
    if (last->kind == OBJECT_FUTEX && is(last, "condition"))
        return "change what is waited for under the mutex, signal, and test it before every wait";
    if (last->kind == OBJECT_FUTEX && is(last, "barrier"))
        return "its count must be the number of threads that come";
    if (last->kind == OBJECT_SYSV_SEM)
        return "every way out after taking it has to give it back, or use SEM_UNDO";
    if (last->kind == OBJECT_SIGNAL)
        return "block the signal before the test, and wait for it with sigsuspend";
    if (is_fifo_open(last))
        return "start the other side, or open it with O_NONBLOCK or O_RDWR";
    if (last->kind == OBJECT_SYSV_MSG && is(last, "no-match"))
        return "ask for a type that is sent";
    if (last->kind == OBJECT_STOPPED)
        return "continue it with SIGCONT";
    return NULL;
}

static void put_lesson(FILE *to, const struct explanation *x)
{
    const struct chain *chain = &x->chain;
    for (size_t i = 0; i < chain->n; i++) {
        const struct edge *edge = edge_at(x, i);
        bool turns = edge->to < 0 || (size_t)edge->to == edge->from;
        fputs(i == 0 ? "" : "; ", to);
        put_clause(to, x, i);
        if (says_more(x, i))
            fprintf(to, ", %s %s", turns ? "but" : "and", edge->reason);
    }
    const struct wanted *last = wanted_at(x, chain->n - 1);
    const char *advice = chain->kind == CHAIN_CYCLE                      ? advice_for_cycle(x)
                         : chain->kind == CHAIN_DEAD_END && last != NULL ? advice_for_dead_end(last)
                                                                         : NULL;
    if (advice != NULL)
        fprintf(to, ": %s", advice);
    fputc('.', to);
}

int lesson_write(struct explanation *x)
{
    size_t size;
    if (x->chain.n == 0)
        return 0;
    FILE *to = open_memstream(&x->lesson, &size);
    if (to == NULL)
        return -1;
    put_lesson(to, x);
    return fclose(to) == 0 ? 0 : -1;
}
