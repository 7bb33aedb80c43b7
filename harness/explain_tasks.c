/* explain_tasks.c - waiting for other tasks as such: for children, tracers, signals, locks. See
 * scene.h. */
#include "scene.h"

#include "locks.h"
#include "signals.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Whom a call of wait4(2), waitid(2) or vfork(2) waits for. */
struct selection {
    pid_t pid, group; /* 0: any */
    bool vfork;
};

/* The process behind a pidfd; one that is not to be seen has the number -1. */
static pid_t pid_behind(const struct story *s, int fd)
{
    char info[4096];
    if (view_read(s->scene->view, info, sizeof(info), "%d/fdinfo/%d", (int)s->shown_as, fd) <= 0)
        return -1;
    const char *at = strstr(info, "\nPid:");
    return at == NULL ? -1 : (pid_t)strtol(at + strlen("\nPid:"), NULL, 10);
}

static pid_t group_of(const struct view *v, pid_t pid)
{
    char line[1024];
    pid_t group = 0;
    if (view_read_line(v, line, sizeof(line), "%d/stat", (int)pid) <= 0)
        return 0;
    const char *behind = strrchr(line, ')');
    return behind != NULL && sscanf(behind, ") %*c %*d %d", &group) == 1 ? group : 0;
}

static struct selection selection_of_wait4(const struct story *s)
{
    int who = (int)s->task->args[0];
    if (who == 0)
        return (struct selection){.group = group_of(s->scene->view, s->task->pid)};
    return (struct selection){.pid = who > 0 ? who : 0, .group = who < -1 ? -who : 0};
}

static struct selection selection_of_waitid(const struct story *s)
{
    int who = (int)s->task->args[1];
    switch ((idtype_t)s->task->args[0]) {
    case P_PID:
        return (struct selection){.pid = who};
    case P_PIDFD:
        return (struct selection){.pid = pid_behind(s, who)};
    case P_PGID:
        return (struct selection){.group = who != 0 ? who : group_of(s->scene->view, s->task->pid)};
    default:
        return (struct selection){0};
    }
}

static struct selection selection_of(const struct story *s)
{
    switch (s->task->nr) {
    case SYS_wait4:
        return selection_of_wait4(s);
    case SYS_waitid:
        return selection_of_waitid(s);
    default:
        return (struct selection){.vfork = true};
    }
}

/* The thread that traces thread `tid`, or 0. */
static pid_t tracer_of(const struct view *v, pid_t tid)
{
    char status[4096];
    if (view_read(v, status, sizeof(status), "%d/status", (int)tid) <= 0)
        return 0;
    const char *at = strstr(status, "\nTracerPid:");
    return at == NULL ? 0 : (pid_t)strtol(at + strlen("\nTracerPid:"), NULL, 10);
}

static bool is_traced_by(const struct story *s, pid_t pid)
{
    long tracer = scene_task(s->scene, tracer_of(s->scene->view, pid));
    return tracer >= 0 && s->scene->tasks.all[tracer].pid == s->task->pid;
}

/* A process whose main thread has ended lives on in the others. */
static bool lives(const struct scene *scene, const struct process *p)
{
    return p->state != 'Z' || scene_process(scene, p->pid) >= 0;
}

static bool is_selected(const struct story *s, const struct process *p, struct selection selection)
{
    return p->pid != s->task->pid && (selection.pid == 0 || p->pid == selection.pid) &&
           lives(s->scene, p) &&
           (selection.group == 0 || group_of(s->scene->view, p->pid) == selection.group);
}

/* Marks the children; of vfork(2), it is the youngest. */
static int select_children(const struct story *s, struct selection selection, bool *selected)
{
    const struct holders *h = &s->scene->holders;
    int n = 0;
    for (size_t i = h->n_members; i > 0 && !(selection.vfork && n > 0); i--) {
        const struct process *p = &h->members[i - 1].process;
        selected[i - 1] = p->parent == s->task->pid && is_selected(s, p, selection);
        n += selected[i - 1];
    }
    return n;
}

/* A tracer waits for its tracees as for children. That costs a look at every process: it is spared
 * where there are children, none of which is traced. */
static int select_tracees(const struct story *s, struct selection selection, int n, bool *selected)
{
    const struct holders *h = &s->scene->holders;
    bool traces = n == 0;
    for (size_t i = 0; i < h->n_members && !traces; i++)
        traces = selected[i] && is_traced_by(s, h->members[i].process.pid);
    for (size_t i = 0; i < h->n_members && traces; i++) {
        const struct process *p = &h->members[i].process;
        if (selected[i] || !is_selected(s, p, selection) || !is_traced_by(s, p->pid))
            continue;
        selected[i] = true;
        n++;
    }
    return n;
}

