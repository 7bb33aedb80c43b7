/* watch.c - the loop that looks at a running world. See watch.h.
 *
 * It sleeps in ppoll(2) on init's messages, the filter's listener and the program's output, and in
 * between tries the proof. The pause between two attempts begins short and grows, so that a short
 * program is judged at once and a long one costs about two percent of a CPU. */
#include "watch.h"

#include "clock.h"
#include "init.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double PAUSE_FIRST_MS = 0.8, PAUSE_LAST_MS = 2, PAUSE_GROWTH = 1.4;
static const double DISK_FULL_MS = 100; /* a program may fill it, be told so, and make room again */
static const double STOCK_PAUSE_MS = 5; /* between two looks at what the world uses */
static const double STOPPED_MS = 1000;  /* no load keeps the harness off the CPUs so long */
static const double SETUP_MS = 60000;
enum { THOROUGH_EVERY = 10 }; /* of those looks, which one is thorough, see use.h */

/* Attempts may use a tenth of a CPU: worlds of a thousand tasks are looked at less often. */
static const double ATTEMPT_SHARE = 10;

void watch_init(struct watch *w, const struct world_spec *spec, int link, int service)
{
    *w = (struct watch){.spec = spec, .link = link, .out = -1, .err = -1};
    view_init(&w->view, service);
    drain_init(&w->drain);
    timers_init(&w->timers);
    w->timers.small_pipes = spec->knobs.small_pipes;
    origins_init(&w->origins);
    proof_init(&w->proof, &w->view, &w->timers);
}

