/* explain_sets.c - waiting for any of several descriptors: poll, select, epoll. See scene.h. */
#include "scene.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Where any of several things will do, nobody alone can end the wait, if there is somebody else. */
static void weaken(struct scene *scene, size_t first)
{
    bool others = false;
    for (size_t i = first; i < scene->n_edges; i++)
        others |= scene->edges[i].to != scene->edges[first].to;
    for (size_t i = first; i < scene->n_edges && others; i++)
        if (scene->edges[i].strength == EDGE_DEFINITE && scene->edges[i].to >= 0)
            scene->edges[i].strength = EDGE_ONE_OF;
}

/* Who could cause a hangup or an error holds what a reader or a writer of it would wait for. */
static void tell_hangup(struct story *s, int fd, unsigned access)
{
    tell_descriptor(s, fd, (access & ACCESS_READ) != 0 ? ACCESS_READ : ACCESS_WRITE);
    if (s->wait->n_wanted > 0)
        s->wait->wanted[s->wait->n_wanted - 1].state[0] = '\0';
    scene_fact(s, true, "it waits for a hangup or an error alone");
}

/* One member of the set, looked at. */
struct watched {
    struct polled asked;
    struct object object;
    bool known;
    short there; /* edge-triggered: what is there of what it asks for, events of poll(2) */
    int bytes;   /* and how many of them */
};

/* Of some others a look from another process means something else, or may take long. */
static bool can_be_polled(enum object_kind kind)
{
    return kind == OBJECT_PIPE || kind == OBJECT_FIFO || kind == OBJECT_UNIX ||
           kind == OBJECT_TCP || kind == OBJECT_UDP || kind == OBJECT_MQUEUE ||
           kind == OBJECT_EVENTFD;
}

/* What an edge-triggered member asks for and is there has been told, or nobody would wait. Room
 * alone is nothing to go by if data are asked for as well. */
static void look_whether_told(const struct story *s, struct watched *m)
{
    struct pollfd look = {.events = m->asked.events};
    if (!m->asked.edge || m->asked.disarmed || !m->known || !can_be_polled(m->object.kind))
        return;
    look.fd = view_getfd(s->scene->view, s->task->pid, m->asked.fd);
    if (look.fd < 0)
        return;
    if ((look.events & POLLIN) != 0)
        look.events |= POLLRDHUP; /* which tells the end from data */
    if (poll(&look, 1, 0) == 1)
        m->there = look.revents;
    if (ioctl(look.fd, FIONREAD, &m->bytes) != 0)
        m->bytes = 0;
    close(look.fd);
    bool room_alone = (m->there & ~(POLLOUT | POLLWRNORM | POLLWRBAND)) == 0;
    if (m->there != 0 && (m->asked.access & ACCESS_READ) != 0) {
        m->there = room_alone ? 0 : m->there;
        m->asked.access = ACCESS_READ;
    }
}

static struct watched look_at(const struct story *s, struct polled asked)
{
    struct watched m = {.asked = asked};
    m.known = object_of_fd(s->scene->view, s->shown_as, asked.fd, &m.object) == 0;
    /* An epoll set holds files, not descriptors: the number may mean another file by now. */
    if (m.known && asked.inode != 0 && asked.inode != m.object.inode) {
        m.known = false;
        m.asked.fd = -1;
    }
    /* To the other end of a pipe nothing comes, whatever is asked for. */
    if (m.known && (m.object.kind == OBJECT_PIPE || m.object.kind == OBJECT_FIFO))
        m.asked.access &= m.object.access;
    look_whether_told(s, &m);
    return m;
}

/* Whatever comes, EPOLLONESHOT lets nothing of it be told. */
static void tell_disarmed(struct story *s, const struct watched *m)
{
    struct wanted *wanted = scene_want(s, m->object.kind, m->asked.fd, "disarmed");
    wanted->origin = scene_origin(s, m->object.device, m->object.inode);
    scene_name(s, "%s", m->object.link);
    scene_fact(s, false, "EPOLLONESHOT has disarmed it after an event");
    if (scene_other_threads(s, s->task->pid) > 0)
        scene_edges_to_threads(s, s->task->pid, true, true, "has not armed it again");
    else
        scene_outsider(s, "nobody is left to arm it again", "whoever else has the set");
}