/* "is stopped", "waits in write" */
static void fact_state(struct story *s, const struct process *child)
{
    long i = scene_process(s->scene, child->pid);
    struct call call = {.name = ""};
    if (i >= 0 && s->scene->tasks.all[i].blocked)
        call_decode(s->scene->view, &s->scene->tasks.all[i], &call);
    if (child->state == 'T' || child->state == 't')
        scene_fact(s, false, "is stopped");
    else if (call.name[0] != '\0')
        scene_fact(s, false, "waits in %s", call.name);
    else
        scene_fact(s, false, child->state == 'R' ? "runs" : "sleeps");
}

static void tell_child(struct story *s, const struct member *child, bool only, bool vfork)
{
    char reason[128];
    bool own = child->process.parent == s->task->pid;
    snprintf(reason, sizeof(reason), "%s %s", scene_process_label(s->scene, child->process.pid),
             vfork  ? "has neither executed a program nor ended"
             : !own ? "has neither stopped nor ended"
                    : "has not ended");
    scene_want(s, OBJECT_CHILD, -1, own ? "" : "tracee");
    scene_name(s, "%s (pid %d)", child->name, (int)child->process.pid);
    fact_state(s, &child->process);
    scene_edges_to_process(s, child->process.pid, only, reason);
}

void tell_children(struct story *s)
{
    const struct holders *h = &s->scene->holders;
    const struct selection selection = selection_of(s);
    bool *selected = calloc(h->n_members + 1, sizeof(*selected));
    if (selected == NULL) {
        s->scene->failed = true;
        return;
    }
    int n = select_children(s, selection, selected);
    if (!selection.vfork)
        n = select_tracees(s, selection, n, selected);
    for (size_t i = 0; i < h->n_members; i++)
        if (selected[i])
            tell_child(s, &h->members[i], n == 1, selection.vfork);
    s->wait->mode = n > 1 ? MODE_ANY : MODE_ONE;
    fprintf(s->phrase, "for ");
    if (holders_write_names(h, s->phrase, selected) == 0) {
        fprintf(s->phrase, "a child");
        scene_want(s, OBJECT_CHILD, -1, "");
        scene_name(s, "a child");
        scene_outsider(s, "no child of that kind is to be seen",
                       "a child whose number in its pid namespace is not ours");
    }
    free(selected);
}

void tell_pidfd(struct story *s, int fd)
{
    pid_t pid = pid_behind(s, fd);
    const char *name = holders_name(&s->scene->holders, pid);
    scene_want(s, OBJECT_CHILD, fd, "");
    scene_name(s, "%s (pid %d)", name, (int)pid);
    scene_fact(s, false, "watched through a pidfd");
    if (pid > 0 && scene_process(s->scene, pid) >= 0)
        scene_edges_to_process(s, pid, true, "it has not ended");
    else
        scene_nobody(s, true, "the process is not to be seen");
    fprintf(s->phrase, "for %s to end", name);
}

void tell_stopped(struct story *s)
{
    bool traced = s->task->state == 't';
    long tracer = traced ? scene_task(s->scene, tracer_of(s->scene->view, s->task->tid)) : -1;
    s->wait->object = OBJECT_STOPPED;
    snprintf(s->wait->state, sizeof(s->wait->state), "%s", traced ? "traced" : "");
    scene_want(s, OBJECT_STOPPED, -1, s->wait->state);
    scene_name(s, "%s", traced ? "its tracer" : "SIGCONT");
    if (tracer >= 0)
        scene_edge(s, tracer, EDGE_DEFINITE, "%s does not let it go on",
                   scene_label(s->scene, (size_t)tracer));
    else if (traced)
        scene_nobody(s, true, "its tracer is not to be seen");
    else
        scene_nobody(s, true, "nobody is left to continue it");
}

static void fact_range(struct story *s, const struct file_lock *lock)
{
    if (lock->kind == LOCK_FLOCK)
        return;
    if (lock->end == UINT64_MAX)
        scene_fact(s, false, "from byte %llu to the end", (unsigned long long)lock->start);
    else
        scene_fact(s, false, "bytes %llu to %llu", (unsigned long long)lock->start,
                   (unsigned long long)lock->end);
}

static void edges_to_lockers(struct story *s, const struct file_lock *held, int n)
{
    size_t before = s->scene->n_edges;
    for (int i = 0; i < n; i++) {
        char reason[128];
        bool own = held[i].pid == s->task->pid;
        snprintf(reason, sizeof(reason), "%s holds %s %s lock on it (fd %d)",
                 own ? "it itself" : scene_process_label(s->scene, held[i].pid),
                 held[i].write ? "an exclusive" : "a shared", lock_kind_name(held[i].kind),
                 held[i].fd);
        scene_edges_to_process(s, held[i].pid, true, reason);
    }
    for (size_t i = before; i < s->scene->n_edges; i++)
        s->scene->edges[i].open = s->scene->holders.n_unreadable > 0;
}

