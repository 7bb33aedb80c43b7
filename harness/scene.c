/* scene.c - adding things, facts and edges to an explanation in the making. See scene.h. */
#include "scene.h"

#include "clock.h"
#include "origin.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* No explanation of a world is worth more than 2 s, of CPU time, so that others who are busy do not
 * shorten it; a verdict on the machine needs to know all. Nor is any worth more things and edges
 * than these: as JSON they come to some 100 MB of memory. What ordinary programs do takes a
 * hundredth of either. */
static const double EXPLAIN_MS = 2000;
enum { PARTS_AT_MOST = 1 << 16, EDGES_ENOUGH = 16 };

bool scene_is_spent(struct scene *scene)
{
    double used_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - scene->begin_cpu_ms;
    scene->cut = scene->cut || (used_ms > EXPLAIN_MS && !scene->view->machine) ||
                 scene->n_wanted + scene->n_edges > PARTS_AT_MOST;
    return scene->cut;
}

size_t scene_enough(const struct scene *scene)
{
    return scene->view->machine ? SIZE_MAX : EDGES_ENOUGH;
}

struct wanted *scene_want(struct story *s, enum object_kind kind, int fd, const char *state)
{
    struct wait *w = s->wait;
    struct wanted *more = realloc(w->wanted, (w->n_wanted + 1) * sizeof(*more));
    if (more == NULL) {
        s->scene->failed = true;
        return &s->scene->spare;
    }
    w->wanted = more;
    s->scene->n_wanted++;
    struct wanted *wanted = &more[w->n_wanted++];
    *wanted = (struct wanted){.kind = kind, .fd = fd, .name = strdup(""), .facts = strdup("")};
    snprintf(wanted->state, sizeof(wanted->state), "%s", state);
    s->scene->failed |= wanted->name == NULL || wanted->facts == NULL;
    return wanted;
}

struct wanted *scene_latest(struct story *s)
{
    return s->wait->n_wanted == 0 ? &s->scene->spare : &s->wait->wanted[s->wait->n_wanted - 1];
}

static char *format_new(struct scene *scene, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        scene->failed = true;
        return NULL;
    }
    return text;
}

void scene_name(struct story *s, const char *format, ...)
{
    struct wanted *wanted = scene_latest(s);
    va_list arguments;
    va_start(arguments, format);
    free(wanted->name);
    wanted->name = format_new(s->scene, format, arguments);
    va_end(arguments);
}

/* Appends to a string that is owned by the explanation. */
static void append(struct scene *scene, char **to, const char *between, const char *more)
{
    char *longer = NULL;
    bool first = *to == NULL || (*to)[0] == '\0';
    if (more == NULL ||
        asprintf(&longer, "%s%s%s", first ? "" : *to, first ? "" : between, more) < 0) {
        scene->failed = true;
        return;
    }
    free(*to);
    *to = longer;
}

void scene_fact(struct story *s, bool apart, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_new(s->scene, format, arguments);
    va_end(arguments);
    append(s->scene, &scene_latest(s)->facts, apart ? "; " : ", ", text);
    free(text);
}

bool scene_fact_begin(struct story *s, struct scene_text *fact)
{
    *fact = (struct scene_text){0};
    fact->to = open_memstream(&fact->text, &fact->size);
    s->scene->failed |= fact->to == NULL;
    return fact->to != NULL;
}

void scene_fact_end(struct story *s, bool apart, struct scene_text *fact)
{
    s->scene->failed |= fclose(fact->to) != 0;
    if (fact->size > 0)
        append(s->scene, &scene_latest(s)->facts, apart ? "; " : ", ", fact->text);
    free(fact->text);
}

void scene_fact_holders(struct story *s, const char *what, const struct holder *held, int n)
{
    struct scene_text fact;
    if (!scene_fact_begin(s, &fact))
        return;
    fprintf(fact.to, "%s ", what);
    holders_write_fds(&s->scene->holders, fact.to, held, n);
    scene_fact_end(s, true, &fact);
}

