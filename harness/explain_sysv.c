/* explain_sysv.c - waiting at a System V message queue or semaphore set. See scene.h; sysvipc(7).
 *
 * These objects have no owner. The kernel remembers who acted on them last, which is a hint. */
#include "scene.h"

#include "semset.h"

#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>

/* A line of /proc/sysvipc/msg. */
struct queue {
    int key;
    unsigned long bytes, messages;
    pid_t last_sender, last_receiver;
};

static bool read_queue(const struct view *v, int id, struct queue *q)
{
    char *text = view_read_all(v, VIEW_SYSV_MSG), *rest;
    bool known = false;
    for (char *line = text == NULL ? NULL : strtok_r(text, "\n", &rest); line != NULL && !known;
         line = strtok_r(NULL, "\n", &rest)) {
        int found;
        known = sscanf(line, "%d %d %*o %lu %lu %d %d", &q->key, &found, &q->bytes, &q->messages,
                       &q->last_sender, &q->last_receiver) == 6 &&
                found == id;
    }
    free(text);
    return known;
}

static bool blocked_in_queue(const struct task *task)
{
    return task->in_call && !task_is_stopped(task) &&
           (task->nr == SYS_msgsnd || task->nr == SYS_msgrcv);
}

static void edge_to_last(struct story *s, pid_t last, const char *did)
{
    long to = last <= 0 || last == s->task->pid ? -1 : scene_process(s->scene, last);
    if (to >= 0)
        scene_edge(s, to, EDGE_HINT, "%s %s", scene_label(s->scene, (size_t)to), did);
}

static bool has_edge_to(const struct story *s, size_t first, long to)
{
    for (size_t i = first; i < s->scene->n_edges; i++)
        if (s->scene->edges[i].to == to)
            return true;
    return false;
}

/* Tasks that are blocked in this queue use it; those that are blocked in another one, of a world
 * that is at a standstill, have come to a meeting point of the same kind. */
static void edges_to_users(struct story *s, size_t before, bool same_queue)
{
    const struct scene *scene = s->scene;
    for (size_t i = 0; i < scene->tasks.n; i++) {
        const struct task *other = &scene->tasks.all[i];
        bool same = other->args[0] == s->task->args[0];
        if (i == s->index || !blocked_in_queue(other) || same != same_queue ||
            has_edge_to(s, before, (long)i))
            continue;
        scene_edge(s, (long)i, same ? EDGE_HINT : EDGE_POSSIBLE, "%s is blocked in %s",
                   scene_label(scene, i), same ? "it as well" : "another queue");
    }
}

static void queue_edges(struct story *s, const struct queue *q, bool sends)
{
    struct scene *scene = s->scene;
    size_t before = scene->n_edges;
    edge_to_last(s, sends ? q->last_receiver : q->last_sender,
                 sends ? "was the last to receive from it" : "was the last to send to it");
    edges_to_users(s, before, true);
    if (scene->n_edges == before && !scene->view->machine)
        edges_to_users(s, before, false);
    for (size_t i = before; i < scene->n_edges; i++)
        scene->edges[i].open = scene->view->machine;
    if (scene->n_edges == before)
        scene_nobody(s, true,
                     sends ? "nobody is left to receive from it"
                           : "nobody is left to send what it waits for");
}

static const char *plural(unsigned long n)
{
    return n == 1 ? "" : "s";
}

/* The types that a choosy msgrcv(2) would take: "any type but 3". */
static void format_types(const struct task *task, char *text, size_t size)
{
    long type = (long)task->args[3];
    if (type < 0)
        snprintf(text, size, "a type up to %lu", -(unsigned long)type);
    else if (type > 0 && ((int)task->args[4] & MSG_EXCEPT) != 0)
        snprintf(text, size, "any type but %ld", type);
    else
        snprintf(text, size, "type %ld", type);
}

static void fact_queue(struct story *s, int id, const struct queue *q)
{
    unsigned long limit = 0;
    scene_fact(s, false, "key 0x%x, %lu message%s, %lu byte%s", (unsigned)q->key, q->messages,
               plural(q->messages), q->bytes, plural(q->bytes));
    if (semset_queue_limit(s->scene->view, s->shown_as, id, &limit) == 0)
        scene_fact(s, false, "at most %lu byte%s", limit, plural(limit));
}

void tell_sysv_msg(struct story *s)
{
    struct queue q = {0};
    int id = (int)s->task->args[0];
    bool known = read_queue(s->scene->view, id, &q), sends = s->task->nr == SYS_msgsnd;
    bool choosy = !sends && s->task->args[3] != 0;
    char types[40];

    scene_want(s, OBJECT_SYSV_MSG, -1,
               sends                     ? "full"
               : known && q.messages > 0 ? "no-match"
                                         : "empty");
    scene_name(s, "message queue %d", id);
    if (known)
        fact_queue(s, id, &q);
    format_types(s->task, types, sizeof(types));
    if (sends)
        scene_fact(s, false, "it wants to send %lu byte%s", s->task->args[2],
                   plural(s->task->args[2]));
    else if (choosy)
        scene_fact(s, false, "it wants %s", types);
    queue_edges(s, &q, sends);
    if (choosy)
        fprintf(s->phrase, "for a message of %s in message queue %d", types, id);
    else
        fprintf(s->phrase, "on the %s message queue %d", sends ? "full" : "empty", id);
}

