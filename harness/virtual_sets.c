/* virtual_sets.c - poll(2) and select(2) with a time limit: is anything there, and what they write
 * when it has run out. See virtual_time.h. */
#include "virtual_parts.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

enum { BLOCK = 512 };

/* Calls `each` for the descriptors of a poll(2), some at a time, until it returns true. True: it
 * did, or the set cannot be read. */
static bool walk_poll(struct virtual_time *t, const struct held_call *call,
                      bool (*each)(struct virtual_time *, const struct held_call *,
                                   uint64_t address, struct pollfd *, size_t))
{
    struct pollfd some[BLOCK];
    const uint64_t count = (unsigned)call->args[1];
    for (uint64_t i = 0; i < count; i += BLOCK) {
        size_t n = count - i < BLOCK ? (size_t)(count - i) : BLOCK;
        uint64_t address = call->args[0] + i * sizeof(some[0]);
        if (!held_read(call, address, some, n * sizeof(some[0])) || each(t, call, address, some, n))
            return true;
    }
    return false;
}

static bool any_polled(struct virtual_time *t, const struct held_call *call, uint64_t address,
                       struct pollfd *some, size_t n)
{
    (void)address;
    for (size_t i = 0; i < n; i++)
        if (some[i].fd >= 0 && virtual_polled(t, call, some[i].fd, some[i].events) != 0)
            return true;
    return false;
}

static bool clear_events(struct virtual_time *t, const struct held_call *call, uint64_t address,
                         struct pollfd *some, size_t n)
{
    (void)t;
    for (size_t i = 0; i < n; i++)
        some[i].revents = 0;
    return !held_write(call, address, some, n * sizeof(some[0]));
}

/* The three sets of a select(2), and what each waits for. */
static const struct {
    short events, found;
} SELECTED[] = {
    {POLLIN | POLLRDNORM | POLLRDBAND,
     POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR | POLLNVAL},
    {POLLOUT | POLLWRNORM | POLLWRBAND, POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR | POLLNVAL},
    {POLLPRI, POLLPRI | POLLNVAL}};

enum { SETS = 3, BITS = 8 * sizeof(unsigned long) };

/* How many descriptors are looked at: not those beyond the size of the process's table of them. */
static int selected(const struct virtual_time *t, const struct held_call *call)
{
    char status[4096];
    int end = (int)call->args[0], size;
    if (view_read(t->view, status, sizeof(status), "%d/status", (int)call->world_tgid) <= 0)
        return -1;
    const char *at = strstr(status, "\nFDSize:");
    if (at == NULL || sscanf(at, "\nFDSize: %d", &size) != 1)
        return -1;
    return end < size ? end : size;
}

/* Descriptor `fd` is in those of the sets whose bits are set in `in`. */
static bool is_selected(struct virtual_time *t, const struct held_call *call, int fd, unsigned in)
{
    short events = 0;
    for (int set = 0; set < SETS; set++)
        if ((in >> set & 1) != 0)
            events = (short)(events | SELECTED[set].events);
    const short polled = virtual_polled(t, call, fd, events);
    for (int set = 0; set < SETS; set++)
        if ((in >> set & 1) != 0 && (polled & SELECTED[set].found) != 0)
            return true;
    return false;
}

static bool any_selected(struct virtual_time *t, const struct held_call *call)
{
    const int end = selected(t, call);
    unsigned long words[SETS];
    for (int fd = 0; fd < end; fd++) {
        const int bit = fd % BITS;
        unsigned in = 0;
        for (unsigned set = 0; set < SETS; set++) {
            const uint64_t address = call->args[1 + set];
            if (bit == 0 && address == 0)
                words[set] = 0;
            else if (bit == 0 &&
                     !held_read(call, address + (uint64_t)fd / 8, &words[set], sizeof(words[set])))
                return true;
            in |= (unsigned)(words[set] >> bit & 1) << set;
        }
        if (in != 0 && is_selected(t, call, fd, in))
            return true;
    }
    return end < 0;
}

/* Whole words of the sets are written, as the kernel does. */
static void clear_selected(const struct virtual_time *t, const struct held_call *call)
{
    static const unsigned long none;
    const int end = selected(t, call);
    for (int set = 0; set < SETS; set++)
        for (int fd = 0; fd < end && call->args[1 + set] != 0; fd += BITS)
            held_write(call, call->args[1 + set] + (uint64_t)fd / 8, &none, sizeof(none));
}

bool virtual_set_ready(struct virtual_time *t, const struct held_call *call)
{
    switch (call->nr) {
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
        return any_selected(t, call);
    default:
        return walk_poll(t, call, any_polled);
    }
}

void virtual_set_expire(struct virtual_time *t, const struct held_call *call)
{
    /* The time that is left; a program that has it in read-only memory does not get it. */
    static const struct timespec no_time;
    switch (call->nr) {
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
        clear_selected(t, call);
        held_write(call, call->args[4], &no_time, sizeof(no_time));
        break;
    case SYS_ppoll:
        walk_poll(t, call, clear_events);
        held_write(call, call->args[2], &no_time, sizeof(no_time));
        break;
    default:
        walk_poll(t, call, clear_events);
        break;
    }
}
