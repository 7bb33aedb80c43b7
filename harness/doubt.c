/* doubt.c - looks for what could still wake a set of stuck tasks. See doubt.h; proc(5). */
#include "doubt.h"

#include "census.h"
#include "holders.h"
#include "object.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* The inode of the initial pid namespace: PROC_PID_INIT_INO of linux/proc_ns.h. */
static const ino_t INITIAL_PID_NAMESPACE = 0xEFFFFFFC;

/* The search for a doubt. */
struct search {
    const struct closed_set *set;
    struct holders holders; /* who is there, and holds what */
    char *why;              /* the reason goes here */
    size_t size;
};

typedef bool doubt(const struct search *s);

__attribute__((format(printf, 2, 3))) static bool because(const struct search *s,
                                                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(s->why, s->size, format, arguments);
    va_end(arguments);
    return true;
}

/* Whether task number `i` is the first member of its process; what is asked once a process. */
static bool is_first_member(const struct closed_set *set, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (set->member[j] && set->x->waits[j].pid == set->x->waits[i].pid)
            return false;
    return set->member[i];
}

static bool is_denied(const struct search *s)
{
    const struct closed_set *set = s->set;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        if (set->member[i] && w->denied != NULL)
            return because(s, "%s (pid %d): %s", w->name, (int)w->pid, w->denied);
    }
    return false;
}

/* A program of another word size numbers its system calls in another way; sleep that no signal ends
 * is the disk's, if not vfork's; and whoever is stopped waits for a signal, which anybody can send.
 */
static bool is_strange(const struct search *s)
{
    const struct closed_set *set = s->set;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        const struct task *task = census_find(set->census, w->pid, w->tid);
        char head[EI_NIDENT + 1] = "";
        if (!set->member[i])
            continue;
        if (w->object == OBJECT_STOPPED)
            return because(s,
                           "%s (pid %d) is stopped, and whoever may send it SIGCONT, or traces"
                           " it, can continue it",
                           w->name, (int)w->pid);
        if (task == NULL || (task->state == 'D' && w->object != OBJECT_CHILD))
            return because(s, "%s (pid %d) sleeps for the kernel, which may end it", w->name,
                           (int)w->pid);
        if (view_read_line(set->view, head, sizeof(head), "%d/exe", (int)w->pid) < EI_NIDENT ||
            head[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32))
            return because(s,
                           "%s (pid %d) is a program of another kind than this one, whose"
                           " system calls cannot be told for certain",
                           w->name, (int)w->pid);
        if (process_is_numbered_elsewhere(set->view, w->pid))
            return because(s,
                           "%s (pid %d) is in a container, where processes and threads have other"
                           " numbers",
                           w->name, (int)w->pid);
    }
    return false;
}

/* Processes whose descriptors nobody can see from here. */
static bool somebody_is_hidden(const struct search *s)
{
    const struct closed_set *set = s->set;
    struct stat status;
    int hidden = 0;
    if (!closed_set_wants_files(set))
        return false;
    for (size_t i = 0; i < s->holders.n_members; i++)
        hidden += s->holders.members[i].unreadable &&
                  process_has_memory(set->view, s->holders.members[i].process.pid);
    if (hidden > 0)
        return because(
            s,
            "%d of the processes here may not be looked at, and each could hold an end of"
            " what they wait for: run it as root",
            hidden);
    if (fstatat(set->view->fds[VIEW_PROC], "1", &status, 0) != 0)
        return because(s, "/proc hides processes of others: run it as root");
    if (fstatat(set->view->fds[VIEW_PROC], "self/ns/pid", &status, 0) != 0 ||
        status.st_ino != INITIAL_PID_NAMESPACE)
        return because(s, "processes outside of this container cannot be seen, and any of them"
                          " could hold an end of what they wait for");
    return false;
}

static bool has_edge(const struct explanation *x, size_t from)
{
    for (size_t i = 0; i < x->n_edges; i++)
        if (x->edges[i].from == from)
            return true;
    return false;
}

/* Who could end the wait, but is not there yet, or is not to be seen, or not to be told. */
static bool somebody_may_come(const struct search *s)
{
    const struct closed_set *set = s->set;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        if (set->member[i] && !has_edge(set->x, i))
            return because(s, "it is not known who could wake %s (pid %d)", w->name, (int)w->pid);
    }
    for (size_t i = 0; i < set->x->n_edges; i++) {
        const struct edge *e = &set->x->edges[i];
        const struct wait *w = &set->x->waits[e->from];
        if (set->member[e->from] && e->open)
            return because(s,
                           "%s (pid %d) could be woken by a process that is not there yet, or not"
                           " to be seen: %s",
                           w->name, (int)w->pid, e->reason != NULL ? e->reason : "nobody is known");
    }
    return false;
}

