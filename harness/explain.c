/* explain.c - describes what each task waits for, and follows who could end it. See explain.h.
 *
 * What there is to know is gathered in a scene (scene.h): here is the walk over the tasks; the
 * files explain_*.c know the kinds of things that are waited for. */
#include "explain.h"

#include "arguments.h"
#include "chain.h"
#include "clock.h"
#include "lesson.h"
#include "scene.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Signals 32 and 33, which the C library keeps for itself, tell nothing of a program. */
static const uint64_t RESERVED = UINT64_C(3) << 31;

/* Reads all tasks, who holds what, and whom to begin with. */
static int scene_open(struct scene *scene, struct view *v, const struct explain_options *options)
{
    *scene = (struct scene){.view = v,
                            .options = options,
                            .n_local = -1,
                            .n_tcp = -1,
                            .begin_cpu_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID)};
    if (tasks_list(v, &scene->tasks) != 0)
        return -1;
    size_t n = scene->tasks.n + 1;
    scene->waits = calloc(n, sizeof(*scene->waits));
    scene->involved = calloc(n, sizeof(*scene->involved));
    scene->told = calloc(n, sizeof(*scene->told));
    scene->futexes = calloc(n, sizeof(*scene->futexes));
    scene->mappings = calloc(n, sizeof(*scene->mappings));
    scene->labels = calloc(n, sizeof(*scene->labels));
    scene->stacks = options->lines ? stacks_open(v) : NULL;
    if (scene->waits == NULL || scene->involved == NULL || scene->told == NULL ||
        scene->futexes == NULL || scene->mappings == NULL || scene->labels == NULL ||
        (options->lines && scene->stacks == NULL))
        return -1;
    return 0;
}

/* Also what was not handed over. */
static void scene_close(struct scene *scene)
{
    for (size_t i = 0; i < scene->tasks.n; i++) {
        if (scene->waits != NULL)
            wait_free(&scene->waits[i]);
        if (scene->mappings != NULL)
            shared_mappings_free(&scene->mappings[i].shared);
    }
    for (size_t i = 0; i < scene->n_edges; i++)
        free(scene->edges[i].reason);
    wanted_free(&scene->spare);
    holders_free(&scene->holders);
    tasks_free(&scene->tasks);
    stacks_close(scene->stacks);
    free(scene->waits);
    free(scene->involved);
    free(scene->told);
    free(scene->futexes);
    free(scene->mappings);
    free(scene->labels);
    free(scene->local);
    free(scene->tcp);
    free(scene->edges);
}

static bool is_asked_for(const struct explain_options *options, pid_t pid)
{
    for (size_t i = 0; i < options->n_start; i++)
        if (options->start[i] == pid)
            return true;
    return options->start == NULL;
}

/* What a person who may not look at a task misses. */
static void note_denial(struct scene *scene, struct wait *wait)
{
    wait->object = OBJECT_UNKNOWN;
    if (asprintf(&wait->denied,
                 "permission denied: its system call, descriptors and stack may not be read, so "
                 "what it waits for cannot be told") < 0) {
        wait->denied = NULL;
        scene->failed = true;
    }
}

static void read_tasks(struct scene *scene)
{
    for (size_t i = 0; i < scene->tasks.n; i++) {
        struct task *task = &scene->tasks.all[i];
        struct wait *wait = &scene->waits[i];
        wait->pid = task->pid;
        wait->tid = task->tid;
        bool asked = is_asked_for(scene->options, task->pid);
        if (task_read(scene->view, task) != 0) {
            /* An ordinary user may not look at one that has given up its memory to end, either. */
            bool denied =
                (errno == EPERM || errno == EACCES) && process_has_memory(scene->view, task->tid);
            wait->gone = !denied;
            if (denied)
                note_denial(scene, wait);
            else
                task->state = 'X';
        }
        task_name(scene->view, task, wait->name);
        wait->switches = task->switches;
        scene->involved[i] = asked && task->state != 'Z' && task->state != 'X';
    }
}

static void name_function(struct scene *scene, const struct task *task, struct wait *wait)
{
    double begin_ms = clock_now_ms();
    wait->function = stack_library_call(scene->stacks, task->tid, wait->frames, wait->n_frames);
    scene->lines_ms += clock_now_ms() - begin_ms;
}