/* What init has used up to now, and those that it has waited for, as use_take() will find it. */
static double init_cpu_ms(const struct view *v, double otherwise)
{
    struct process init;
    if (process_read(v, 1, &init) != 0)
        return otherwise;
    return (double)init.cpu_ticks * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

void watch_again(struct watch *w)
{
    struct watch old = *w;
    proof_close(&w->proof);
    origins_close(&w->origins);
    timers_close(&w->timers);
    watch_init(w, old.spec, old.link, -1);
    w->out = old.out;
    w->err = old.err;
    w->isolated = old.isolated;
    w->view = old.view;
    w->init_cpu_ms = init_cpu_ms(&w->view, old.init_cpu_ms);
    w->start_ms = clock_now_ms();
}

void watch_close(struct watch *w)
{
    proof_close(&w->proof);
    origins_close(&w->origins);
    timers_close(&w->timers);
    drain_close(&w->drain);
    view_close(&w->view);
}

static int take_view(struct watch *w, const struct link_message *message, struct error *err)
{
    struct stat root;
    if (message->n_fds != VIEW_FDS)
        return error_set(err, "the world's view came incomplete");
    memcpy(w->view.fds, message->fds, sizeof(w->view.fds));
    if (fstat(w->view.fds[VIEW_ROOT], &root) != 0)
        return error_errno(err, "cannot look at the world's file system");
    w->view.root_device = root.st_dev;
    w->init_cpu_ms = message->cpu_ms;
    w->start_ms = message->start_ms;
    return 0;
}

enum watch_step watch_take_message(struct watch *w, struct error *err)
{
    struct link_message message;
    switch (link_receive(w->link, &message)) {
    case 0:
        break;
    case 1:
        error_set(err, "the world's init ended unexpectedly");
        return STEP_FAILED;
    default:
        error_errno(err, "cannot hear the world's init");
        return STEP_FAILED;
    }
    w->again = message.again;
    w->reaped_cpu_ms = message.cpu_ms;
    switch (message.kind) {
    case LINK_VIEW:
        return take_view(w, &message, err) == 0 ? STEP_ON : STEP_FAILED;
    case LINK_STDOUT:
        drain_open(&w->drain, message.fds[0], w->out);
        w->view.own_terminal = w->drain.terminal;
        return STEP_ON;
    case LINK_LISTENER:
        timers_listen(&w->timers, message.fds[0]);
        return STEP_ON;
    case LINK_MAIN_ENDED:
        w->main_ended = true;
        w->main_ended_ms = clock_now_ms();
        w->main_status = message.value;
        return message.others ? STEP_ON : STEP_ENDED;
    case LINK_ALL_ENDED:
        return STEP_ENDED;
    default:
        error_set(err, "%s", message.text);
        return STEP_FAILED;
    }
}

/* Sleeps up to `pause_ms`, or until something is to be done, and does it. */
static enum watch_step sleep_and_serve(struct watch *w, double pause_ms, struct error *err)
{
    struct pollfd watched[] = {{.fd = w->link, .events = POLLIN},
                               {.fd = w->timers.listener, .events = POLLIN},
                               {.fd = w->drain.end, .events = POLLIN}};
    struct timespec pause = {.tv_sec = (time_t)(pause_ms / 1e3),
                             .tv_nsec = (long)(pause_ms * 1e6) % 1000000000};
    if (ppoll(watched, 3, &pause, NULL) < 0 && errno != EINTR) {
        error_errno(err, "cannot wait for the world");
        return STEP_FAILED;
    }
    if (watched[0].revents != 0)
        return watch_take_message(w, err);
    if (watched[1].revents != 0)
        timers_answer(&w->timers, &w->origins, &w->view);
    if (watched[2].revents != 0)
        drain_take(&w->drain);
    return STEP_ON;
}

static off_t size_of(int fd)
{
    struct stat stat;
    return fstat(fd, &stat) == 0 ? stat.st_size : 0;
}

double watch_living_cpu_ms(const struct watch *w)
{
    struct tasks tasks = {0};
    double sum = 0;
    if (tasks_list(&w->view, &tasks) == 0)
        for (size_t i = 0; i < tasks.n; i++)
            sum += task_cpu_ms(&w->view, &tasks.all[i]);
    tasks_free(&tasks);
    return sum;
}

void watch_end_with(struct observation *o, enum outcome_kind kind, int number, const char *note)
{
    o->outcome = (struct outcome){.kind = kind, .number = number};
    free(o->note);
    o->note = note == NULL || note[0] == '\0' ? NULL : strdup(note);
}

static bool disk_full(const struct watch *w)
{
    struct statfs use;
    return fstatfs(w->view.fds[VIEW_ROOT], &use) == 0 && (use.f_bavail == 0 || use.f_ffree == 0);
}

/* A program may fill it for a moment, and be refused more, or die of it and so make room: it is
 * over the limit if it stays so, or if nothing is left that could change it. */
static bool disk_stays_full(struct watch *w, bool final)
{
    double now = clock_now_ms();
    if (!disk_full(w))
        w->disk_full_ms = 0;
    else if (w->disk_full_ms == 0)
        w->disk_full_ms = now;
    return w->disk_full_ms != 0 && (final || now - w->disk_full_ms >= DISK_FULL_MS);
}

static bool over_limit(struct watch *w, struct observation *o, bool final)
{
    const struct world_limits *limits = &w->spec->limits;
    off_t output = (off_t)limits->output_kib << 10;
    char note[128];

    drain_take(&w->drain);
    if (size_of(w->out) > output || size_of(w->err) > output) {
        snprintf(note, sizeof(note), "more than %ld KiB of output", limits->output_kib);
        watch_end_with(o, OUTCOME_LIMIT, LIMIT_OUTPUT, note);
        return true;
    }
    if (!w->isolated)
        return false;
    w->use = use_take(&w->view, (double)limits->memory_mib, w->n_stocks++ % THOROUGH_EVERY == 0);
    w->use.cpu_s -= w->init_cpu_ms / 1e3;
    if (w->use.tasks > limits->processes) {
        snprintf(note, sizeof(note), "more than %ld tasks at once", limits->processes);
        watch_end_with(o, OUTCOME_LIMIT, LIMIT_PROCESSES, note);
    } else if (w->use.memory_mib > (double)limits->memory_mib) {
        snprintf(note, sizeof(note), "more than %ld MiB of memory", limits->memory_mib);
        watch_end_with(o, OUTCOME_LIMIT, LIMIT_MEMORY, note);
    } else if (disk_stays_full(w, final)) {
        snprintf(note, sizeof(note), "the world's %ld MiB of disk are full", limits->disk_mib);
        watch_end_with(o, OUTCOME_LIMIT, LIMIT_DISK, note);
    } else {
        return false;
    }
    return true;
}

bool watch_over_limit(struct watch *w, struct observation *o)
{
    return over_limit(w, o, false);
}

bool watch_out_of_cpu(struct watch *w, struct observation *o)
{
    char note[64];
    if (w->main_ended || w->use.cpu_s < w->spec->limits.cpu_s)
        return false;
    snprintf(note, sizeof(note), "%.2f s of CPU time used", w->use.cpu_s);
    watch_end_with(o, OUTCOME_LIVELOCK, 0, note);
    return true;
}

/* A file that grew to the limit ends a process by SIGXFSZ, setrlimit(2). */
void watch_ended(struct watch *w, struct observation *o)
{
    int status = w->main_status;
    char note[128];
    if (WIFEXITED(status)) {
        watch_end_with(o, OUTCOME_EXIT, WEXITSTATUS(status), NULL);
    } else if (WTERMSIG(status) == SIGXFSZ) {
        snprintf(note, sizeof(note), "a file of more than %ld MiB", w->spec->limits.disk_mib);
        watch_end_with(o, OUTCOME_LIMIT, LIMIT_DISK, note);
    } else {
        watch_end_with(o, OUTCOME_SIGNAL, WTERMSIG(status), NULL);
    }
    over_limit(w, o, true);
}

static bool main_is_alive(const struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->n; i++)
        if (tasks->all[i].pid == INIT_FIRST_CHILD && tasks->all[i].state != 'Z')
            return true;
    return false;
}