enum { MOST_OPS = 500 }; /* the kernel's limit, unless somebody has raised it: proc_sys_kernel(5) */

/* One semop(2): its operations, and the semaphores that they are on; none if they cannot be read.
 */
struct operations {
    struct sembuf ops[MOST_OPS];
    struct semaphore now[MOST_OPS]; /* of each operation's semaphore */
    bool ready[MOST_OPS];
    size_t n;
    bool known; /* `now` and `ready` */
};

/* The kernel tries the operations in order, each on what those before it have made of the values.
 */
static void try_operations(struct operations *o)
{
    int values[MOST_OPS];
    for (size_t i = 0; i < o->n; i++)
        values[i] = o->now[i].value;
    for (size_t i = 0; i < o->n; i++) {
        o->ready[i] = o->ops[i].sem_op == 0 ? values[i] == 0 : values[i] + o->ops[i].sem_op >= 0;
        for (size_t j = 0; j < o->n && o->ready[i]; j++)
            if (o->ops[j].sem_num == o->ops[i].sem_num)
                values[j] += o->ops[i].sem_op;
    }
}

static void read_operations(struct story *s, struct operations *o)
{
    int numbers[MOST_OPS];
    o->n = s->task->args[2];
    if (o->n > MOST_OPS || task_memory(s->scene->view, s->task->tid, s->task->args[1], o->ops,
                                       o->n * sizeof(o->ops[0])) != 0)
        o->n = 0;
    for (size_t i = 0; i < o->n; i++)
        numbers[i] = o->ops[i].sem_num;
    o->known =
        semset_read(s->scene->view, s->shown_as, (int)s->task->args[0], numbers, o->n, o->now) == 0;
    if (o->known)
        try_operations(o);
}

static void tell_operation(struct story *s, const struct operations *o, size_t i)
{
    const struct sembuf *op = &o->ops[i];
    const struct semaphore *now = &o->now[i];
    struct wanted *wanted =
        scene_want(s, OBJECT_SYSV_SEM, -1, op->sem_op == 0 ? "not-zero" : "taken");
    wanted->ready = o->known && o->ready[i];
    if (wanted->ready)
        wanted->state[0] = '\0';
    scene_name(s, "semaphore %d of set %d", op->sem_num, (int)s->task->args[0]);
    scene_fact(s, false, op->sem_op == 0 ? "it wants 0" : "it wants to take %d", -op->sem_op);
    if (o->known) {
        scene_fact(s, false, "value %d, %d waiting", now->value,
                   op->sem_op == 0 ? now->zeroing : now->rising);
        wanted->orphaned = now->last > 0 && scene_process(s->scene, now->last) < 0;
        if (wanted->orphaned)
            scene_fact(s, false, "last changed by pid %d, which has ended", (int)now->last);
        else if (now->last > 0)
            scene_fact(s, false, "last changed by %s (pid %d)",
                       holders_name(&s->scene->holders, now->last), (int)now->last);
    }
    if (wanted->ready)
        return;
    size_t before = s->scene->n_edges;
    if (o->known)
        edge_to_last(s, now->last, "was the last to change it");
    for (size_t j = before; j < s->scene->n_edges; j++)
        s->scene->edges[j].open = s->scene->view->machine;
    if (s->scene->n_edges == before)
        scene_nobody(s, true, "nobody is left to change it");
}

static bool is_missing(const struct operations *o, size_t i)
{
    return o->ops[i].sem_op <= 0 && !(o->known && o->ready[i]);
}

/* "for semaphores 1, 2 and 5 of set 0": those that it cannot have yet. */
static void write_missing(FILE *to, const struct operations *o, int set)
{
    enum { SHOWN = 8 };
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < o->n; i++)
        n += is_missing(o, i);
    fprintf(to, "for semaphore%s", plural(n));
    for (size_t i = 0; i < o->n && shown < SHOWN; i++)
        if (is_missing(o, i)) {
            const char *between = shown == 0 ? " " : shown + 1 == n ? " and " : ", ";
            fprintf(to, "%s%d", between, o->ops[i].sem_num);
            shown++;
        }
    if (n > shown)
        fprintf(to, " and %zu more", n - shown);
    fprintf(to, " of set %d", set);
}

void tell_sysv_sem(struct story *s)
{
    struct operations o = {0};
    read_operations(s, &o);
    for (size_t i = 0; i < o.n; i++)
        if (o.ops[i].sem_op <= 0)
            tell_operation(s, &o, i);
    if (s->wait->n_wanted > 1)
        s->wait->mode = MODE_ALL;
    write_missing(s->phrase, &o, (int)s->task->args[0]);
}
