/* explain_streams.c - waiting at a pipe, a FIFO, a message queue, an eventfd: things that are held
 * by descriptors. See scene.h. */
#include "scene.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void fact_pipe_fill(struct story *s, int fd)
{
    int copy = view_getfd(s->scene->view, s->task->pid, fd), queued;
    if (copy < 0)
        return;
    int capacity = fcntl(copy, F_GETPIPE_SZ);
    if (ioctl(copy, FIONREAD, &queued) == 0 && capacity > 0)
        scene_fact(s, false, "%d of %d bytes queued", queued, capacity);
    close(copy);
}

void tell_stream(struct story *s, int fd, unsigned access, const struct object *o)
{
    static const struct end_words readers = {"the only read end still open", "a read end"},
                                  writers = {"the only write end still open", "a write end"};
    bool writes = (access & ACCESS_WRITE) != 0;
    struct scene *scene = s->scene;
    struct wanted *wanted = scene_want(s, o->kind, fd, writes ? "full" : "empty");
    struct holder *held;
    int n = holders_of(&scene->holders, scene->view, o->device, o->inode,
                       writes ? ACCESS_READ : ACCESS_WRITE, &held);

    scene->failed |= n < 0;
    wanted->origin = scene_origin(s, o->device, o->inode);
    scene_name(s, "%s", o->link);
    fact_pipe_fill(s, fd);
    scene_fact_holders(s, writes ? "read end held by" : "write end held by", held, n);
    /* Without another end the call would not wait: who holds it is not to be seen. */
    if (n == 0)
        scene_outsider(s, writes ? "no task holds a read end" : "no task holds a write end",
                       "whoever holds the other end, who is not to be seen");
    else
        scene_edges_to_holders(s, held, n, writes ? readers : writers);
    if (o->kind == OBJECT_FIFO)
        fprintf(s->phrase, "on the %s FIFO %s that only ", wanted->state, o->link);
    else
        fprintf(s->phrase, "on %s %s pipe that only ", writes ? "a" : "an", wanted->state);
    if (holders_write(&scene->holders, s->phrase, held, n, s->task->pid) == 0)
        fprintf(s->phrase, "what lies in a socket's queue");
    fprintf(s->phrase, " can %s", writes ? "read" : "write");
    free(held);
}

/* The path and the file that a task is opening. */
struct opening {
    char path[PATH_MAX];
    struct stat stat;
    bool known;
};

static struct opening opening_of(const struct view *v, const struct task *task)
{
    struct opening o;
    o.known = call_opened_file(v, task, o.path, &o.stat) == 0;
    return o;
}

static bool opens_a_fifo(const struct scene *scene, const struct task *task)
{
    struct call call;
    if (!task->in_call || task_is_stopped(task))
        return false;
    call_decode(scene->view, task, &call);
    return call.object == OBJECT_FIFO && call.fd < 0;
}

static bool is_asked(const struct scene *scene, pid_t pid)
{
    bool asked = scene->options->start == NULL;
    for (size_t i = 0; i < scene->options->n_start && !asked; i++)
        asked = scene->options->start[i] == pid;
    return asked;
}

static bool is_same_file(const struct opening *a, const struct opening *b)
{
    return a->known && b->known && a->stat.st_dev == b->stat.st_dev &&
           a->stat.st_ino == b->stat.st_ino;
}

/* "; also being opened by client (pid 2)" */
static void fact_openers(struct story *s, const struct opening *wanted)
{
    for (size_t i = 0; i < s->scene->tasks.n && wanted->known; i++) {
        const struct task *other = &s->scene->tasks.all[i];
        if (i == s->index || !opens_a_fifo(s->scene, other))
            continue;
        struct opening opening = opening_of(s->scene->view, other);
        if (is_same_file(&opening, wanted))
            scene_fact(s, true, "also being opened by %s (pid %d)", s->scene->waits[i].name,
                       (int)other->pid);
    }
}

/* Who opens which FIFO next is not to be seen; but whoever is stuck in opening one has come to the
 * same kind of meeting. Openers of the same one come for the same purpose, or they had met. */
