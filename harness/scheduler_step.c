/* scheduler_step.c - one step: writes it down and makes it. See scheduler_parts.h. */
#include "scheduler_parts.h"

#include "short_read.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>

static const struct timespec SLICE = {.tv_nsec = 4000000};

void scheduler_reply(const struct scheduler *s, uint64_t id, long answer, bool go)
{
    struct seccomp_notif_resp response = {
        .id = id,
        .val = answer < 0 ? 0 : answer,
        .error = answer < 0 ? (int)answer : 0,
        .flags = go ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0,
    };
    watchdog_beat(s->control->watchdog);
    ioctl(scheduler_listener(s), SECCOMP_IOCTL_NOTIF_SEND,
          &response); /* ENOENT: it was killed meanwhile */
    watchdog_beat(s->control->watchdog);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        hash = (hash ^ (value >> i * 8 & 0xff)) * 1099511628211U; /* FNV-1a */
    return hash;
}

/* To look at a stack takes a hundred times as long as the step: of long runs the beginning and the
 * end are told. */
static bool is_told(const struct scheduler *s)
{
    enum { TOLD = 1000 };
    size_t n = s->control->schedule.n_steps;
    return !s->control->schedule.cut && (n <= TOLD || n + TOLD > s->control->expected_steps);
}

/* How often a task spins depends on the machine, so that this does not make another schedule. */
struct step *scheduler_note(struct scheduler *s, size_t chosen)
{
    struct schedule *schedule = &s->control->schedule;
    const struct choice choice = s->options[chosen].choice;
    struct controlled *task = scheduler_task(s, choice.task);
    struct step *step = schedule->cut ? &s->spare : schedule_add(schedule);
    if (step == NULL) {
        error_set(s->err, "cannot write a schedule down: out of memory");
        return NULL;
    }
    *step = (struct step){.choice = choice,
                          .n_options = s->n_options,
                          .chosen = chosen,
                          .preempts = s->current >= 0 && choice.task != s->current,
                          .nr = task->call.nr,
                          .signal = task->pending};
    memcpy(step->args, task->call.args, sizeof(step->args));
    if (choice.kind != CHOICE_SPIN && !schedule->cut) {
        schedule->hash = mix(schedule->hash, (uint64_t)choice.task << 8 | (uint64_t)choice.kind);
        schedule->hash = mix(schedule->hash, (uint64_t)step->nr);
    }
    if (s->teller != NULL && is_told(s))
        story_tell(s->teller, &task->call, step);
    return step;
}

/* Whether other tasks can get a signal from this call; `*ever`: from now on from any call. */
static bool may_signal(const struct held_call *call, bool *ever)
{
    switch (call->nr) {
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_rt_sigqueueinfo:
    case SYS_rt_tgsigqueueinfo:
    case SYS_pidfd_send_signal:
        return true;
    case SYS_fcntl:
        *ever |= (call->args[1] == F_SETFL && (call->args[2] & O_ASYNC) != 0) ||
                 call->args[1] == F_SETLEASE;
        return false;
    case SYS_mq_notify:
    case SYS_ioctl:
        *ever |= call->nr == SYS_mq_notify || call->args[1] == FIOASYNC;
        return false;
    default:
        return false;
    }
}

/* clone3(2) has its flags in memory: perhaps. */
static bool may_vfork(const struct held_call *call)
{
    return call->nr == SYS_vfork || call->nr == SYS_clone3 ||
           (call->nr == SYS_clone && (call->args[0] & CLONE_VFORK) != 0);
}

/* Whether the call would wait, on the run's clock. */
static bool waits_in_time(struct scheduler *s, const struct controlled *task)
{
    return task->timed.kind == TIMED_SLEEP ||
           (task->timed.kind == TIMED_LIMIT && !virtual_time_ready(&s->time, &task->call));
}

/* Whether the call is ours to answer, and how. */
static bool is_answered(struct scheduler *s, struct controlled *task, long *answer)
{
    *answer = 0;
    if (task->kind == POINT_LIBRARY || task->kind == POINT_SCHEDULING)
        return true;
    if (task->kind == POINT_TIMER || task->kind == POINT_CLOCK) {
        virtual_time_look(&s->time, &task->call, &task->timed);
        *answer = task->timed.answer;
        return task->timed.kind == TIMED_ANSWER;
    }
    /* It waits, and the signal arrives. Asked once more: without one the program would see an error
     * that only the kernel knows. */
    if (task->pending == 0 || !waits_in_time(s, task) || controlled_pending(&s->tasks, task) == 0)
        return false;
    *answer = virtual_time_interrupt(&s->time, &task->call, &task->timed);
    return true;
}

