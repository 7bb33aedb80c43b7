/* call_set.c - the descriptors that a poll, select or epoll call waits for. See call.h. */
#include "call.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct set {
    struct polled *all;
    int n, room;
};

/* 0, or -1 with errno. */
static int add(struct set *set, struct polled one)
{
    if (set->n == CALL_SET) {
        errno = E2BIG;
        return -1;
    }
    if (set->n == set->room) {
        int room = set->room == 0 ? 16 : set->room * 2;
        struct polled *more = realloc(set->all, (size_t)room * sizeof(*more));
        if (more == NULL)
            return -1;
        set->all = more;
        set->room = room;
    }
    set->all[set->n++] = one;
    return 0;
}

/* 0: whatever is asked for, only a hangup or an error can come. The events of epoll(7) have the
 * numbers of those of poll(2). */
static unsigned access_of(unsigned events)
{
    const unsigned reading = POLLIN | POLLRDNORM | POLLRDBAND | POLLPRI | POLLRDHUP,
                   writing = POLLOUT | POLLWRNORM | POLLWRBAND;
    return ((events & reading) != 0 ? ACCESS_READ : 0u) |
           ((events & writing) != 0 ? ACCESS_WRITE : 0u);
}

static int read_poll(const struct view *v, const struct task *task, struct set *set)
{
    enum { BLOCK = 512 };
    struct pollfd some[BLOCK];
    const uint64_t count = (unsigned)task->args[1];
    for (uint64_t i = 0; i < count; i += BLOCK) {
        uint64_t n = count - i < BLOCK ? count - i : BLOCK;
        if (task_memory(v, task->tid, task->args[0] + i * sizeof(some[0]), some,
                        n * sizeof(some[0])) != 0)
            return -1;
        for (uint64_t j = 0; j < n; j++) {
            struct polled one = {.fd = some[j].fd,
                                 .access = access_of((unsigned short)some[j].events)};
            if (one.fd >= 0 && add(set, one) != 0)
                return -1;
        }
    }
    return 0;
}

/* The size of the task's table of descriptors, to which the kernel cuts the set of a select(2). */
static int table_size(const struct view *v, const struct task *task)
{
    char status[4096];
    int size;
    if (view_read(v, status, sizeof(status), "%d/status", (int)task->tid) <= 0)
        return -1;
    const char *at = strstr(status, "\nFDSize:");
    return at != NULL && sscanf(at, "\nFDSize: %d", &size) == 1 ? size : -1;
}

/* Adds those of the descriptors below `end` whose bit is set in the map at `address`. */
static int read_bits(const struct view *v, const struct task *task, uint64_t address, int end,
                     unsigned access, struct set *set)
{
    enum { BLOCK = 512, BITS = 8 * sizeof(unsigned long) };
    unsigned long some[BLOCK];
    const int words = end / BITS + (end % BITS != 0);
    for (int i = 0; i < words; i += BLOCK) {
        int n = words - i < BLOCK ? words - i : BLOCK;
        if (task_memory(v, task->tid, address + (uint64_t)i * sizeof(some[0]), some,
                        (size_t)n * sizeof(some[0])) != 0)
            return -1;
        for (int bit = 0; bit < n * BITS; bit++) {
            struct polled one = {.fd = i * BITS + bit, .access = access};
            if ((some[bit / BITS] >> (bit % BITS) & 1) != 0 && one.fd < end && add(set, one) != 0)
                return -1;
        }
    }
    return 0;
}

static int read_select(const struct view *v, const struct task *task, struct set *set)
{
    static const unsigned access[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_READ};
    int end = (int)task->args[0], size = table_size(v, task), result = size < 0 ? -1 : 0;
    if (end > size)
        end = size;
    for (int i = 0; i < 3 && result == 0; i++)
        if (task->args[1 + i] != 0)
            result = read_bits(v, task, task->args[1 + i], end, access[i], set);
    return result;
}

/* The fdinfo of a descriptor, whole, in a new string; NULL with errno. */
static char *read_fdinfo(const struct view *v, const struct task *task, int fd)
{
    const size_t most = CALL_SET * 256; /* a line of a set takes less than half of that */
    for (size_t size = 16384; size <= most; size *= 2) {
        char *info = malloc(size);
        ssize_t n =
            info == NULL ? -1 : view_read(v, info, size, "%d/fdinfo/%d", (int)task->tid, fd);
        if (n >= 0 && n < (ssize_t)size - 1)
            return info;
        free(info);
        if (n < 0)
            return NULL;
    }
    errno = E2BIG;
    return NULL;
}

static int by_descriptor(const void *a, const void *b)
{
    const struct polled *x = a, *y = b;
    return x->fd < y->fd ? -1 : x->fd > y->fd;
}

/* What epoll_ctl(2) was told of a member. The kernel asks for hangups and errors in any case, but
 * for a member that EPOLLONESHOT has disarmed. */