static struct edge *add_edge(struct story *s, long to, enum edge_strength strength, char *reason)
{
    struct scene *scene = s->scene;
    if (scene->n_edges == scene->edge_room) {
        size_t room = scene->edge_room == 0 ? 32 : scene->edge_room * 2;
        struct edge *more = realloc(scene->edges, room * sizeof(*more));
        if (more == NULL) {
            scene->failed = true;
            free(reason);
            return NULL;
        }
        scene->edges = more;
        scene->edge_room = room;
    }
    struct edge *edge = &scene->edges[scene->n_edges++];
    *edge = (struct edge){.from = s->index,
                          .wanted = s->wait->n_wanted == 0 ? 0 : s->wait->n_wanted - 1,
                          .to = to,
                          .strength = strength,
                          .reason = reason};
    if (to >= 0)
        scene->involved[to] = true;
    return edge;
}

void scene_edge(struct story *s, long to, enum edge_strength strength, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *reason = format_new(s->scene, format, arguments);
    va_end(arguments);
    add_edge(s, to, strength, reason);
}

void scene_nobody(struct story *s, bool open, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *reason = format_new(s->scene, format, arguments);
    va_end(arguments);
    struct edge *edge = add_edge(s, EDGE_NOBODY, EDGE_DEFINITE, reason);
    if (edge != NULL)
        edge->open = open && s->scene->view->machine;
}

void scene_outsider(struct story *s, const char *inside, const char *outside)
{
    if (s->scene->view->machine)
        scene_edge(s, EDGE_OUTSIDE, EDGE_POSSIBLE, "%s", outside);
    else
        scene_nobody(s, false, "%s", inside);
}

bool task_is_stopped(const struct task *task)
{
    return task->state == 'T' || task->state == 't';
}

static bool is_dead(const struct task *task)
{
    return task->state == 'Z' || task->state == 'X' || task->state == '\0';
}

long scene_task(const struct scene *scene, pid_t tid)
{
    for (size_t i = 0; i < scene->tasks.n; i++)
        if (scene->tasks.all[i].tid == tid && !is_dead(&scene->tasks.all[i]))
            return (long)i;
    return -1;
}

long scene_process(const struct scene *scene, pid_t pid)
{
    for (size_t i = 0; i < scene->tasks.n; i++)
        if (scene->tasks.all[i].pid == pid && !is_dead(&scene->tasks.all[i]))
            return (long)i;
    return -1;
}

int scene_other_threads(const struct story *s, pid_t pid)
{
    int n = 0;
    for (size_t i = 0; i < s->scene->tasks.n; i++)
        n +=
            i != s->index && s->scene->tasks.all[i].pid == pid && !is_dead(&s->scene->tasks.all[i]);
    return n;
}

void scene_edges_to_threads(struct story *s, pid_t pid, bool only, bool named, const char *reason)
{
    int others = scene_other_threads(s, pid);
    size_t made = 0, enough = scene_enough(s->scene);
    enum edge_strength strength = only && others <= 1 ? EDGE_DEFINITE : EDGE_ONE_OF;
    for (size_t i = 0; i < s->scene->tasks.n && made < enough; i++) {
        const struct task *task = &s->scene->tasks.all[i];
        if (task->pid != pid || is_dead(task) || (i == s->index && others > 0))
            continue;
        scene_edge(s, (long)i, strength, "%s%s%s", named ? scene_label(s->scene, i) : "",
                   named ? " " : "", reason);
        made++;
    }
}

void scene_edges_to_process(struct story *s, pid_t pid, bool only, const char *reason)
{
    scene_edges_to_threads(s, pid, only, false, reason);
}