/* What is left of a program whose main process has ended is not judged dead but left behind. */
bool watch_proved_dead(struct watch *w, struct observation *o)
{
    enum proof_result result = proof_try(&w->proof);
    /* In this order, and with no read in between: see drain.h. A task that waits for our answer
     * looks as if it were in its call, but has not begun it. */
    if (result != PROOF_DEADLOCK || !drain_is_empty(&w->drain) || timers_are_asked(&w->timers))
        return false;
    if (w->main_ended) {
        watch_ended(w, o);
        return true;
    }
    /* Its end may be known to the kernel, and init's message still be on its way. */
    if (!main_is_alive(&w->proof.first))
        return false;
    if (over_limit(w, o, true))
        return true; /* what it is dead of */
    watch_end_with(o, OUTCOME_DEADLOCK, 0, w->proof.inert ? w->proof.why : NULL);
    double quiet_ms = w->proof.before_ms > 0 ? w->proof.before_ms : w->start_ms;
    o->verdict_ms = clock_now_ms() - quiet_ms;
    return true;
}

static bool out_of_time(struct watch *w, struct observation *o, double now_ms)
{
    const struct world_limits *limits = &w->spec->limits;
    bool late = now_ms - w->start_ms > limits->wall_s * 1e3;
    if (w->main_ended && (late || now_ms - w->main_ended_ms > limits->grace_s * 1e3)) {
        watch_ended(w, o);
        return true;
    }
    if (late)
        watch_end_with(o, OUTCOME_TIMEOUT, 0, w->proof.why);
    return late;
}

/* When to look next, and at what. */
struct rhythm {
    double attempt_ms, stock_ms; /* CLOCK_MONOTONIC of the next attempt and look at what is used */
    double pause_ms;             /* between two attempts */
};

static void plan_attempt(struct rhythm *r, double cost_ms)
{
    double grown = r->pause_ms * PAUSE_GROWTH;
    r->pause_ms = grown < PAUSE_LAST_MS ? grown : PAUSE_LAST_MS;
    double pause_ms = cost_ms * ATTEMPT_SHARE > r->pause_ms ? cost_ms * ATTEMPT_SHARE : r->pause_ms;
    r->attempt_ms = clock_now_ms() + pause_ms;
}

/* Does what is due. True if the end of the run is known. */
static bool look(struct watch *w, struct observation *o, struct rhythm *r)
{
    double now = clock_now_ms();
    if (now >= r->attempt_ms) {
        /* In CPU time: on a busy machine the clock counts what others do. */
        double before = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
        if (w->isolated && watch_proved_dead(w, o))
            return true;
        plan_attempt(r, clock_ms(CLOCK_PROCESS_CPUTIME_ID) - before);
    }
    if (now >= r->stock_ms) {
        if (watch_over_limit(w, o) || watch_out_of_cpu(w, o))
            return true;
        r->stock_ms = clock_now_ms() + STOCK_PAUSE_MS;
    }
    return out_of_time(w, o, now);
}

int watch_wait_for_start(struct watch *w, struct error *err)
{
    double until_ms = clock_now_ms() + SETUP_MS;
    while (w->start_ms == 0) {
        if (sleep_and_serve(w, until_ms - clock_now_ms(), err) != STEP_ON)
            return -1;
        if (clock_now_ms() >= until_ms)
            return error_set(err, "the world did not come up within %.0f s", SETUP_MS / 1e3);
    }
    return 0;
}

/* If the harness itself was stopped, the program's wall time stood still for it. */
static void make_up_for(struct watch *w, double overslept_ms)
{
    if (overslept_ms < STOPPED_MS)
        return;
    w->start_ms += overslept_ms;
    w->main_ended_ms += overslept_ms;
}

/* Init makes one call that the filter stops: then it is known of all calls before whether one was
 * lost. */
static void await_mark(struct watch *w)
{
    struct link_message mark = {.kind = LINK_MARK};
    struct pollfd watched[] = {{.fd = w->view.service, .events = POLLIN},
                               {.fd = w->timers.listener, .events = POLLIN}};
    if (link_send(w->view.service, &mark) != 0)
        return;
    while (watched[0].revents == 0 && (poll(watched, 2, -1) >= 0 || errno == EINTR))
        if (watched[1].revents != 0)
            timers_answer(&w->timers, &w->origins, &w->view);
    link_receive(w->view.service, &mark);
}

int watch_run(struct watch *w, struct observation *o, struct error *err)
{
    if (watch_wait_for_start(w, err) != 0)
        return -1;
    struct rhythm rhythm = {.attempt_ms = w->start_ms + PAUSE_FIRST_MS,
                            .stock_ms = w->start_ms + STOCK_PAUSE_MS,
                            .pause_ms = PAUSE_FIRST_MS};
    enum watch_step step = STEP_ON;
    while (step == STEP_ON) {
        double now_ms = clock_now_ms(), pause_ms = rhythm.attempt_ms - now_ms;
        step = sleep_and_serve(w, pause_ms > 0 ? pause_ms : 0, err);
        make_up_for(w, clock_now_ms() - now_ms - pause_ms);
        if (step == STEP_ON && look(w, o, &rhythm))
            break;
    }
    if (step == STEP_FAILED)
        return -1;
    if (step == STEP_ENDED) {
        w->all_ended = true;
        watch_ended(w, o);
    }
    if (w->timers.small_pipes && w->isolated && o->outcome.kind != OUTCOME_LIMIT)
        await_mark(w);
    w->ended_ms = clock_now_ms();
    return 0;
}
