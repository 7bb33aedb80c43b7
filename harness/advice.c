/* advice.c - the advice that fits a chain's shape. See advice.h. */
#include "advice.h"

#include <stdio.h>
#include <string.h>

/* One wait of the chain. */
struct link {
    const struct edge *edge;
    const struct wait *waiter;
    const struct wanted *wanted;
};

typedef bool link_test(const struct link *l);

static struct link link_at(const struct explanation *x, size_t i)
{
    static const struct wanted nothing = {.kind = OBJECT_NONE, .fd = -1, .name = "", .facts = ""};
    const struct edge *edge = &x->edges[x->chain.edges[i]];
    const struct wait *waiter = &x->waits[edge->from];
    return (struct link){.edge = edge,
                         .waiter = waiter,
                         .wanted = edge->wanted < waiter->n_wanted ? &waiter->wanted[edge->wanted]
                                                                   : &nothing};
}

static bool is(const struct link *l, const char *state)
{
    return strcmp(l->wanted->state, state) == 0;
}

static bool is_stream(const struct link *l)
{
    enum object_kind kind = l->wanted->kind;
    return kind == OBJECT_PIPE || kind == OBJECT_FIFO || kind == OBJECT_UNIX || kind == OBJECT_TCP;
}

static bool is_full_stream(const struct link *l)
{
    return is_stream(l) && is(l, "full");
}

static bool is_empty_stream(const struct link *l)
{
    return is_stream(l) && is(l, "empty");
}

static bool is_datagram(const struct link *l)
{
    return l->wanted->datagrams;
}

static bool is_full_queue(const struct link *l)
{
    return (l->wanted->kind == OBJECT_MQUEUE || l->wanted->kind == OBJECT_SYSV_MSG) &&
           is(l, "full");
}

static bool is_fifo_open(const struct link *l)
{
    return l->wanted->kind == OBJECT_FIFO && (is(l, "no-reader") || is(l, "no-writer"));
}

static bool is_join(const struct link *l)
{
    return l->wanted->kind == OBJECT_FUTEX && is(l, "thread");
}

/* vfork(2) waits for less than the child's end, and a tracer for less than its tracee's. */
static bool is_end_of_child(const struct link *l)
{
    return l->wanted->kind == OBJECT_CHILD && !is(l, "tracee") &&
           strncmp(l->waiter->call, "wait", 4) == 0;
}

static bool is_traced(const struct link *l)
{
    return l->wanted->kind == OBJECT_STOPPED && is(l, "traced");
}

/* A lock, or a semaphore that stands for one, by all that is seen: who waits for it waits for
 * somebody who has it. */
static bool is_exclusion(const struct link *l)
{
    switch (l->wanted->kind) {
    case OBJECT_LOCK:
        return l->edge->strength >= EDGE_ONE_OF;
    case OBJECT_FUTEX:
        return l->edge->strength == EDGE_DEFINITE && (is(l, "mutex") || is(l, "rwlock"));
    case OBJECT_SYSV_SEM:
        return l->edge->strength >= EDGE_HINT && is(l, "taken");
    default:
        return false;
    }
}

/* The same without a sign that anybody has it: it may as well stand for an event to come. */
static bool is_semaphore(const struct link *l)
{
    return is_exclusion(l) || l->wanted->kind == OBJECT_SYSV_SEM ||
           (l->wanted->kind == OBJECT_FUTEX && is(l, "semaphore"));
}

static bool has_other_end(const struct link *l)
{
    return l->wanted->own_ends > 0;
}

static bool all(const struct explanation *x, link_test *test)
{
    for (size_t i = 0; i < x->chain.n; i++) {
        const struct link l = link_at(x, i);
        if (!test(&l))
            return false;
    }
    return true;
}

static bool any(const struct explanation *x, link_test *test)
{
    for (size_t i = 0; i < x->chain.n; i++) {
        const struct link l = link_at(x, i);
        if (test(&l))
            return true;
    }
    return false;
}