const char *scene_label(const struct scene *scene, size_t i)
{
    struct scene_label *label = &scene->labels[i];
    const struct wait *wait = &scene->waits[i];
    bool other_process = false, other_thread = false;
    if (label->text[0] != '\0')
        return label->text;
    for (size_t j = 0; j < scene->tasks.n; j++) {
        bool same = j != i && strcmp(scene->waits[j].name, wait->name) == 0 &&
                    !is_dead(&scene->tasks.all[j]);
        other_process |= same && scene->waits[j].pid != wait->pid;
        other_thread |= same && scene->waits[j].pid == wait->pid;
    }
    if (other_thread)
        snprintf(label->text, sizeof(label->text), "%s (thread %d)", wait->name, (int)wait->tid);
    else if (other_process)
        snprintf(label->text, sizeof(label->text), "%s (pid %d)", wait->name, (int)wait->pid);
    else
        snprintf(label->text, sizeof(label->text), "%s", wait->name);
    return label->text;
}

const char *scene_process_label(const struct scene *scene, pid_t pid)
{
    long i = scene_process(scene, pid);
    return i < 0 ? holders_name(&scene->holders, pid) : scene_label(scene, (size_t)i);
}

char *scene_origin(struct story *s, dev_t device, ino_t inode)
{
    const struct scene *scene = s->scene;
    struct frame *frames = NULL;
    const char *call = NULL;
    char *text = NULL;
    if (scene->options->origins == NULL || scene->stacks == NULL)
        return NULL;
    double begin_ms = clock_now_ms();
    size_t n = origin_find(scene->options->origins, scene->stacks, device, inode, &call, &frames);
    for (size_t i = 0; i < n && text == NULL; i++)
        if (frames[i].own &&
            asprintf(&text, "%s() at %s:%d", call, frame_file(&frames[i]), frames[i].line) < 0)
            text = NULL;
    frames_free(frames, n);
    s->scene->lines_ms += clock_now_ms() - begin_ms;
    return text;
}

void scene_unwind(struct scene *scene, size_t i)
{
    struct wait *wait = &scene->waits[i];
    double begin_ms = clock_now_ms();
    if (scene->stacks != NULL && wait->frames == NULL && !scene_is_spent(scene))
        wait->n_frames = stack_unwind(scene->stacks, &scene->tasks.all[i], NULL, &wait->frames);
    scene->lines_ms += clock_now_ms() - begin_ms;
}

const struct futex *scene_futex(struct scene *scene, size_t i)
{
    struct scene_futex *one = &scene->futexes[i];
    const struct task *task = &scene->tasks.all[i];
    if (one->looked)
        return one->known ? &one->futex : NULL;
    one->looked = true;
    if (!task->in_call || task->nr != SYS_futex || task_is_stopped(task) || scene_is_spent(scene))
        return NULL;
    scene_unwind(scene, i);
    one->known = futex_look(scene->view, scene->stacks, task, scene->waits[i].frames,
                            scene->waits[i].n_frames, &one->futex) == 0;
    return one->known ? &one->futex : NULL;
}

bool scene_shares(struct scene *scene, size_t i, const struct futex *futex)
{
    const struct task *task = &scene->tasks.all[i];
    long first = scene_process(scene, task->pid);
    if (first < 0)
        return false;
    struct scene_mappings *mappings = &scene->mappings[first];
    if (!mappings->looked && scene_is_spent(scene))
        return true; /* it may well */
    if (!mappings->looked)
        scene->failed |=
            shared_mappings_read(scene->view, scene->tasks.all[first].tid, &mappings->shared) != 0;
    mappings->looked = true;
    return futex_is_mapped(&mappings->shared, futex);
}

int scene_unix(struct scene *scene, const struct unix_socket **sockets)
{
    if (scene->n_local < 0)
        scene->n_local = net_unix_sockets(scene->view, &scene->local);
    *sockets = scene->local;
    return scene->n_local < 0 ? 0 : scene->n_local;
}

int scene_tcp(struct scene *scene, const struct tcp_socket **sockets)
{
    if (scene->n_tcp < 0)
        scene->n_tcp = net_tcp_sockets(scene->view, &scene->tcp);
    *sockets = scene->tcp;
    return scene->n_tcp < 0 ? 0 : scene->n_tcp;
}
