/* scheduler.c - the loop of a controlled run: until all is quiet, choose, let go. See scheduler.h.
 *
 * With real-time priorities the scheduler is off the processor as long as any task of the program
 * can run, so that what it sees when it runs is quiet already; it makes sure all the same, for on a
 * busy machine a wake-up can be under way. Without, it asks until it is. */
#include "scheduler_parts.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    AFTERLIFE = 2000, /* steps that others may make when the main process has ended */
    A_SLICE = 20,     /* that many is a slice of computing worth, which takes so much longer */
};

static const double LOOK_PAUSE_MS = 5; /* between two looks at limits and budgets */

int scheduler_listener(const struct scheduler *s)
{
    return s->watch->timers.listener;
}

struct controlled *scheduler_task(const struct scheduler *s, int number)
{
    return &s->tasks.all[number];
}

int scheduler_number(const struct scheduler *s, const struct controlled *task)
{
    return (int)(task - s->tasks.all);
}

struct step *scheduler_latest(struct scheduler *s)
{
    struct schedule *schedule = &s->control->schedule;
    if (s->spare.n_options > 0)
        return &s->spare;
    return schedule->n_steps == 0 ? NULL : &schedule->steps[schedule->n_steps - 1];
}

enum run_step scheduler_look(struct scheduler *s)
{
    double now = clock_now_ms();
    if (now < s->look_ms)
        return RUN_ON;
    if (watch_over_limit(s->watch, s->o) || watch_out_of_cpu(s->watch, s->o))
        return RUN_ENDED;
    /* To show a run takes its time, which is not the program's. */
    double wall_ms = s->watch->spec->limits.wall_s * (s->control->shown ? 1e4 : 1e3);
    if (now - s->watch->start_ms > wall_ms) {
        watch_end_with(s->o, OUTCOME_TIMEOUT, 0, s->watch->proof.why);
        return RUN_ENDED;
    }
    s->look_ms = clock_now_ms() + LOOK_PAUSE_MS;
    return RUN_ON;
}

/* A run that is longer than can be written down goes on by turns, until it ends or a budget is used
 * up. */
static size_t choose(struct scheduler *s)
{
    if (s->n_options == 1)
        return 0;
    if (s->control->schedule.cut)
        return s->turns++ % s->n_options;
    const struct decision decision = {
        .options = s->options, .n = s->n_options, .current = s->current};
    size_t chosen = s->control->choose(s->control->context, &decision);
    return chosen < s->n_options ? chosen : 0;
}

static bool any_alive(const struct scheduler *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.all[i].state != TASK_DEAD)
            return true;
    return s->tasks.n == 0;
}

/* What init has to say, waiting for it up to `wait_ms`. */
static enum run_step hear_init(struct scheduler *s, int wait_ms)
{
    while (link_await(s->watch->link, wait_ms)) {
        enum watch_step step = watch_take_message(s->watch, s->err);
        if (step == STEP_FAILED)
            return RUN_FAILED;
        if (step == STEP_ENDED) {
            s->watch->all_ended = true;
            watch_ended(s->watch, s->o);
            return RUN_ENDED;
        }
        wait_ms = 0;
    }
    return RUN_ON;
}

/* Nothing can go on. If all that lives is blocked for ever, that is the end; else something is
 * still under way in the kernel, such as a packet. */
static enum run_step stand_still(struct scheduler *s)
{
    enum run_step step = hear_init(s, any_alive(s) ? 0 : 1);
    if (step != RUN_ON)
        return step;
    if (any_alive(s) && watch_proved_dead(s->watch, s->o)) {
        if (s->o->outcome.kind == OUTCOME_DEADLOCK)
            s->o->verdict_ms = clock_now_ms() - s->moved_ms;
        return RUN_ENDED;
    }
    struct pollfd both[] = {{.fd = scheduler_listener(s), .events = POLLIN},
                            {.fd = s->watch->link, .events = POLLIN}};
    poll(both, 2, 1);
    return scheduler_look(s);
}

/* Whether all instances of the program have ended. They are the first tasks there are. */
static bool mains_are_dead(const struct scheduler *s)
{
    size_t n = s->watch->spec->knobs.second_instance ? 2 : 1;
    for (size_t i = 0; i < n; i++)
        if (s->tasks.n <= i || scheduler_task(s, (int)i)->state != TASK_DEAD)
            return false;
    return true;
}

/* Others may outlive the main process, but not for ever. Init is about to say that it has ended,
 * and is waited for, so that the same run ends at the same step again. */
static enum run_step mourn(struct scheduler *s)
{
    if (!mains_are_dead(s))
        return RUN_ON;
    bool known =
        s->watch->main_ended || controlled_lives(&s->tasks, scheduler_task(s, 0)->call.tgid);
    enum run_step step = hear_init(s, known ? 0 : 1000);
    if (step != RUN_ON || !s->watch->main_ended)
        return step;
    const struct step *latest = scheduler_latest(s);
    s->after_main += latest != NULL && latest->choice.kind == CHOICE_SPIN ? A_SLICE : 1;
    if (s->after_main < AFTERLIFE)
        return RUN_ON;
    watch_ended(s->watch, s->o);
    return RUN_ENDED;
}

/* What is held is let go to be stopped before its call: a debugger cannot attach to a task that
 * waits for our answer. */