static void edges_to_other_openers(struct story *s, const char *peer, const struct opening *wanted)
{
    size_t before = s->scene->n_edges;
    for (size_t i = 0; i < s->scene->tasks.n; i++) {
        const struct task *other = &s->scene->tasks.all[i];
        if (i == s->index || !is_asked(s->scene, other->pid) || !opens_a_fifo(s->scene, other))
            continue;
        struct opening opening = opening_of(s->scene->view, other);
        if (is_same_file(&opening, wanted))
            continue;
        scene_edge(s, (long)i, EDGE_POSSIBLE, "%s would have to open it, but is opening %s",
                   scene_label(s->scene, i), opening.path);
    }
    for (size_t i = before; i < s->scene->n_edges; i++)
        s->scene->edges[i].open = s->scene->view->machine;
    if (s->scene->n_edges == before)
        scene_nobody(s, true, "nobody opens %s as a %s", wanted->path, peer);
}

void tell_fifo_open(struct story *s)
{
    struct scene *scene = s->scene;
    const struct opening opening = opening_of(scene->view, s->task);
    bool reads = s->call.access == ACCESS_READ;
    const char *peer = reads ? "writer" : "reader";
    struct holder *held = NULL;
    int n = opening.known ? holders_of(&scene->holders, scene->view, opening.stat.st_dev,
                                       opening.stat.st_ino, 0, &held)
                          : 0;
    scene_want(s, OBJECT_FIFO, -1, reads ? "no-writer" : "no-reader");
    scene_name(s, "%s", opening.path);
    scene_fact(s, false, "it wants to open it for %s", reads ? "reading" : "writing");
    scene_fact_holders(s, "held open by", held, n);
    fact_openers(s, &opening);
    edges_to_other_openers(s, peer, &opening);
    fprintf(s->phrase, "for a %s of the FIFO %s", peer, opening.path);
    free(held);
}

/* The queue's name; the kernel adds a word to that of one that has been unlinked, as to a file's.
 */
static int name_length(const char *link)
{
    const char *end = strstr(link, " (deleted)");
    return end == NULL ? (int)strlen(link) : (int)(end - link);
}

void tell_mqueue(struct story *s, int fd, unsigned access, const struct object *o)
{
    static const struct end_words receivers = {"the only descriptor open for receiving",
                                               "a descriptor open for receiving"},
                                  senders = {"the only descriptor open for sending",
                                             "a descriptor open for sending"};
    bool sends = (access & ACCESS_WRITE) != 0;
    struct scene *scene = s->scene;
    struct wanted *wanted = scene_want(s, OBJECT_MQUEUE, fd, sends ? "full" : "empty");
    struct mq_attr attr;
    struct holder *held;
    int copy = view_getfd(scene->view, s->task->pid, fd);
    int n = holders_of(&scene->holders, scene->view, o->device, o->inode,
                       sends ? ACCESS_READ : ACCESS_WRITE, &held);

    scene->failed |= n < 0;
    scene_name(s, "%.*s", name_length(o->link), o->link);
    if (copy >= 0 && mq_getattr(copy, &attr) == 0)
        scene_fact(s, false, "%ld of %ld messages, each of at most %ld bytes", attr.mq_curmsgs,
                   attr.mq_maxmsg, attr.mq_msgsize);
    if (copy >= 0)
        close(copy);
    scene_fact_holders(s, sends ? "open for receiving in" : "open for sending in", held, n);
    size_t before = scene->n_edges;
    scene_edges_to_holders(s, held, n, sends ? receivers : senders);
    for (size_t i = before; i < scene->n_edges; i++)
        scene->edges[i].open = scene->view->machine; /* it has a name: others may open it */
    fprintf(s->phrase, "on the %s message queue %.*s", wanted->state, name_length(o->link),
            o->link);
    free(held);
}

