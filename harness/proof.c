/* proof.c - the two passes. See proof.h for what they show, CONTRIBUTING.md for the whole argument;
 * harness/tests/live/ has a program for each condition that is checked here. */
#include "proof.h"

#include "call.h"
#include "clock.h"
#include "inflight.h"
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A timerfd that shows no time left may be about to fire: wait so long, in which nothing moves. */
static const double TIMERFD_MS = 100;

void proof_init(struct proof *p, struct view *v, struct timers *t)
{
    *p = (struct proof){.view = v, .timers = t};
}

void proof_close(struct proof *p)
{
    tasks_free(&p->first);
    tasks_free(&p->second);
}

/* Most attempts meet a task that runs, and mostly the same: ask that one first. */
static bool suspect_runs(struct proof *p)
{
    struct task task = {.pid = p->suspect_pid, .tid = p->suspect_tid};
    if (task.pid == 0)
        return false;
    if (task_read(p->view, &task) == 0 && !task.blocked)
        return true;
    p->suspect_pid = 0;
    return false;
}

/* Reads every listed task. False if one runs or is gone. */
static bool all_blocked(struct proof *p, struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->n; i++) {
        struct task *task = &tasks->all[i];
        if (task_read(p->view, task) == 0 && task->blocked)
            continue;
        p->suspect_pid = task->pid;
        p->suspect_tid = task->tid;
        return false;
    }
    return true;
}

/* Listing the threads of a process can end early when the thread it stands on dies, and so miss
 * some. num_threads, read while all that were listed are blocked, tells. */
static bool none_missed(struct proof *p)
{
    const struct tasks *tasks = &p->first;
    for (size_t i = 0; i < tasks->n;) {
        struct process process;
        size_t listed = i;
        while (i < tasks->n && tasks->all[i].pid == tasks->all[listed].pid)
            i++;
        if (process_read(p->view, tasks->all[listed].pid, &process) != 0)
            return false;
        if (process.state == 'Z' && i - listed == 1)
            continue; /* a zombie shows 0 or 1 */
        if (process.threads != (int)(i - listed))
            return false;
    }
    return true;
}

/* FNV-1a over who is there and how often each has run: the same again means nothing has moved. */
static uint64_t sign(const struct tasks *tasks)
{
    uint64_t hash = 14695981039346656037U;
    for (size_t i = 0; i < tasks->n; i++) {
        const uint64_t parts[] = {(uint64_t)tasks->all[i].tid, tasks->all[i].switches,
                                  (uint64_t)tasks->all[i].state};
        for (size_t j = 0; j < 3; j++)
            hash = (hash ^ parts[j]) * 1099511628211U;
    }
    return hash;
}

static bool has_threads(const struct tasks *tasks)
{
    for (size_t i = 1; i < tasks->n; i++)
        if (tasks->all[i].pid == tasks->all[i - 1].pid)
            return true;
    return false;
}

static bool waits_for_ever(struct proof *p, const struct task *task)
{
    struct call call;

    if (task->state == 'Z' || task->state == 'T' || task->state == 't')
        return true; /* only another task can continue a stopped one */
    call_decode(p->view, task, &call);
    if (call.wait == CALL_UNTIMED) {
        return call_object_untimed(p->view, task, &call, p->why, sizeof(p->why));
    } else if (call.wait == CALL_TIMED) {
        snprintf(p->why, sizeof(p->why), "task %d waits in %s with a time limit", (int)task->tid,
                 call.name);
    } else if (call.wait == CALL_UNKNOWN) {
        snprintf(p->why, sizeof(p->why), "task %d is blocked in %s, which may end by itself",
                 (int)task->tid, call.name[0] == '\0' ? "no system call" : call.name);
    }
    return false;
}

/* With several threads a descriptor, or the memory that names it, may be another one by now than
 * when the call began; and a description may be held by a socket's queue alone. Then what proc
 * shows of timers is not all there is, and it counts whether any was ever set. */
static bool out_of_sight(struct proof *p)
{
    const struct timers *t = p->timers;
    const char *what = NULL;
    bool threads = has_threads(&p->first);
    if (t->timerfd && (threads || net_has_unix_sockets(p->view)))
        what = "a timerfd may be armed out of sight";
    else if (t->timeout_replaced || (t->socket_timeout && threads))
        what = "a socket's time limit may have been replaced during the call";
    if (what != NULL)
        snprintf(p->why, sizeof(p->why), "%s", what);
    return what != NULL;
}

/* The timerfds of all tasks, for an epoll set may hold one under a number that means another by
 * now. */