static enum run_step stop_all(struct scheduler *s)
{
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.all[i].state != TASK_DEAD)
            kill(s->tasks.all[i].call.tgid, SIGSTOP);
    for (size_t i = 0; i < s->tasks.n; i++)
        if (s->tasks.all[i].state == TASK_HELD)
            scheduler_reply(s, s->tasks.all[i].id, -ERESTARTNOINTR, false);
    watch_end_with(s->o, OUTCOME_TIMEOUT, 0, "stopped before its last step");
    return RUN_ENDED;
}

static enum run_step go_on(struct scheduler *s)
{
    struct schedule *schedule = &s->control->schedule;
    if (s->control->stop_before != 0 && schedule->n_steps == s->control->stop_before)
        return stop_all(s);
    if (scheduler_list_options(s) != 0)
        return RUN_FAILED;
    if (s->n_options == 0)
        return stand_still(s);
    schedule->cut |= schedule->n_steps >= s->control->max_steps;
    const struct observation *known = s->control->after_cut;
    if (schedule->cut && known != NULL) {
        watch_end_with(s->o, known->outcome.kind, known->outcome.number, known->note);
        return RUN_ENDED;
    }
    const struct step *step = scheduler_note(s, choose(s));
    if (step == NULL)
        return RUN_FAILED;
    scheduler_perform(s, step);
    s->moved_ms = clock_now_ms();
    return scheduler_look(s);
}

/* The step is over when all is quiet again. */
static void complete(struct scheduler *s)
{
    struct step *step = scheduler_latest(s);
    if (step != NULL && scheduler_task(s, step->choice.task)->state == TASK_BLOCKED &&
        step->choice.kind != CHOICE_EXPIRE)
        step->blocks = true;
}

static enum run_step wait_for_program(struct scheduler *s)
{
    while (scheduler_listener(s) < 0) {
        enum run_step step = hear_init(s, 1000);
        if (step != RUN_ON)
            return step;
        if ((step = scheduler_look(s)) != RUN_ON)
            return step;
    }
    return RUN_ON;
}

static enum run_step run(struct scheduler *s)
{
    enum run_step step = wait_for_program(s);
    while (step == RUN_ON) {
        step = scheduler_settle(s);
        if (step == RUN_ON) {
            complete(s);
            step = mourn(s);
        }
        if (step == RUN_ON)
            step = go_on(s);
    }
    return step;
}

/* The processes that are left. */
static void note_alive(struct scheduler *s)
{
    struct control *c = s->control;
    c->alive = calloc(s->tasks.n + 1, sizeof(*c->alive));
    c->n_alive = 0;
    for (size_t i = 0; i < s->tasks.n && c->alive != NULL; i++) {
        size_t known = 0;
        while (known < c->n_alive && c->alive[known] != s->tasks.all[i].call.tgid)
            known++;
        if (known == c->n_alive && s->tasks.all[i].state != TASK_DEAD)
            c->alive[c->n_alive++] = s->tasks.all[i].call.tgid;
    }
}

void scheduler_serve(struct watch *w, pid_t child)
{
    int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    struct pollfd both[] = {{.fd = pidfd, .events = POLLIN},
                            {.fd = w->timers.listener, .events = POLLIN}};
    while (pidfd >= 0 && both[0].revents == 0 && (poll(both, 2, -1) > 0 || errno == EINTR)) {
        struct seccomp_notif n;
        struct seccomp_notif_resp go = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        memset(&n, 0, sizeof(n));
        if ((both[1].revents & POLLIN) == 0)
            both[1].fd = both[1].revents == 0 ? both[1].fd : -1; /* nobody is left */
        else if (ioctl(both[1].fd, SECCOMP_IOCTL_NOTIF_RECV, &n) == 0) {
            go.id = n.id;
            if (n.data.nr == POINT_LIBRARY_CALL)
                go.flags = 0;
            ioctl(both[1].fd, SECCOMP_IOCTL_NOTIF_SEND, &go); /* ENOENT: it was killed */
        }
    }
    if (pidfd >= 0)
        close(pidfd);
    waitpid(child, NULL, 0);
}

/* What still computes would keep init, which is to end it, off the processor. */
static void demote_running(const struct scheduler *s)
{
    for (size_t i = 0; i < s->tasks.n; i++) {
        const struct controlled *task = &s->tasks.all[i];
        if (task->state == TASK_RUNNING || task->state == TASK_SPINNING)
            processor_demote(s->control->processor, task->call.tid);
    }
}

int scheduler_run(struct watch *w, struct control *control, struct observation *o,
                  struct error *err)
{
    struct scheduler s = {.watch = w, .control = control, .o = o, .last = -1, .err = err};
    control->schedule.hash = 14695981039346656037U;
    control->spent = 0;
    if (watch_wait_for_start(w, err) != 0)
        return -1;
    virtual_time_init(&s.time, &w->view, control->realtime_ns, control->monotonic_ns);
    s.teller = control->shown ? story_open(&w->view, &control->schedule) : NULL;
    s.look_ms = w->start_ms + LOOK_PAUSE_MS;
    enum run_step step = run(&s);
    w->ended_ms = clock_now_ms();
    demote_running(&s);
    note_alive(&s);
    story_close(s.teller);
    virtual_time_close(&s.time);
    controlled_free(&s.tasks);
    free(s.options);
    return step == RUN_FAILED ? -1 : 0;
}