static void tell(struct story *s)
{
    switch (s->call.object) {
    case OBJECT_FIFO:
        tell_fifo_open(s);
        break;
    case OBJECT_SYSV_MSG:
        tell_sysv_msg(s);
        break;
    case OBJECT_SYSV_SEM:
        tell_sysv_sem(s);
        break;
    case OBJECT_FUTEX:
        tell_futex(s);
        break;
    case OBJECT_CHILD:
        tell_children(s);
        break;
    case OBJECT_LOCK:
        tell_lock(s);
        break;
    case OBJECT_SIGNAL:
        tell_signals(s);
        break;
    case OBJECT_POLL:
    case OBJECT_EPOLL:
        tell_set(s);
        break;
    case OBJECT_TIME:
        fprintf(s->phrase, "for time to pass");
        break;
    default:
        if (s->call.fd >= 0)
            tell_descriptor(s, s->call.fd, s->call.access);
        break;
    }
}

/* A call on one descriptor waits for what is behind it. */
static void summarize(struct story *s)
{
    struct wait *wait = s->wait;
    bool by_descriptor = s->call.object == OBJECT_FILE || s->call.object == OBJECT_MQUEUE;
    wait->object = s->call.object;
    wait->timed |= s->call.wait == CALL_TIMED;
    if (wait->n_wanted == 0)
        return;
    if (by_descriptor)
        wait->object = wait->wanted[0].kind;
    snprintf(wait->state, sizeof(wait->state), "%s", wait->wanted[0].state);
}

static void tell_blocked(struct story *s)
{
    struct wait *wait = s->wait;
    call_decode(s->scene->view, s->task, &s->call);
    snprintf(wait->call, sizeof(wait->call), "%s", s->call.name);
    wait->shown = arguments_format(s->scene->view, s->task, s->call.name);
    if (scene_is_spent(s->scene)) {
        wait->object = OBJECT_UNKNOWN; /* so that nobody takes it for stuck */
        wait->timed = s->call.wait == CALL_TIMED;
        return;
    }
    scene_unwind(s->scene, s->index);
    name_function(s->scene, s->task, wait);
    tell(s);
    summarize(s);
}

/* The sentence "NAME VERB CALL PHRASE". */
static void make_sentence(struct story *s, const char *verb, const char *phrase)
{
    struct wait *wait = s->wait;
    bool more = phrase[0] != '\0' && wait->call[0] != '\0';
    if (asprintf(&wait->sentence, "%s %s%s%s%s", wait->name, verb, wait->call, more ? " " : "",
                 more ? phrase : "") < 0) {
        wait->sentence = NULL;
        s->scene->failed = true;
    }
}

/* Whether the task has not run since it was first looked at: else what was seen of it does not fit
 * together. */
static bool has_stayed(const struct scene *scene, size_t i)
{
    const struct task *task = &scene->tasks.all[i];
    uint64_t switches;
    return task_read_switches(scene->view, task, &switches) == 0 && switches == task->switches;
}

/* Takes back what was said of a task that has gone on, or ended, meanwhile. */
static void forget(struct scene *scene, size_t i, size_t n_edges)
{
    struct wait *wait = &scene->waits[i];
    struct wait fresh = {.pid = wait->pid, .tid = wait->tid};
    memcpy(fresh.name, wait->name, sizeof(fresh.name));
    while (scene->n_edges > n_edges)
        free(scene->edges[--scene->n_edges].reason);
    wait_free(wait);
    fresh.gone = task_read(scene->view, &scene->tasks.all[i]) != 0 ||
                 scene->tasks.all[i].state == 'Z' || scene->tasks.all[i].state == 'X';
    fresh.switches = scene->tasks.all[i].switches;
    *wait = fresh;
}

static pid_t shown_as(const struct scene *scene, size_t i)
{
    const struct task *task = &scene->tasks.all[i];
    const struct member *member = holders_member(&scene->holders, task->pid);
    return member != NULL && member->process.state == 'Z' ? task->tid : task->pid;
}

