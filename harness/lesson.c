/* lesson.c - tells the chain in a sentence, and what to do. See lesson.h. */
#include "lesson.h"

#include "advice.h"

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

/* The task that could end that wait, or NULL. */
static const struct wait *goal_of(const struct explanation *x, size_t i)
{
    long to = edge_at(x, i)->to;
    return to >= 0 ? &x->waits[to] : NULL;
}

static bool is(const struct wanted *w, const char *state)
{
    return strcmp(w->state, state) == 0;
}

static bool is_join(const struct wanted *w)
{
    return w->kind == OBJECT_FUTEX && is(w, "thread");
}

/* "a pipe", "the FIFO requests" */
static void put_stream(FILE *to, const struct wanted *w)
{
    static const char *const names[OBJECT_KINDS] = {[OBJECT_PIPE] = "a pipe",
                                                    [OBJECT_UNIX] = "a Unix socket",
                                                    [OBJECT_TCP] = "a TCP connection",
                                                    [OBJECT_UDP] = "a UDP socket",
                                                    [OBJECT_EVENTFD] = "an eventfd"};
    const char *type = w->kind == OBJECT_FIFO     ? "the FIFO "
                       : w->kind == OBJECT_MQUEUE ? "the message queue "
                                                  : "";
    fprintf(to, "%s%s", type, names[w->kind] != NULL ? names[w->kind] : w->name);
}

/* What would have to come: "room in a pipe", "its child worker to end". */
static void put_need_of_stream(FILE *to, const struct wanted *w)
{
    if (is(w, "full"))
        fputs("room in ", to);
    else if (w->kind == OBJECT_MQUEUE || w->kind == OBJECT_UDP || w->datagrams)
        fputs("a message on ", to);
    else if (w->kind == OBJECT_EVENTFD)
        fputs("a count in ", to);
    else if (is(w, ""))
        fputs("a hangup or an error on ", to);
    else
        fputs("data or end-of-file on ", to);
    put_stream(to, w);
}

/* What is there is not enough. */
static void put_need_of_news(FILE *to, const struct wanted *w)
{
    fputs("something new on ", to);
    put_stream(to, w);
    if (is(w, "told-end"))
        fputs(", as its end has", to);
    else if (is(w, "told-room"))
        fputs(", as the room that is there has", to);
    else if (is(w, "told-client"))
        fputs(", as the client that is there has", to);
    else if (w->unread > 1)
        fprintf(to, ", as the %u bytes that are there have", w->unread);
    else
        fputs(", as what is there has", to);
    fputs(" been told already", to);
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

/* vfork(2) waits until the memory is its own again. */
static bool waits_for_memory(const struct wait *w)
{
    return strcmp(w->call, "vfork") == 0 || strncmp(w->call, "clone", 5) == 0;
}

static void put_end_of(FILE *to, const struct explanation *x, size_t i)
{
    const struct wanted *w = wanted_at(x, i);
    const struct wait *goal = goal_of(x, i);
    if (goal != NULL)
        put_name(to, x, goal);
    else
        fputs(w->name, to);
    if (waits_for_memory(waiter_at(x, i)))
        fputs(" to execute a program or", to);
    else if (is(w, "tracee"))
        fputs(" to stop or", to);
    fputs(" to end", to);
}

static void put_need_of_futex(FILE *to, const struct wanted *w)
{
    if (w->state[0] == '\0')
        fprintf(to, "a %s", w->name);
    else
        fprintf(to, "the %s", w->name);
}

/* What task number `i` of the chain waits for. */
static void put_need(FILE *to, const struct explanation *x, size_t i)
{
    const struct wanted *w = wanted_at(x, i);
    if (strncmp(w->state, "told", 4) == 0) {
        put_need_of_news(to, w);
        return;
    }
    if (is(w, "disarmed")) {
        fputs("an event on ", to);
        put_stream(to, w);
        fputs(", which EPOLLONESHOT has disarmed", to);
        return;
    }
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
            put_end_of(to, x, i);
        else
            put_need_of_futex(to, w);
        break;
    case OBJECT_CHILD:
        put_end_of(to, x, i);
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
    case OBJECT_SYSV_SEM:
        fprintf(to, "%s%s", w->name, is(w, "not-zero") ? " to become 0" : "");
        break;
    default:
        fprintf(to, "%s", w->name);
        break;
    }
}

/* "parent waits in read (broken.c:21) for data or end-of-file on a pipe" */
static void put_clause(FILE *to, const struct explanation *x, size_t i)
{
    const struct wait *w = waiter_at(x, i);
    const struct wanted *wanted = wanted_at(x, i);
    const struct frame *frame = wait_own_frame(w);
    if (w->object == OBJECT_STOPPED) {
        put_name(to, x, w);
        fputs(wanted != NULL && is(wanted, "traced") ? " is stopped by its tracer" : " is stopped",
              to);
        return;
    }
    put_name(to, x, w);
    fprintf(to, " waits in %s", w->function != NULL ? w->function : w->call);
    if (frame != NULL)
        fprintf(to, " (%s:%d)", frame_file(frame), frame->line);
    if (wanted == NULL)
        return;
    fprintf(to, " for ");
    put_need(to, x, i);
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
    const char *advice = advice_for(x);
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