/* What others can come to at any time, and what the kernel itself may end or signal. */
static bool kind_is_open(const struct search *s)
{
    const struct closed_set *set = s->set;
    static const struct {
        enum object_kind kind;
        const char *reason;
    } kinds[] = {
        {OBJECT_FIFO, "any process may still open the FIFO"},
        {OBJECT_TCP, "TCP has timers of its own, which may end a connection"},
        {OBJECT_UDP, "a datagram may still arrive"},
        {OBJECT_EVENTFD, "the kernel itself may signal an eventfd"},
        {OBJECT_TIMERFD, "a timerfd may be about to expire"},
    };
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        for (size_t j = 0; set->member[i] && j < w->n_wanted; j++)
            for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
                if (w->wanted[j].kind == kinds[k].kind)
                    return because(s, "%s (pid %d): %s", w->name, (int)w->pid, kinds[k].reason);
    }
    return false;
}

static bool is_shared(const struct search *s, const struct wait *w, const struct object *o)
{
    int threads = census_threads(s->set->census, w->pid), others = 0;
    for (size_t i = 0; i < s->holders.n; i++)
        others += s->holders.all[i].pid != w->pid && s->holders.all[i].inode == o->inode &&
                  s->holders.all[i].device == o->device;
    return threads > 1 || others > 0;
}

/* A socket may have a time limit; and the call keeps the one of its beginning, while somebody else
 * who has the socket may have set another, or none. */
static bool socket_may_time_out(const struct search *s)
{
    const struct closed_set *set = s->set;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        struct object o;
        if (!set->member[i] || w->object != OBJECT_UNIX || w->n_wanted == 0)
            continue;
        if (object_of_fd(set->view, w->pid, w->wanted[0].fd, &o) != 0 || o.timed)
            return because(s, "the socket of %s (pid %d) has a time limit", w->name, (int)w->pid);
        if (is_shared(s, w, &o))
            return because(s,
                           "the socket of %s (pid %d) is used by others, too, who may have taken"
                           " back a time limit that still holds for this call",
                           w->name, (int)w->pid);
    }
    return false;
}

static bool mask_has(uint64_t mask, int signal)
{
    return (mask >> (signal - 1) & 1) != 0;
}

/* The mask behind `word` in the status of a thread; `unknown` if it cannot be read. */
static uint64_t mask_of(const struct view *v, const struct task *task, const char *word,
                        uint64_t unknown)
{
    char status[4096];
    uint64_t mask;
    if (view_read(v, status, sizeof(status), "%d/task/%d/status", (int)task->pid, (int)task->tid) <=
        0)
        return unknown;
    const char *at = strstr(status, word);
    return at != NULL && sscanf(at + strlen(word), " %" SCNx64, &mask) == 1 ? mask : unknown;
}

/* Whether a signal to the process would end or interrupt a call: some thread does not block it. */
static bool is_delivered(const struct closed_set *set, pid_t pid, int signal)
{
    for (size_t i = 0; i < set->census->n; i++) {
        const struct task *task = &set->census->all[i];
        if (task->pid == pid && !mask_has(mask_of(set->view, task, "SigBlk:", 0), signal))
            return !mask_has(mask_of(set->view, task, "SigIgn:", 0), signal);
    }
    return false;
}

enum timer_list { TIMERS_UNREADABLE, TIMERS_NONE, TIMERS_ARMED };

/* Whether any process of the machine has its ITIMER_REAL armed. A container may show an empty file
 * in the place of this one. */
static enum timer_list real_timers(const struct view *v)
{
    enum timer_list found = TIMERS_UNREADABLE;
    int fd = openat(v->fds[VIEW_PROC], "timer_list", O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (file == NULL) {
        if (fd >= 0)
            close(fd);
        return TIMERS_UNREADABLE;
    }
    char *line = NULL;
    size_t room = 0;
    while (found != TIMERS_ARMED && getline(&line, &room, file) >= 0) {
        if (strstr(line, "Timer List Version") != NULL)
            found = TIMERS_NONE;
        if (found == TIMERS_NONE && strstr(line, "it_real_fn") != NULL)
            found = TIMERS_ARMED;
    }
    if (ferror(file))
        found = TIMERS_UNREADABLE;
    free(line);
    fclose(file);
    return found;
}

/* alarm(2) and setitimer(2) are not to be seen in the process that has set them; of timer_create(2)
 * it is seen that there is a timer, but not whether it is armed. */
static bool timer_may_fire(const struct search *s)
{
    const struct closed_set *set = s->set;
    bool alarm_counts = false;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        char timers[64];
        if (!is_first_member(set, i))
            continue;
        ssize_t n = view_read_line(set->view, timers, sizeof(timers), "%d/timers", (int)w->pid);
        if (n != 0)
            return because(s,
                           n > 0 ? "%s (pid %d) has a POSIX timer, which may be armed"
                                 : "whether %s (pid %d) has POSIX timers cannot be seen",
                           w->name, (int)w->pid);
        alarm_counts |= is_delivered(set, w->pid, SIGALRM);
    }
    if (!alarm_counts)
        return false;
    switch (real_timers(set->view)) {
    case TIMERS_NONE:
        return false;
    case TIMERS_ARMED:
        return because(s, "some process of this machine has an alarm(2) or setitimer(2) armed, and"
                          " nothing tells which");
    default:
        return because(s, "an armed alarm(2) would not be seen: only root may read"
                          " /proc/timer_list, and not in every container");
    }
}