static void describe(struct scene *scene, size_t i)
{
    char *phrase = NULL;
    size_t size;
    const char *verb = "runs";
    struct story s = {.scene = scene,
                      .index = i,
                      .task = &scene->tasks.all[i],
                      .shown_as = shown_as(scene, i),
                      .wait = &scene->waits[i],
                      .phrase = open_memstream(&phrase, &size)};
    struct signal_sets sets = {0};
    size_t n_edges = scene->n_edges;

    if (s.phrase == NULL) {
        scene->failed = true;
        return;
    }
    if (task_signals(scene->view, s.task, &sets) == 0) {
        s.wait->pending = sets.pending & ~RESERVED;
        s.wait->blocked = sets.blocked & ~RESERVED;
        s.wait->caught = sets.caught & ~RESERVED;
    }
    if (s.wait->denied != NULL) {
        verb = "may not be looked at";
    } else if (task_is_stopped(s.task)) {
        scene_unwind(scene, i);
        verb =
            s.task->state == 't' ? "is stopped by its tracer" : "is stopped and waits for SIGCONT";
        tell_stopped(&s);
    } else if (s.task->blocked && s.task->in_call) {
        verb = "waits in ";
        tell_blocked(&s);
    }
    scene->failed |= fclose(s.phrase) != 0;
    if (s.wait->denied == NULL && !has_stayed(scene, i)) {
        forget(scene, i, n_edges);
        verb = s.wait->gone ? "is gone" : "runs";
    }
    if (!scene->failed)
        make_sentence(&s, verb, phrase);
    free(phrase);
}

/* Describing one task may lead to others. */
static void describe_all(struct scene *scene)
{
    for (bool more = true; more && !scene->failed;) {
        more = false;
        for (size_t i = 0; i < scene->tasks.n && !scene->failed; i++) {
            if (!scene->involved[i] || scene->told[i])
                continue;
            scene->told[i] = more = true;
            describe(scene, i);
        }
    }
}

static int by_origin(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->wanted != y->wanted)
        return x->wanted < y->wanted ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* Moves what was described into the explanation, where tasks have other numbers. */
static int hand_over(struct scene *scene, struct explanation *x)
{
    size_t *place = calloc(scene->tasks.n + 1, sizeof(*place));
    x->waits = calloc(scene->tasks.n + 1, sizeof(*x->waits));
    if (place == NULL || x->waits == NULL) {
        free(place);
        return -1;
    }
    for (size_t i = 0; i < scene->tasks.n; i++) {
        place[i] = x->n_waits;
        if (!scene->told[i])
            continue;
        x->waits[x->n_waits++] = scene->waits[i];
        scene->waits[i] = (struct wait){0};
    }
    for (size_t i = 0; i < scene->n_edges; i++) {
        scene->edges[i].from = place[scene->edges[i].from];
        if (scene->edges[i].to >= 0)
            scene->edges[i].to = (long)place[scene->edges[i].to];
    }
    if (scene->n_edges > 0)
        qsort(scene->edges, scene->n_edges, sizeof(*scene->edges), by_origin);
    x->edges = scene->edges;
    x->n_edges = scene->n_edges;
    x->cut = scene->cut;
    scene->edges = NULL;
    scene->n_edges = 0;
    free(place);
    return 0;
}

int explain(struct view *v, const struct explain_options *options, struct explanation *x,
            struct error *err)
{
    double begin_ms = clock_now_ms();
    struct scene scene;
    *x = (struct explanation){0};
    int result = scene_open(&scene, v, options);
    if (result == 0) {
        read_tasks(&scene);
        result = holders_take(v, &scene.tasks, &scene.holders);
    }
    if (result == 0)
        describe_all(&scene);
    if (result == 0)
        result = hand_over(&scene, x);
    if (result == 0 && !scene.failed)
        result = chain_find(x) == 0 ? lesson_write(x) : -1;
    if (scene.failed || result != 0)
        result = error_set(err, "cannot explain what the tasks wait for: out of memory");
    scene_close(&scene);
    x->lines_ms = scene.lines_ms;
    x->took_ms = clock_now_ms() - begin_ms;
    return result;
}
