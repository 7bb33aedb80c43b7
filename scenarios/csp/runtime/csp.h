/* csp.h - coroutines, channels, select and mutexes by Go's rules, on one thread.
 *
 * main() is the first coroutine; when it returns, the program ends, whatever the others are doing.
 * The scheduler is cooperative and first in, first out: a coroutine runs until an operation below
 * blocks it, it yields, or it returns. So a program does the same thing in every run.
 *
 * When no coroutine can run, the program says who waits for what and ends with status 2; so it does
 * for a misuse that makes Go panic. Names are for these reports; they are copied, and cut after 31
 * bytes. */
#ifndef CSP_H
#define CSP_H

#include <stdbool.h>
#include <stddef.h>

/* Starts function(argument) as a coroutine. The caller runs on; the new one waits for its turn. */
void go(const char *name, void (*function)(void *), void *argument);

/* Lets every other coroutine that can run have a turn. */
void yield(void);

/* How many live, main() among them: Go's runtime.NumGoroutine(). */
size_t coroutines(void);

/* Waits until the descriptor is ready for `events`, as poll(2) names them: POLLIN, POLLOUT. Others
 * run meanwhile, which they cannot while one waits in read(2) or write(2). Descriptors should be
 * non-blocking: another may have read what was there. */
void fd_wait(int fd, short events);

/* A channel of items of one size. With capacity 0 it is unbuffered: a send and a receive complete
 * together. Where a function takes a channel, NULL is Go's nil channel: never ready. */
struct chan;
struct chan *chan_make(const char *name, size_t item_size, size_t capacity);

/* Nobody may be waiting on it any more. */
void chan_free(struct chan *chan);

/* Sends a copy of *item; waits for a receiver or for room. Panics if the channel is closed. */
void chan_send(struct chan *chan, const void *item);

/* Receives into *item (or drops it if item is NULL); waits for one. Of a closed channel: what is
 * still buffered, then zeros and false. */
bool chan_receive(struct chan *chan, void *item);

/* Says that nothing more will be sent. Panics if that has been said before. */
void chan_close(struct chan *chan);

size_t chan_length(const struct chan *chan);   /* items buffered now */
size_t chan_capacity(const struct chan *chan); /* items that fit into the buffer */

/* One case of a select; the caller fills in the first three. */
enum chan_operation { CHAN_SEND, CHAN_RECEIVE };
struct chan_case {
    enum chan_operation operation;
    struct chan *chan;
    void *item;                  /* sent from here, received to here */
    bool ok;                     /* as chan_receive() returns it */
    struct selection *selection; /* the rest belongs to the runtime */
    struct chan_case *previous, *next;
};

/* Carries out one of the cases and returns its index; waits until one is ready. Of several ready
 * ones the first is taken (Go takes any), so that every run is the same. */
int chan_select(struct chan_case cases[], int n);

/* The same, but returns -1 instead of waiting: a select with a default. */
int chan_select_or_default(struct chan_case cases[], int n);

/* A mutex, not recursive. Whoever waits longest gets it next. */
struct mutex;
struct mutex *mutex_make(const char *name);
void mutex_free(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex); /* fatal if it is not locked */

#endif
