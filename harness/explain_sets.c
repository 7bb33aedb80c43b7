/* explain_sets.c - waiting for any of several descriptors: poll, select, epoll. See scene.h. */
#include "scene.h"

#include <errno.h>
#include <stdlib.h>

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

/* One member of the set; returns whether only a hangup or an error can come from it. */
static bool tell_member(struct story *s, struct polled one)
{
    struct object o;
    bool known = object_of_fd(s->scene->view, s->shown_as, one.fd, &o) == 0;
    /* An epoll set holds files, not descriptors: the number may mean another file by now. */
    if (!known || (one.inode != 0 && one.inode != o.inode)) {
        tell_descriptor(s, known ? -1 : one.fd, one.access);
        return false;
    }
    /* To the other end of a pipe nothing comes, whatever is asked for. */
    if (o.kind == OBJECT_PIPE || o.kind == OBJECT_FIFO)
        one.access &= o.access;
    if (one.access == 0)
        tell_hangup(s, one.fd, o.access);
    else
        tell_descriptor(s, one.fd, one.access);
    return one.access == 0;
}

/* Each speaks for itself in the graph; the sentence only counts them. */
static void tell_members(struct story *s, const struct polled *all, int n)
{
    FILE *phrase = s->phrase;
    char *own = NULL;
    size_t size, before = s->scene->n_edges;
    bool hangup = false;
    s->phrase = open_memstream(&own, &size);
    for (int i = 0; i < n && s->phrase != NULL; i++)
        hangup = tell_member(s, all[i]);
    s->scene->failed |= s->phrase == NULL || fclose(s->phrase) != 0;
    s->phrase = phrase;
    if (n > 1) {
        s->wait->mode = MODE_ANY;
        fprintf(phrase, "for any of %d descriptors", n);
        weaken(s->scene, before);
    } else if (hangup) {
        fprintf(phrase, "for a hangup or an error on fd %d", all[0].fd);
    } else if (own != NULL) {
        fputs(own, phrase);
    }
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