static void set_events(struct polled *one, unsigned events)
{
    one->access = access_of(events);
    one->events = (short)(events & 0xffff);
    one->edge = (events & EPOLLET) != 0;
    one->disarmed = one->events == 0;
}

/* From the `tfd:` lines of proc_pid_fdinfo(5). */
static int read_epoll(const struct view *v, const struct task *task, int fd, struct set *set)
{
    char *info = read_fdinfo(v, task, fd);
    int result = info == NULL ? -1 : 0;
    for (const char *at = info; result == 0 && (at = strstr(at, "tfd:")) != NULL; at += 4) {
        struct polled one = {0};
        unsigned events;
        unsigned long inode;
        if (sscanf(at, "tfd: %d events: %x data: %*x pos:%*d ino:%lx", &one.fd, &events, &inode) !=
            3) {
            errno = EPROTO;
            result = -1;
            break;
        }
        one.inode = inode;
        set_events(&one, events);
        result = add(set, one);
    }
    free(info);
    if (set->n > 0) /* the kernel lists them by address */
        qsort(set->all, (size_t)set->n, sizeof(*set->all), by_descriptor);
    return result;
}

static int read_set(const struct view *v, const struct task *task, struct set *set)
{
    errno = 0; /* memory that is gone does not set it */
    switch (task->nr) {
#ifdef SYS_poll
    case SYS_poll:
#endif
    case SYS_ppoll:
        return read_poll(v, task, set);
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
        return read_select(v, task, set);
    default:
        return read_epoll(v, task, (int)task->args[0], set);
    }
}

/* A set holds files, not descriptors: by now the number may mean another one. */
static bool is_epoll(const struct view *v, const struct task *task, struct polled one)
{
    static const char epoll[] = "anon_inode:[eventpoll]";
    char path[64], link[sizeof(epoll)];
    struct stat stat;
    snprintf(path, sizeof(path), "%d/fd/%d", (int)task->tid, one.fd);
    return readlinkat(v->fds[VIEW_PROC], path, link, sizeof(link)) == (ssize_t)strlen(epoll) &&
           memcmp(link, epoll, strlen(epoll)) == 0 &&
           (one.inode == 0 ||
            (fstatat(v->fds[VIEW_PROC], path, &stat, 0) == 0 && stat.st_ino == one.inode));
}

/* Sets within sets can form a lattice with far more ways through it than sets. */
struct walk {
    const struct view *v;
    const struct task *task;
    struct set found, opened; /* the second: epoll descriptors that have been looked into */
    int seen;
};

static bool is_opened(const struct walk *w, struct polled one)
{
    for (int i = 0; i < w->opened.n; i++)
        if (w->opened.all[i].fd == one.fd && w->opened.all[i].inode == one.inode)
            return true;
    return false;
}

static int gather(struct walk *w, const struct set *set);

static int gather_inner(struct walk *w, struct polled epoll)
{
    struct set inner = {0};
    int result = add(&w->opened, epoll);
    if (result == 0)
        result = read_epoll(w->v, w->task, epoll.fd, &inner);
    for (int i = 0; i < inner.n; i++) { /* nothing goes through it but in the way that it is told */
        inner.all[i].edge |= epoll.edge;
        inner.all[i].disarmed |= epoll.disarmed;
    }
    if (result == 0)
        result = gather(w, &inner);
    free(inner.all);
    return result;
}

/* Adds the members of a set to those found; of an epoll set among them, its members in its place.
 * 0, or -1 with errno. */
static int gather(struct walk *w, const struct set *set)
{
    int result = 0;
    for (int i = 0; i < set->n && result == 0; i++) {
        if (++w->seen > CALL_SET) {
            errno = E2BIG;
            return -1;
        }
        if (is_opened(w, set->all[i]))
            continue;
        result = is_epoll(w->v, w->task, set->all[i]) ? gather_inner(w, set->all[i])
                                                      : add(&w->found, set->all[i]);
    }
    return result;
}

/* Hands the set over, or throws it away. */
static int give(struct set *set, int result, struct polled **to)
{
    int saved = errno;
    *to = NULL;
    if (result == 0)
        *to = set->all;
    else
        free(set->all);
    errno = saved;
    return result == 0 ? set->n : -1;
}

int call_polled(const struct view *v, const struct task *task, struct polled **to)
{
    struct set set = {0};
    return give(&set, read_set(v, task, &set), to);
}

int call_polled_deep(const struct view *v, const struct task *task, struct polled **to)
{
    struct walk w = {.v = v, .task = task};
    struct set set = {0};
    int result = read_set(v, task, &set) == 0 ? gather(&w, &set) : -1;
    int n = give(&w.found, result, to), saved = errno;
    free(w.opened.all);
    free(set.all);
    errno = saved;
    return n;
}