/* Nobody who may be looked at has a lock that is in the way. */
static void edge_to_unseen_locker(struct story *s)
{
    if (s->scene->holders.n_unreadable > 0)
        scene_edge(s, EDGE_OUTSIDE, EDGE_POSSIBLE,
                   "a process that may not be looked at may hold a lock on it");
    else
        scene_outsider(s, "nobody is seen to hold a lock that is in its way",
                       "a process that may not be looked at");
}

/* A living thread of each process, through which proc(5) shows its descriptors: a new array of
 * `*n`, or NULL. */
static struct task *one_thread_each(const struct tasks *tasks, size_t *n)
{
    struct task *threads = calloc(tasks->n + 1, sizeof(*threads));
    *n = 0;
    for (size_t i = 0; i < tasks->n && threads != NULL; i++) {
        const struct task *task = &tasks->all[i];
        bool first = *n == 0 || threads[*n - 1].pid != task->pid;
        if (first && task->state != 'Z' && task->state != 'X')
            threads[(*n)++] = *task;
    }
    return threads;
}

/* The locks that are in the way, in a new array. */
static int find_lockers(struct story *s, const struct file_lock *wanted, struct file_lock **held)
{
    size_t n_threads;
    struct task *threads = one_thread_each(&s->scene->tasks, &n_threads);
    int n = threads == NULL ? -1 : lock_holders(s->scene->view, threads, n_threads, wanted, held);
    s->scene->failed |= n < 0;
    free(threads);
    return n;
}

void tell_lock(struct story *s)
{
    struct scene *scene = s->scene;
    struct file_lock wanted, *held = NULL;
    struct object o;
    bool known = object_of_fd(scene->view, s->shown_as, s->call.fd, &o) == 0;
    bool asked = lock_wanted(scene->view, s->task, &wanted) == 0;
    int n = asked ? find_lockers(s, &wanted, &held) : 0;

    scene_want(s, OBJECT_LOCK, s->call.fd, asked ? lock_kind_name(wanted.kind) : "");
    scene_name(s, "%s", known ? o.link : "a file");
    if (asked) {
        scene_fact(s, false, "it wants %s %s lock", wanted.write ? "an exclusive" : "a shared",
                   lock_kind_name(wanted.kind));
        fact_range(s, &wanted);
    }
    if (n > 0)
        edges_to_lockers(s, held, n);
    else
        edge_to_unseen_locker(s);
    fprintf(s->phrase, "for a lock on %s", known ? o.link : "a file");
    if (n > 0) {
        const char *name = held[0].pid == s->task->pid ? "it holds itself"
                                                       : holders_name(&scene->holders, held[0].pid);
        fprintf(s->phrase, held[0].pid == s->task->pid ? " that %s" : " that %s holds", name);
    }
    free(held);
}

static void fact_signals(struct story *s, const char *what, uint64_t mask)
{
    struct scene_text fact;
    if (!scene_fact_begin(s, &fact))
        return;
    fprintf(fact.to, "%s ", what);
    signals_write(fact.to, mask);
    scene_fact_end(s, false, &fact);
}

/* Those that end the wait, or if they are most, those that do not. */
static void fact_awaited(struct story *s, uint64_t awaited)
{
    const uint64_t reserved = UINT64_C(3) << 31; /* the C library's own, signals.c */
    uint64_t others = ~(awaited | reserved);
    if (others == 0)
        scene_fact(s, false, "any");
    else if (__builtin_popcountll(others) < 31)
        fact_signals(s, "any but", others);
    else
        fact_signals(s, "only", awaited & ~reserved);
}

void tell_signals(struct story *s)
{
    uint64_t set;
    const struct wait *w = s->wait;
    uint64_t held_back = w->pending & w->blocked;
    bool waits_for_set = s->task->nr == SYS_rt_sigtimedwait;
    scene_want(s, OBJECT_SIGNAL, -1, held_back != 0 ? "pending-blocked" : "");
    scene_name(s, "a signal");
    if (!waits_for_set)
        fact_awaited(s, ~w->blocked);
    else if (task_memory(s->scene->view, s->task->tid, s->task->args[0], &set, sizeof(set)) == 0)
        fact_awaited(s, set);
    if (held_back != 0)
        fact_signals(s, "pending, but blocked:", held_back);
    if (held_back != 0 && !waits_for_set)
        scene_outsider(s, "the signal that came is blocked, and nobody is left to send another one",
                       "any process that may send it a signal");
    else
        scene_outsider(s, "nobody is left to send it a signal",
                       "any process that may send it a signal");
    fprintf(s->phrase, "for a signal");
}