/* A task that waits for itself. */
static const char *advice_for_one(const struct link *l)
{
    if (is_empty_stream(l) && l->wanted->kind == OBJECT_PIPE)
        return l->wanted->own_ends > 1 ? "close every write end of its own before reading"
                                       : "close it before reading";
    if (is_empty_stream(l) && l->wanted->kind == OBJECT_FIFO)
        return "start the writer; end-of-file cannot come while the reader itself has the FIFO "
               "open for writing";
    if (is_empty_stream(l) && !is_datagram(l))
        return "close the other end before reading";
    if (is_full_stream(l))
        return "start the reader before writing more than fits";
    if (is_full_queue(l))
        return "start the receiver before sending more than the queue holds";
    if (is_exclusion(l))
        return "release it before taking it again";
    return NULL;
}

/* A parent waits for the end of a child that waits for what the parent has. */
static const char *advice_for_child(const struct link *child)
{
    if (is_full_stream(child))
        return "read what the child writes before waiting for it to end";
    if (is_full_queue(child))
        return "receive what the child sends before waiting for it to end";
    if (is_exclusion(child))
        return child->wanted->kind == OBJECT_SYSV_SEM
                   ? "raise it before waiting for the child to end"
                   : "release it before waiting for the child to end";
    if (!is_empty_stream(child))
        return NULL;
    if (is_datagram(child))
        return "tell the child to end by a message: there is no end-of-file on a datagram socket";
    if (child->wanted->kind == OBJECT_UNIX || child->wanted->kind == OBJECT_TCP)
        return "shut the connection down for writing before waiting for the child to end";
    if (has_other_end(child) || child->edge->strength != EDGE_DEFINITE)
        return "every process must close the write ends that it does not use";
    return "close the write end before waiting for the child to end";
}

/* Two tasks that wait for each other. */
static const char *advice_for_two(const struct link *one, const struct link *other)
{
    if (is_end_of_child(one))
        return advice_for_child(other);
    if (is_join(one) && is_exclusion(other))
        return "unlock it before waiting for the thread to end";
    return NULL;
}

static const char *advice_for_ring(const struct explanation *x)
{
    if (any(x, is_traced))
        return "let the traced task go on before waiting for what it has to do";
    if (all(x, is_full_stream))
        return "let one of them receive while it has still to send";
    if (all(x, is_empty_stream))
        return any(x, is_datagram) ? "one of them has to send first"
                                   : "one of them has to send, or to close its end, first";
    if (all(x, is_full_queue))
        return "receive before sending more than the queue holds";
    if (all(x, is_fifo_open))
        return "open the FIFOs in the same order on both sides";
    if (all(x, is_exclusion))
        return "take them in the same order everywhere";
    if (all(x, is_semaphore))
        return "take those that stand for locks in the same order everywhere; of those that stand "
               "for events, see who is to post them, and whether all paths do";
    return NULL;
}

/* Edge triggering tells what is there once. Where the process has other threads at work, or waits
 * for room elsewhere, it may have taken note, and there is another reason why it does not go on. */
static bool is_forgotten(const struct explanation *x, const struct wait *w)
{
    for (size_t i = 0; i < x->n_waits; i++)
        if (x->waits[i].pid == w->pid && strcmp(x->waits[i].call, w->call) != 0)
            return false;
    for (size_t i = 0; i < w->n_wanted; i++)
        if (strcmp(w->wanted[i].state, "full") == 0)
            return false;
    return true;
}