/* Whether the call that the task enters counts for control.killed. */
static bool is_counted(const struct control *c, const struct controlled *task)
{
    return c->killed.name != NULL && c->killed.nth > 0 && c->killed.nr == task->call.nr &&
           (task->kind != POINT_LIBRARY || task->call.args[0] == c->killed.function) &&
           controlled_is_called(task, c->killed.name);
}

/* The task enters its call, whatever is to become of it. Returns whether that has killed it. */
static bool is_killed(struct scheduler *s, const struct controlled *task)
{
    if (!is_counted(s->control, task) || --s->control->killed.nth > 0)
        return false;
    s->signals++;
    kill(task->call.tgid, SIGKILL);
    return true;
}

/* The call begins, or is answered. */
static void let_go(struct scheduler *s, struct controlled *task)
{
    long answer;
    if (is_killed(s, task))
        return;
    bool answered = is_answered(s, task, &answer);
    task->execs = task->kind == POINT_EXEC;
    s->cloned = task->kind == POINT_CLONE;
    task->vforks = s->cloned && may_vfork(&task->call);
    s->socket_limits |= task->call.nr == SYS_setsockopt;
    if (may_signal(&task->call, &s->any_signal) || task->pending != 0)
        s->signals++;
    scheduler_reply(s, task->id, answered ? answer : 0, !answered);
}

static void let_time_pass(struct scheduler *s, struct controlled *task)
{
    if (is_killed(s, task))
        return;
    virtual_time_pass(&s->time, task->timed.deadline_ns);
    virtual_time_expire_call(&s->time, &task->call);
    scheduler_reply(s, task->id, task->timed.answer, false);
}

/* A slice on the processor for a task that comes to no point. */
static void let_spin(struct scheduler *s, struct controlled *task)
{
    task->cpu_ms = controlled_cpu_ms(task);
    task->demoted = false;
    watchdog_beat(s->control->watchdog);
    if (s->control->processor->real_time)
        processor_promote(s->control->processor, task->call.tid);
    else
        clock_nanosleep(CLOCK_MONOTONIC, 0, &SLICE, NULL);
}

static void expire(struct scheduler *s)
{
    int64_t deadline;
    virtual_time_next(&s->time, &deadline);
    virtual_time_pass(&s->time, deadline);
    s->signals++;
    virtual_time_expire_timer(&s->time);
}

/* How long a task has gone on while others, or time, could have. */
static void count_turns(struct scheduler *s, struct controlled *task)
{
    bool others = scheduler_next_time(s) != INT64_MAX;
    for (size_t i = 0; i < s->n_options; i++)
        others |= s->options[i].choice.task != scheduler_number(s, task);
    for (size_t i = 0; i < s->tasks.n; i++)
        if (&s->tasks.all[i] != task)
            s->tasks.all[i].alone = 0;
    task->alone += others;
}

void scheduler_perform(struct scheduler *s, const struct step *step)
{
    const struct choice choice = step->choice;
    struct controlled *task = scheduler_task(s, choice.task);
    count_turns(s, task);
    s->cloned = false;
    for (size_t i = 0; i < s->tasks.n; i++)
        s->tasks.all[i].was_blocked = s->tasks.all[i].state == TASK_BLOCKED;
    if (choice.kind == CHOICE_EXPIRE) {
        expire(s);
        return;
    }
    s->last = choice.task;
    task->state = TASK_RUNNING;
    task->cpu_ms = s->control->processor->real_time ? -1 : controlled_cpu_ms(task);
    switch (choice.kind) {
    case CHOICE_SIGNAL:
        s->signals++;
        if (controlled_pending(&s->tasks, task) != 0)
            scheduler_reply(s, task->id, -ERESTARTNOINTR, false);
        else
            let_go(s, task); /* somebody else of its process has taken it */
        break;
    case CHOICE_TIMEOUT:
        let_time_pass(s, task);
        break;
    case CHOICE_SHORT:
        if (!is_killed(s, task))
            scheduler_reply(s, task->id, short_read_make(&s->watch->view, &task->call), false);
        break;
    case CHOICE_SPIN:
        let_spin(s, task);
        break;
    default:
        let_go(s, task);
    }
}
