/* chan.c - channels and select.
 *
 * Every operation is a select: chan_send() and chan_receive() are selects with one case. A case
 * that cannot proceed waits in its channel's queue, on the stack of its coroutine; whoever
 * completes it copies the item, takes all cases of that select out of their queues, and wakes the
 * coroutine. */
#include "csp.h"
#include "sched.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct case_queue {
    struct chan_case *first, *last;
};

struct chan {
    char name[NAME_SIZE];
    size_t item_size, capacity;
    size_t first, length; /* of the ring of buffered items */
    bool closed;
    struct case_queue senders, receivers;
    unsigned char items[];
};

/* A select that waits. */
struct selection {
    struct coroutine *coroutine;
    struct chan_case *cases;
    int n;
    int chosen; /* index of the case that was completed */
};

static const char *const operation_names[] = {[CHAN_SEND] = "send", [CHAN_RECEIVE] = "receive"};

struct chan *chan_make(const char *name, size_t item_size, size_t capacity)
{
    struct chan *chan = calloc(1, sizeof *chan + item_size * capacity);

    if (chan == NULL)
        err(EXIT_FAILURE, "cannot make channel %s", name);
    copy_name(chan->name, name);
    chan->item_size = item_size;
    chan->capacity = capacity;
    return chan;
}

void chan_free(struct chan *chan)
{
    free(chan);
}

size_t chan_length(const struct chan *chan)
{
    return chan == NULL ? 0 : chan->length;
}

size_t chan_capacity(const struct chan *chan)
{
    return chan == NULL ? 0 : chan->capacity;
}

/* The buffer. */

/* `to` is NULL if the receiver does not want the item, `from` is NULL for zeros. */
static void copy_item(const struct chan *chan, void *to, const void *from)
{
    if (to == NULL || chan->item_size == 0)
        return;
    if (from == NULL)
        memset(to, 0, chan->item_size);
    else
        memcpy(to, from, chan->item_size);
}

static unsigned char *slot(struct chan *chan, size_t i)
{
    return chan->items + (chan->first + i) % chan->capacity * chan->item_size;
}

static void push_item(struct chan *chan, const void *item)
{
    copy_item(chan, slot(chan, chan->length), item);
    chan->length++;
}

static void pop_item(struct chan *chan, void *item)
{
    copy_item(chan, item, slot(chan, 0));
    chan->first = (chan->first + 1) % chan->capacity;
    chan->length--;
}

/* The queues of waiting cases. */

static struct case_queue *queue_of(const struct chan_case *c)
{
    return c->operation == CHAN_SEND ? &c->chan->senders : &c->chan->receivers;
}

static void enqueue(struct chan_case *c)
{
    struct case_queue *queue = queue_of(c);

    c->next = NULL;
    c->previous = queue->last;
    if (queue->last == NULL)
        queue->first = c;
    else
        queue->last->next = c;
    queue->last = c;
}

static void dequeue(struct chan_case *c)
{
    struct case_queue *queue = queue_of(c);

    if (c->previous == NULL)
        queue->first = c->next;
    else
        c->previous->next = c->next;
    if (c->next == NULL)
        queue->last = c->previous;
    else
        c->next->previous = c->previous;
}

/* The waiting case `c` has been carried out, or its channel closed (not ok): its select is over. */
static void complete(struct chan_case *c, bool ok)
{
    struct selection *selection = c->selection;

    for (int i = 0; i < selection->n; i++)
        if (selection->cases[i].chan != NULL)
            dequeue(&selection->cases[i]);
    c->ok = ok;
    selection->chosen = (int)(c - selection->cases);
    coroutine_wake(selection->coroutine);
}

/* The operations: carried out at once if they can be. */

static bool try_send(struct chan_case *c)
{
    struct chan *chan = c->chan;
    struct chan_case *receiver = chan->receivers.first;

    if (chan->closed)
        fatal("panic: send on closed channel %s", chan->name);
    if (receiver != NULL) {
        copy_item(chan, receiver->item, c->item);
        complete(receiver, true);
    } else if (chan->length < chan->capacity) {
        push_item(chan, c->item);
    } else {
        return false;
    }
    c->ok = true;
    return true;
}

static bool try_receive(struct chan_case *c)
{
    struct chan *chan = c->chan;
    struct chan_case *sender = chan->senders.first;

    c->ok = true;
    if (chan->length > 0) {
        pop_item(chan, c->item);
        if (sender != NULL)
            push_item(chan, sender->item);
    } else if (sender != NULL) {
        copy_item(chan, c->item, sender->item);
    } else if (chan->closed) {
        copy_item(chan, c->item, NULL);
        c->ok = false;
    } else {
        return false;
    }
    if (sender != NULL)
        complete(sender, true);
    return true;
}

static bool try_case(struct chan_case *c)
{
    if (c->chan == NULL)
        return false;
    return c->operation == CHAN_SEND ? try_send(c) : try_receive(c);
}

void chan_close(struct chan *chan)
{
    struct chan_case *c;

    if (chan == NULL)
        fatal("panic: close of nil channel");
    if (chan->closed)
        fatal("panic: close of closed channel %s", chan->name);
    chan->closed = true;
    while ((c = chan->receivers.first) != NULL) {
        copy_item(chan, c->item, NULL);
        complete(c, false);
    }
    while ((c = chan->senders.first) != NULL)
        complete(c, false);
}

/* Select. */

static void describe_chan(FILE *to, const struct chan *chan)
{
    if (chan == NULL)
        fprintf(to, "nil channel");
    else if (chan->capacity == 0)
        fprintf(to, "channel %s, unbuffered", chan->name);
    else
        fprintf(to, "channel %s, %zu of %zu buffered", chan->name, chan->length, chan->capacity);
}

static void describe_selection(FILE *to, const void *what)
{
    const struct selection *selection = what;

    if (selection->n == 1) {
        fprintf(to, "[%s] ", operation_names[selection->cases[0].operation]);
        describe_chan(to, selection->cases[0].chan);
        return;
    }
    fprintf(to, "[select]%s", selection->n == 0 ? " no cases" : "");
    for (int i = 0; i < selection->n; i++) {
        fprintf(to, "%s %s ", i == 0 ? "" : ";", operation_names[selection->cases[i].operation]);
        describe_chan(to, selection->cases[i].chan);
    }
}

int chan_select_or_default(struct chan_case cases[], int n)
{
    for (int i = 0; i < n; i++)
        if (try_case(&cases[i]))
            return i;
    return -1;
}

int chan_select(struct chan_case cases[], int n)
{
    struct selection selection = {coroutine_self(), cases, n, -1};
    const struct chan_case *chosen;
    int ready = chan_select_or_default(cases, n);

    if (ready >= 0)
        return ready;
    for (int i = 0; i < n; i++) {
        cases[i].selection = &selection;
        if (cases[i].chan != NULL)
            enqueue(&cases[i]);
    }
    coroutine_block(describe_selection, &selection);

    chosen = &cases[selection.chosen];
    if (chosen->operation == CHAN_SEND && !chosen->ok)
        fatal("panic: send on closed channel %s", chosen->chan->name);
    return selection.chosen;
}

void chan_send(struct chan *chan, const void *item)
{
    /* A send only reads the item. */
    struct chan_case c = {.operation = CHAN_SEND, .chan = chan, .item = (void *)item};

    chan_select(&c, 1);
}

bool chan_receive(struct chan *chan, void *item)
{
    struct chan_case c = {.operation = CHAN_RECEIVE, .chan = chan, .item = item};

    chan_select(&c, 1);
    return c.ok;
}