static const char *advice_for_told(const struct explanation *x, const struct link *l)
{
    static const struct {
        const char *state, *advice;
    } all[] = {
        {"told", "read until EAGAIN before waiting again"},
        {"told-end", "read until EAGAIN, or the end, before waiting again"},
        {"told-client", "accept until EAGAIN before waiting again"},
        {"told-room", "write until EAGAIN before waiting again"},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (is(l, all[i].state) && is_forgotten(x, l->waiter))
            return all[i].advice;
    return NULL;
}

/* Wherever it stands in the chain, this is what went wrong. */
static const char *advice_for_any(const struct explanation *x)
{
    const char *advice = NULL;
    for (size_t i = 0; i < x->chain.n && advice == NULL; i++) {
        const struct link l = link_at(x, i);
        if (is(&l, "private-semaphore"))
            advice = "give sem_init a second argument that is not 0";
        else if (strncmp(l.wanted->state, "private-", strlen("private-")) == 0)
            advice = "make it with the attribute PTHREAD_PROCESS_SHARED";
        else
            advice = advice_for_told(x, &l);
    }
    return advice;
}

static const char *advice_for_cycle(const struct explanation *x)
{
    const char *advice = NULL;
    const struct link first = link_at(x, 0), last = link_at(x, x->chain.n - 1);
    if (x->chain.n == 1)
        return advice_for_one(&first);
    if (x->chain.n == 2)
        advice = advice_for_two(&first, &last);
    if (x->chain.n == 2 && advice == NULL)
        advice = advice_for_two(&last, &first);
    return advice != NULL ? advice : advice_for_ring(x);
}

static const char *advice_for_futex(const struct link *l)
{
    if (is(l, "semaphore"))
        return "see who is to post it, and whether all its paths do";
    if (is(l, "forked-mutex"))
        return "unlock it before forking: a child cannot unlock what a thread of its parent holds";
    if (is(l, "mutex") && strstr(l->edge->reason, "has ended without") != NULL)
        return "every way out after locking it has to unlock it";
    if (is(l, "condition"))
        return "change what is waited for under the mutex, signal, and test it before every wait";
    if (is(l, "barrier"))
        return "its count must be the number of threads that come";
    return NULL;
}

static const char *advice_for_semaphore(const struct link *l)
{
    if (is(l, "not-zero"))
        return "see who is to take it down to zero, and whether all its paths do";
    if (l->wanted->orphaned)
        return "see who is to raise it, and whether all its paths do; SEM_UNDO gives back what "
               "a process had taken that ends";
    return "see who is to raise it, and whether all its paths do";
}

/* A signal that a handler takes may have come before the wait. One that is blocked, and for which
 * there is no handler, was blocked for another reason, and perhaps by somebody else. */
static const char *advice_for_signal(const struct link *l)
{
    const struct wait *w = l->waiter;
    uint64_t held_back = w->pending & w->blocked;
    if (held_back != 0 && (held_back & w->caught) == 0)
        return "unblock it; a program inherits what is blocked from the one that executes it";
    return w->caught != 0 && strcmp(w->call, "pause") == 0
               ? "block the signal before the test, and wait for it with sigsuspend"
               : NULL;
}

static const char *advice_for_dead_end(const struct link *last)
{
    if (is(last, "disarmed"))
        return "arm it again with EPOLL_CTL_MOD after each event";
    switch (last->wanted->kind) {
    case OBJECT_FUTEX:
        return advice_for_futex(last);
    case OBJECT_SYSV_SEM:
        return advice_for_semaphore(last);
    case OBJECT_SIGNAL:
        return advice_for_signal(last);
    case OBJECT_FIFO:
        return is_fifo_open(last) ? "start the other side, or open it with O_NONBLOCK or O_RDWR"
                                  : NULL;
    case OBJECT_SYSV_MSG:
        return is(last, "no-match") ? "see which types are sent, and which are asked for" : NULL;
    case OBJECT_STOPPED:
        return is_traced(last) ? NULL : "continue it with SIGCONT";
    default:
        return NULL;
    }
}

const char *advice_for(const struct explanation *x)
{
    if (x->chain.kind != CHAIN_CYCLE && x->chain.kind != CHAIN_DEAD_END)
        return NULL;
    const char *advice = advice_for_any(x);
    if (advice != NULL)
        return advice;
    if (x->chain.kind == CHAIN_CYCLE)
        return advice_for_cycle(x);
    const struct link last = link_at(x, x->chain.n - 1);
    return advice_for_dead_end(&last);
}