static bool timerfds_rest(struct proof *p, double now_ms)
{
    bool rest = true, any = false;
    for (size_t i = 0; i < p->first.n && p->timers->timerfd && rest; i++) {
        int *fds = NULL;
        pid_t pid = p->first.all[i].pid;
        int n = p->first.all[i].state == 'Z' ? 0 : object_fds(p->view, pid, &fds);
        rest = n >= 0;
        for (int j = 0; j < n && rest; j++) {
            struct object object;
            rest = object_of_fd(p->view, pid, fds[j], &object) == 0 && !object.armed;
            any |= object.kind == OBJECT_TIMERFD;
        }
        free(fds);
    }
    if (rest && (!any || now_ms - p->moved_ms > TIMERFD_MS))
        return true;
    snprintf(p->why, sizeof(p->why),
             rest ? "a timerfd may be about to expire" : "a timerfd is armed");
    return false;
}

static bool network_rests(struct proof *p, struct net *net, double now_ms)
{
    enum net_verdict verdict = net_look(p->view, net, now_ms - p->moved_ms, p->why, sizeof(p->why));
    p->inert = verdict == NET_INERT;
    if (p->inert && p->timers->user_timeout) {
        snprintf(p->why, sizeof(p->why), "a connection may be given up after a time");
        return false;
    }
    return verdict != NET_BUSY;
}

static bool nothing_can_wake(struct proof *p, double now_ms)
{
    for (size_t i = 0; i < p->first.n; i++)
        if (!waits_for_ever(p, &p->first.all[i]))
            return false;
    if (!timers_quiet(p->timers, now_ms, p->why, sizeof(p->why)))
        return false;
    /* What one end of a terminal wrote may be on its way to the other, in a kernel thread. Of the
     * one that standard output may be, the watch knows. */
    if (view_has_terminal(p->view)) {
        snprintf(p->why, sizeof(p->why), "a pseudo-terminal is open");
        return false;
    }
    if (out_of_sight(p) || !timerfds_rest(p, now_ms))
        return false;
    if (now_ms < p->net_next_ms)
        return false;
    struct net net;
    bool quiet = network_rests(p, &net, now_ms) &&
                 !inflight_any(p->view, &net, &p->first, p->why, sizeof(p->why));
    net_free(&net);
    if (!quiet) {
        p->net_pause_ms = p->net_pause_ms == 0   ? 1
                          : p->net_pause_ms < 16 ? p->net_pause_ms * 2
                                                 : 16;
        p->net_next_ms = now_ms + p->net_pause_ms;
    }
    return quiet;
}

static bool same_again(struct proof *p)
{
    if (tasks_list(p->view, &p->second) != 0 || p->second.n != p->first.n)
        return false;
    for (size_t i = 0; i < p->first.n; i++) {
        const struct task *before = &p->first.all[i];
        struct task now = *before;
        uint64_t switches = 0;
        if (p->second.all[i].pid != before->pid || p->second.all[i].tid != before->tid)
            return false;
        /* The call first and the counter last: the reverse of pass 1. */
        if (task_read(p->view, &now) != 0 || !now.blocked || now.state != before->state ||
            now.in_call != before->in_call)
            return false;
        if (now.state == 'Z')
            continue;
        if (now.nr != before->nr || now.sp != before->sp || now.pc != before->pc ||
            task_read_switches(p->view, before, &switches) != 0 || switches != before->switches)
            return false;
    }
    return true;
}

static void note_movement(struct proof *p, double now_ms)
{
    uint64_t signature = sign(&p->first);
    if (signature == p->signature)
        return;
    p->signature = signature;
    p->before_ms = p->last_ms;
    p->moved_ms = now_ms;
}

static enum proof_result attempt(struct proof *p)
{
    p->why[0] = '\0';
    bool runs =
        suspect_runs(p) || tasks_list(p->view, &p->first) != 0 || !all_blocked(p, &p->first);
    /* Not before all were seen blocked: it is from there that margins of time count. */
    double now_ms = clock_now_ms();
    if (runs) {
        p->moved_ms = now_ms;
        return PROOF_ALIVE;
    }
    note_movement(p, now_ms);
    bool any = false;
    for (size_t i = 0; i < p->first.n && !any; i++)
        any = p->first.all[i].state != 'Z';
    if (!any)
        return PROOF_NONE;
    if (!none_missed(p))
        return PROOF_ALIVE;
    if (!nothing_can_wake(p, now_ms))
        return PROOF_OPEN;
    return same_again(p) ? PROOF_DEADLOCK : PROOF_ALIVE;
}

enum proof_result proof_try(struct proof *p)
{
    double begin_ms = clock_now_ms();
    enum proof_result result = attempt(p);
    p->last_ms = begin_ms;
    return result;
}
