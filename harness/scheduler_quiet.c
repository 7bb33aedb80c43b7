/* scheduler_quiet.c - takes what the tasks come with, until nothing moves any more. See
 * scheduler_parts.h. */
#include "scheduler_parts.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

enum { LINKER_SIZE = 1 << 18 }; /* that much from its start is the dynamic linker */

static const double SLICE_MS = 3; /* computing so long is spinning */
static const struct timespec A_MOMENT = {.tv_nsec = 50000};

static uint64_t bit_of(const struct scheduler *s, const struct controlled *task)
{
    int number = scheduler_number(s, task);
    return number < 64 ? UINT64_C(1) << number : 0;
}

/* Whether the call was made by the dynamic linker, which loads libraries and talks to nobody. */
static bool is_linkers(const struct controlled *task, const struct seccomp_notif *n)
{
    return n->data.instruction_pointer - task->linker < LINKER_SIZE && task->linker != 0 &&
           task->kind == POINT_CALL;
}

/* The first call after execve(2) tells whether it has succeeded: then it is the new linker's, or
 * there is none. */
static void look_at_image(struct scheduler *s, struct controlled *task,
                          const struct seccomp_notif *n)
{
    task->execs = false;
    task->linker = controlled_linker(task);
    if (task->linker == 0 || is_linkers(task, n))
        virtual_time_exec(&s->time, task->call.tgid);
    if (task->linker == 0 && scheduler_number(s, task) == 0)
        virtual_time_follow(&s->time); /* without our library it reads the real clocks */
}

/* The task of a notification. If it is not known, it is a newborn, or a thread that has become its
 * process's main one. NULL with s->err. */
static struct controlled *meet(struct scheduler *s, pid_t tid)
{
    struct controlled *last = s->last < 0 ? NULL : scheduler_task(s, s->last);
    if (last != NULL && last->execs && last->call.tgid == tid) {
        controlled_succeed(&s->tasks, last);
        return last;
    }
    struct controlled *known = controlled_find(&s->tasks, tid);
    if (known != NULL)
        return known;
    known = controlled_add(&s->tasks, &s->control->schedule, tid, s->last);
    if (known == NULL)
        error_set(s->err, "cannot follow the program's tasks: out of memory");
    else if (s->tasks.n == 1 && processor_take(s->control->processor, tid, s->err) != 0)
        return NULL;
    return known;
}

/* What cannot be undone by removing what is left: numbers are given away in order, and ports rest
 * for a minute. */
static int spends(const struct held_call *call)
{
    switch (call->nr) {
    case SYS_msgget:
    case SYS_semget:
    case SYS_shmget:
        return CLONE_NEWIPC;
    case SYS_socket:
        return call->args[0] == AF_UNIX ? 0 : CLONE_NEWNET;
    default:
        return 0;
    }
}

static void hold(struct scheduler *s, struct controlled *task, const struct seccomp_notif *n)
{
    task->state = TASK_HELD;
    if (task->demoted)
        processor_promote(s->control->processor, task->call.tid);
    task->demoted = false;
    task->id = n->id;
    task->signals_seen = s->signals;
    task->pending = 0;
    task->vforks = false;
    task->timed = (struct timed){.kind = TIMED_NOT};
    bool transfers = task->call.nr == SYS_read || task->call.nr == SYS_write ||
                     task->call.nr == SYS_readv || task->call.nr == SYS_writev;
    if (task->kind == POINT_SLEEP || task->kind == POINT_TIMED || (transfers && s->socket_limits))
        virtual_time_look(&s->time, &task->call, &task->timed);
    s->control->spent |= spends(&task->call);
    struct step *step = scheduler_latest(s);
    if (step != NULL && task->was_blocked)
        step->woken |= bit_of(s, task);
}

/* A task has come to a call. 0, or -1 with s->err. */
static int arrive(struct scheduler *s, const struct seccomp_notif *n)
{
    struct controlled *task = meet(s, (pid_t)n->pid);
    if (task == NULL)
        return -1;
    task->call.nr = n->data.nr;
    memcpy(task->call.args, n->data.args, sizeof(task->call.args));
    task->kind = point_kind(n->data.nr);
    if (task->execs)
        look_at_image(s, task, n);
    if (is_linkers(task, n)) {
        task->state = TASK_RUNNING;
        scheduler_reply(s, n->id, 0, true);
    } else if (task->kind == POINT_LIBRARY && n->data.args[0] == LIBRARY_STARTED) {
        task->state = TASK_RUNNING;
        scheduler_reply(s, n->id, 0, false);
    } else {
        hold(s, task, n);
    }
    return 0;
}

