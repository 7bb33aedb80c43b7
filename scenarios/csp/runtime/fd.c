/* fd.c - coroutines that wait for descriptors: poll(2) for all of them, where nobody else can run.
 *
 * They are asked after as well whenever a coroutine comes to wait, so that others who are always
 * busy do not keep them waiting for ever. */
#include "csp.h"
#include "sched.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

/* One that waits; it lies on its coroutine's stack. */
struct waiter {
    struct pollfd wanted;
    struct coroutine *coroutine;
    struct waiter *next;
};

static struct waiter *waiters; /* longest waiting first */
static nfds_t n_waiters;

static const char *name_events(short events)
{
    return events == POLLIN ? "read" : events == POLLOUT ? "write" : "read or write";
}

static void describe_waiter(FILE *to, const void *what)
{
    const struct waiter *waiter = what;

    fprintf(to, "[%s] descriptor %d", name_events(waiter->wanted.events), waiter->wanted.fd);
}

/* Wakes those whose descriptors are ready, as `ready` says in the order of the list. */
static void wake(const struct pollfd *ready)
{
    struct waiter **link = &waiters;

    for (struct waiter *waiter; (waiter = *link) != NULL; ready++) {
        if (ready->revents == 0) {
            link = &waiter->next;
            continue;
        }
        *link = waiter->next;
        n_waiters--;
        coroutine_wake(waiter->coroutine);
    }
}

bool poll_waiters(int timeout_ms)
{
    struct pollfd *asked;
    nfds_t n = 0;
    int ready;

    if (n_waiters == 0)
        return false;
    asked = calloc(n_waiters, sizeof *asked);
    if (asked == NULL)
        err(EXIT_FAILURE, "cannot wait for descriptors");
    for (const struct waiter *waiter = waiters; waiter != NULL; waiter = waiter->next)
        asked[n++] = waiter->wanted;
    ready = poll(asked, n, timeout_ms);
    if (ready < 0 && errno != EINTR)
        err(EXIT_FAILURE, "poll");
    if (ready > 0)
        wake(asked);
    free(asked);
    return true;
}

void fd_wait(int fd, short events)
{
    struct waiter waiter = {{.fd = fd, .events = events}, coroutine_self(), NULL};
    struct waiter **end = &waiters;

    while (*end != NULL)
        end = &(*end)->next;
    *end = &waiter;
    n_waiters++;
    poll_waiters(0);
    coroutine_block(describe_waiter, &waiter);
}