/* The nearest ancestor of process `pid` that has a member; 0 if there is none. */
static pid_t ancestor_of(const struct search *s, pid_t pid)
{
    const struct member *one = holders_member(&s->holders, pid);
    while (one != NULL && !closed_set_has(s->set, one->process.parent))
        one = holders_member(&s->holders, one->process.parent);
    return one == NULL ? 0 : one->process.parent;
}

/* Whether the end of `child`, who descends from the task's process, would do something to it: its
 * own child's end sends SIGCHLD, which interrupts a call if it is caught; and while it waits for
 * its children it may be left the children of those, if it takes in orphans. */
static bool feels_end(const struct closed_set *set, const struct wait *w,
                      const struct process *child)
{
    return (w->object == OBJECT_CHILD && child->parent != w->pid) ||
           (mask_has(w->caught, SIGCHLD) && is_delivered(set, w->pid, SIGCHLD));
}

static bool child_may_end(const struct search *s)
{
    const struct closed_set *set = s->set;
    for (size_t i = 0; i < s->holders.n_members; i++) {
        const struct member *one = &s->holders.members[i];
        const struct process *child = &one->process;
        bool counts = child->state != 'Z' && !closed_set_has(set, child->pid);
        pid_t ancestor = counts ? ancestor_of(s, child->pid) : 0;
        for (size_t j = 0; j < set->x->n_waits && ancestor != 0; j++) {
            const struct wait *w = &set->x->waits[j];
            if (set->member[j] && w->pid == ancestor && feels_end(set, w, child))
                return because(s, "%s (pid %d) would notice the end of %s (pid %d), its descendant",
                               w->name, (int)w->pid, one->name, (int)child->pid);
        }
    }
    return false;
}

/* An io_uring(7) acts for its process while that sleeps. */
static bool is_ring(const struct view *v, const struct holder *one)
{
    static const char ring[] = "anon_inode:[io_uring]";
    char path[64], link[sizeof(ring)];
    snprintf(path, sizeof(path), "%d/fd/%d", (int)one->pid, one->fd);
    return readlinkat(v->fds[VIEW_PROC], path, link, sizeof(link)) == (ssize_t)strlen(ring) &&
           memcmp(link, ring, strlen(ring)) == 0;
}

/* What is held where no table of descriptors shows it: in the queue of a unix socket, in a ring. */
static bool something_in_flight(const struct search *s)
{
    const struct view *v = s->set->view;
    for (size_t i = 0; i < s->holders.n && closed_set_wants_files(s->set); i++) {
        const struct holder *one = &s->holders.all[i];
        const char *name = holders_name(&s->holders, one->pid);
        if (S_ISSOCK(one->mode) && socket_has_passengers(v, one->pid, one->fd))
            return because(s,
                           "descriptors are on their way through a socket of %s (pid %d), and"
                           " nobody can see which",
                           name, (int)one->pid);
        if (closed_set_has(s->set, one->pid) && is_ring(v, one))
            return because(s, "%s (pid %d) has an io_uring, which may act for it", name,
                           (int)one->pid);
    }
    return false;
}

bool doubt_any(const struct closed_set *set, char *why, size_t size)
{
    /* What concerns the members first, then what concerns the machine. */
    static doubt *const doubts[] = {
        is_denied,           is_strange,     somebody_is_hidden, somebody_may_come,   kind_is_open,
        socket_may_time_out, timer_may_fire, child_may_end,      something_in_flight,
    };
    struct search s = {.set = set, .why = why, .size = size};
    struct tasks now = {0};
    bool found = false;
    /* The census was listed before its tasks were read: a member may have made children in between.
     * Since it was read it has slept. */
    if (tasks_list(set->view, &now) != 0 || holders_take(set->view, &now, &s.holders) != 0)
        found = because(&s, "who is there, and holds what, cannot be read");
    for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]) && !found; i++)
        found = doubts[i](&s);
    holders_free(&s.holders);
    tasks_free(&now);
    return found;
}