/* Takes what waits at the listener. */
static int drain(struct scheduler *s)
{
    struct pollfd ready = {.fd = scheduler_listener(s), .events = POLLIN};
    while (ready.fd >= 0 && poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0) {
        struct seccomp_notif n;
        memset(&n, 0, sizeof(n));
        if (ioctl(ready.fd, SECCOMP_IOCTL_NOTIF_RECV, &n) != 0)
            continue; /* ENOENT: the caller was killed */
        if (arrive(s, &n) != 0)
            return -1;
    }
    return 0;
}

static void bury(struct scheduler *s, struct controlled *task)
{
    task->state = TASK_DEAD;
    controlled_forget(task);
    s->signals++;
    struct step *step = scheduler_latest(s);
    if (step != NULL)
        step->ended |= bit_of(s, task);
    if (!controlled_lives(&s->tasks, task->call.tgid))
        virtual_time_exit(&s->time, task->call.tgid);
}

/* Whether it has computed for a slice since it was let go. With priorities, we see it compute only
 * if the watchdog has raised us; then its priority goes. */
static bool spins(const struct scheduler *s, struct controlled *task)
{
    double cpu_ms = controlled_cpu_ms(task);
    if (task->demoted)
        return true;
    if (task->cpu_ms < 0)
        task->cpu_ms = cpu_ms;
    if (cpu_ms - task->cpu_ms < SLICE_MS)
        return false;
    processor_demote(s->control->processor, task->call.tid);
    task->demoted = true;
    return true;
}

/* Asks what a task is doing that is not held. True if it does not move. */
static bool rests(struct scheduler *s, struct controlled *task)
{
    if (!s->control->processor->real_time)
        task->runs = controlled_runs(task);
    switch (controlled_state(task)) {
    case 'Z':
    case 'X':
        bury(s, task);
        return true;
    case 'R':
        if (!spins(s, task)) {
            task->state = TASK_RUNNING;
            return false;
        }
        task->state = TASK_SPINNING;
        return true;
    case 'D':
        task->state = task->vforks ? TASK_BLOCKED : TASK_RUNNING;
        return task->vforks;
    default:
        task->state = TASK_BLOCKED;
        return true;
    }
}

static bool all_rest(struct scheduler *s)
{
    for (size_t i = 0; i < s->tasks.n; i++) {
        struct controlled *task = &s->tasks.all[i];
        if (task->state != TASK_HELD && task->state != TASK_DEAD && !rests(s, task))
            return false;
    }
    return true;
}

/* Each was at rest when it was asked, but one may have woken another that was asked before it. With
 * priorities none of them could run meanwhile; without, all that are blocked must not have run
 * since they were asked, so that they were blocked together. */
static bool rest_together(const struct scheduler *s)
{
    for (size_t i = 0; !s->control->processor->real_time && i < s->tasks.n; i++) {
        const struct controlled *task = &s->tasks.all[i];
        if (task->state != TASK_BLOCKED)
            continue;
        char state = controlled_state(task);
        if (state == 'R' || state == 'X' || state == 'Z' || controlled_runs(task) != task->runs)
            return false;
    }
    return true;
}

/* A child that was made is awaited: it will come to its first point without anybody's doing. The
 * second instance is nobody's child, but what the first step makes. */
static bool newborn_is_here(const struct scheduler *s)
{
    if (s->watch->spec->knobs.second_instance && s->cloned && s->tasks.n == 1)
        return scheduler_task(s, 0)->state == TASK_DEAD;
    return !s->cloned || scheduler_task(s, s->last)->state == TASK_DEAD ||
           !controlled_misses_newborn(&s->tasks, scheduler_task(s, s->last));
}

enum run_step scheduler_settle(struct scheduler *s)
{
    for (unsigned turns = 0;; turns++) {
        watchdog_beat(s->control->watchdog);
        if (drain(s) != 0)
            return RUN_FAILED;
        if (all_rest(s) && rest_together(s) && newborn_is_here(s) &&
            !timers_are_asked(&s->watch->timers))
            return RUN_ON;
        enum run_step step = scheduler_look(s);
        if (step != RUN_ON)
            return step;
        if (watchdog_has_raised(s->control->watchdog)) {
            watchdog_step_back(s->control->watchdog);
            continue;
        }
        /* On the same processor and without priorities, to yield is to let them run. */
        if (s->control->processor->real_time || turns > 100)
            clock_nanosleep(CLOCK_MONOTONIC, 0, &A_MOMENT, NULL);
        else
            sched_yield();
    }
}