/* The number behind `word` in the fdinfo of a descriptor, or -1. */
static long fdinfo_number(const struct view *v, pid_t pid, int fd, const char *word, int base)
{
    char info[4096];
    if (view_read(v, info, sizeof(info), "%d/fdinfo/%d", (int)pid, fd) <= 0)
        return -1;
    const char *at = strstr(info, word);
    return at == NULL ? -1 : strtol(at + strlen(word), NULL, base);
}

void tell_eventfd(struct story *s, int fd, unsigned access, const struct object *o)
{
    static const struct end_words words = {"the only descriptor of it", "a descriptor of it"};
    const struct view *v = s->scene->view;
    long id = fdinfo_number(v, s->shown_as, fd, "eventfd-id:", 10);
    struct holder *held;
    int all = holders_of(&s->scene->holders, v, o->device, o->inode, 0, &held), n = 0;

    /* All anonymous inodes are one file; the number tells eventfds apart. */
    for (int i = 0; i < all; i++)
        if (id >= 0 && fdinfo_number(v, held[i].tid, held[i].fd, "eventfd-id:", 10) == id)
            held[n++] = held[i];
    scene_want(s, OBJECT_EVENTFD, fd, (access & ACCESS_WRITE) != 0 ? "full" : "empty");
    scene_name(s, "eventfd %ld", id);
    scene_fact(s, false, "count %ld", fdinfo_number(v, s->shown_as, fd, "eventfd-count:", 16));
    scene_fact_holders(s, "held by", held, n);
    scene_edges_to_holders(s, held, n, words);
    fprintf(s->phrase, "on an eventfd that only ");
    holders_write(&s->scene->holders, s->phrase, held, n, s->task->pid);
    fprintf(s->phrase, " can %s", (access & ACCESS_WRITE) != 0 ? "read" : "write");
    free(held);
}

static void tell_other(struct story *s, int fd, const struct object *o)
{
    scene_want(s, o->kind, fd, "");
    scene_name(s, "%s", o->link);
    switch (o->kind) {
    case OBJECT_TIMERFD:
        scene_fact(s, false, o->armed ? "armed" : "not armed");
        if (o->armed)
            s->wait->timed = true;
        else
            scene_nobody(s, false, "nobody is left to arm it");
        break;
    case OBJECT_INOTIFY:
        scene_outsider(s, "nobody is left to change the files",
                       "any process that changes the files that are watched");
        break;
    default:
        scene_outsider(s, "nobody is left to act on it", "whoever is behind it");
        break;
    }
    fprintf(s->phrase, "on fd %d (%s)", fd,
            o->link[0] == '\0' ? object_kind_name(o->kind) : o->link);
}

void tell_descriptor(struct story *s, int fd, unsigned access)
{
    struct object o;
    if (object_of_fd(s->scene->view, s->shown_as, fd, &o) != 0) {
        scene_want(s, OBJECT_UNKNOWN, fd, "");
        scene_name(s, "%s", fd < 0 ? "a file that no descriptor shows any more" : "something");
        scene_outsider(s, "nothing can be found out about it", "nothing can be found out about it");
        return;
    }
    switch (o.kind) {
    case OBJECT_PIPE:
    case OBJECT_FIFO:
        tell_stream(s, fd, access, &o);
        break;
    case OBJECT_MQUEUE:
        tell_mqueue(s, fd, access, &o);
        break;
    case OBJECT_UNIX:
    case OBJECT_TCP:
    case OBJECT_UDP:
        tell_socket(s, fd, access, &o);
        break;
    case OBJECT_EVENTFD:
        tell_eventfd(s, fd, access, &o);
        break;
    case OBJECT_CHILD:
        tell_pidfd(s, fd);
        break;
    case OBJECT_SIGNALFD:
        scene_want(s, OBJECT_SIGNALFD, fd, "");
        scene_name(s, "signalfd");
        scene_outsider(s, "nobody is left to send one of its signals",
                       "any process that sends one of its signals");
        fprintf(s->phrase, "for a signal on fd %d", fd);
        break;
    default:
        tell_other(s, fd, &o);
        break;
    }
}