/* What the latest thing is waited for again, though it is there. */
static void mark_told(struct story *s, const struct watched *m)
{
    struct wanted *wanted = scene_latest(s);
    bool stream = m->object.kind == OBJECT_PIPE || m->object.kind == OBJECT_FIFO ||
                  m->object.kind == OBJECT_TCP ||
                  (m->object.kind == OBJECT_UNIX && !wanted->datagrams);
    bool unread = m->bytes > 0 && (m->asked.access & ACCESS_READ) != 0;
    const char *state = "told";
    if (strcmp(wanted->state, "no-client") == 0)
        state = "told-client";
    else if (!unread && (m->there & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
        state = "told-end";
    else if (strcmp(wanted->state, "full") == 0)
        state = "told-room";
    else if (unread && stream)
        wanted->unread = (unsigned)m->bytes;
    snprintf(wanted->state, sizeof(wanted->state), "%s", state);
    scene_fact(s, true, "what is there has been told already, and EPOLLET tells it once");
}

static void tell_member(struct story *s, const struct watched *m)
{
    if (!m->known)
        tell_descriptor(s, m->asked.fd, m->asked.access);
    else if (m->asked.disarmed)
        tell_disarmed(s, m);
    else if (m->asked.access == 0)
        tell_hangup(s, m->asked.fd, m->object.access);
    else
        tell_descriptor(s, m->asked.fd, m->asked.access);
    if (m->there != 0)
        mark_told(s, m);
}

/* What has been told comes first: that is where something went wrong. */
static void tell_each(struct story *s, const struct watched *all, int n)
{
    for (int told = 1; told >= 0; told--)
        for (int i = 0; i < n; i++)
            if ((all[i].there != 0) == (told != 0))
                tell_member(s, &all[i]);
}

/* How the sentence goes on where there is one member; `own` is what it says for itself. */
static void put_single(FILE *phrase, const struct watched *m, const char *own)
{
    if (m->there != 0)
        fprintf(phrase, "for something new on fd %d, of which all has been told", m->asked.fd);
    else if (m->known && m->asked.disarmed)
        fprintf(phrase, "for fd %d, which is disarmed", m->asked.fd);
    else if (m->known && m->asked.access == 0)
        fprintf(phrase, "for a hangup or an error on fd %d", m->asked.fd);
    else
        fputs(own, phrase);
}

/* Each speaks for itself in the graph; the sentence only counts them. */
static void tell_members(struct story *s, const struct polled *asked, int n)
{
    FILE *phrase = s->phrase;
    char *own = NULL;
    size_t size, before = s->scene->n_edges;
    struct watched *all = calloc((size_t)n, sizeof(*all));
    s->phrase = open_memstream(&own, &size);
    if (all != NULL && s->phrase != NULL) {
        for (int i = 0; i < n; i++)
            all[i] = look_at(s, asked[i]);
        tell_each(s, all, n);
    }
    s->scene->failed |= all == NULL || s->phrase == NULL;
    s->scene->failed |= s->phrase != NULL && fclose(s->phrase) != 0;
    s->phrase = phrase;
    if (n > 1) {
        s->wait->mode = MODE_ANY;
        fprintf(phrase, "for any of %d descriptors", n);
        weaken(s->scene, before);
    } else if (all != NULL && own != NULL) {
        put_single(phrase, &all[0], own);
    }
    free(all);
    free(own);
}

static void tell_empty(struct story *s)
{
    scene_want(s, OBJECT_NONE, -1, "");
    scene_name(s, "no descriptor");
    scene_outsider(s, "it waits for no descriptor at all", "any process that may send it a signal");
    fprintf(s->phrase, "for no descriptor at all");
}

static void tell_unknown(struct story *s, bool large)
{
    scene_want(s, OBJECT_UNKNOWN, -1, "");
    scene_name(s, "a set of descriptors");
    scene_outsider(s, large ? "its set is too large to look at" : "its set cannot be read",
                   "whoever acts on what is in its set");
    if (large)
        fprintf(s->phrase, "for any of more than %d descriptors", CALL_SET);
    else
        fprintf(s->phrase, "for a set of descriptors that cannot be read");
}

void tell_set(struct story *s)
{
    struct polled *set;
    int n = call_polled_deep(s->scene->view, s->task, &set);
    if (n < 0)
        tell_unknown(s, errno == E2BIG);
    else if (n == 0)
        tell_empty(s);
    else
        tell_members(s, set, n);
    free(set);
}
