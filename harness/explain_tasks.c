/* explain_tasks.c - waiting for other tasks as such: for children, signals, locks. See scene.h. */
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

static struct selection selection_of(const struct task *task)
{
    int first = (int)task->args[0];
    pid_t second = (pid_t)task->args[1];
    switch (task->nr) {
    case SYS_wait4:
        return (struct selection){.pid = first > 0 ? first : 0, .group = first < -1 ? -first : 0};
    case SYS_waitid:
        return (struct selection){.pid = first == P_PID ? second : 0,
                                  .group = first == P_PGID ? second : 0};
    default:
        return (struct selection){.vfork = true};
    }
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

static bool is_selected(const struct story *s, const struct process *p, struct selection selection)
{
    return p->parent == s->task->pid && p->pid != s->task->pid && p->state != 'Z' &&
           (selection.pid == 0 || p->pid == selection.pid) &&
           (selection.group == 0 || group_of(s->scene->view, p->pid) == selection.group);
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
    snprintf(reason, sizeof(reason), "%s %s", scene_process_label(s->scene, child->process.pid),
             vfork ? "has neither executed a program nor ended" : "has not ended");
    scene_want(s, OBJECT_CHILD, -1, "");
    scene_name(s, "%s (pid %d)", child->name, (int)child->process.pid);
    fact_state(s, &child->process);
    scene_edges_to_process(s, child->process.pid, only, reason);
}

void tell_children(struct story *s)
{
    const struct holders *h = &s->scene->holders;
    const struct selection selection = selection_of(s->task);
    bool *selected = calloc(h->n_members + 1, sizeof(*selected));
    int n = 0;
    if (selected == NULL) {
        s->scene->failed = true;
        return;
    }
    for (size_t i = 0; i < h->n_members; i++) {
        selected[i] = is_selected(s, &h->members[i].process, selection);
        n += selected[i];
    }
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
    for (int i = 0; i < n; i++) {
        char reason[128];
        bool own = held[i].pid == s->task->pid;
        snprintf(reason, sizeof(reason), "%s holds %s %s lock on it (fd %d)",
                 own ? "it itself" : scene_process_label(s->scene, held[i].pid),
                 held[i].write ? "an exclusive" : "a shared", lock_kind_name(held[i].kind),
                 held[i].fd);
        scene_edges_to_process(s, held[i].pid, true, reason);
        s->scene->edges[s->scene->n_edges - 1].open = s->scene->holders.n_unreadable > 0;
    }
}

static pid_t *all_pids(const struct holders *h)
{
    pid_t *pids = calloc(h->n_members + 1, sizeof(*pids));
    for (size_t i = 0; i < h->n_members && pids != NULL; i++)
        pids[i] = h->members[i].process.pid;
    return pids;
}

void tell_lock(struct story *s)
{
    struct scene *scene = s->scene;
    struct file_lock wanted, *held = NULL;
    struct object o;
    bool known = object_of_fd(scene->view, s->shown_as, s->call.fd, &o) == 0;
    pid_t *pids = all_pids(&scene->holders);
    bool asked = lock_wanted(scene->view, s->task, &wanted) == 0 && pids != NULL;
    int n = asked ? lock_holders(scene->view, pids, scene->holders.n_members, &wanted, &held) : 0;

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
        scene_outsider(s, "nobody is seen to hold a lock that is in its way",
                       "a process that may not be looked at");
    fprintf(s->phrase, "for a lock on %s", known ? o.link : "a file");
    if (n > 0) {
        const char *name = held[0].pid == s->task->pid ? "it holds itself"
                                                       : holders_name(&scene->holders, held[0].pid);
        fprintf(s->phrase, held[0].pid == s->task->pid ? " that %s" : " that %s holds", name);
    }
    free(held);
    free(pids);
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

void tell_signals(struct story *s)
{
    uint64_t set = 0;
    const struct wait *w = s->wait;
    uint64_t held_back = w->pending & w->blocked;
    bool waits_for_set = s->task->nr == SYS_rt_sigtimedwait;
    bool known = waits_for_set && task_memory(s->scene->view, s->task->tid, s->task->args[0], &set,
                                              sizeof(set)) == 0;
    scene_want(s, OBJECT_SIGNAL, -1, held_back != 0 ? "pending-blocked" : "");
    scene_name(s, "a signal");
    if (known)
        fact_signals(s, "one of", set);
    else if (w->blocked != 0)
        fact_signals(s, "any but", w->blocked);
    else
        scene_fact(s, false, "any");
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
