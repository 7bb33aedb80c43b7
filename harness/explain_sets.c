/* explain_sets.c - waiting for any of several descriptors: poll, select, epoll. See scene.h. */
#include "scene.h"

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

/* Adds the descriptors of a set to `all`; those of epoll sets within it as well. */
static void flatten(struct story *s, const struct polled *set, int n, int depth,
                    struct polled **all, int *n_all)
{
    for (int i = 0; i < n; i++) {
        struct object o = {.kind = OBJECT_UNKNOWN};
        struct polled *inner = NULL;
        if (object_of_fd(s->scene->view, s->shown_as, set[i].fd, &o) == 0 && depth < 5 &&
            o.kind == OBJECT_EPOLL) {
            int n_inner = call_epoll_set(s->scene->view, s->task, set[i].fd, &inner);
            flatten(s, inner, n_inner, depth + 1, all, n_all);
            free(inner);
            continue;
        }
        /* An epoll set holds files, not descriptors: the number may mean another file by now. */
        struct polled one = set[i];
        if (one.inode != 0 && one.inode != o.inode)
            one.fd = -1;
        struct polled *more = realloc(*all, (size_t)(*n_all + 1) * sizeof(*more));
        if (more == NULL) {
            s->scene->failed = true;
            return;
        }
        *all = more;
        more[(*n_all)++] = one;
    }
}

/* Each of several speaks for itself in the graph; the sentence only counts them. */
static void tell_several(struct story *s, const struct polled *all, int n)
{
    FILE *phrase = s->phrase;
    char *unused = NULL;
    size_t size, before = s->scene->n_edges;
    fprintf(phrase, "for any of %d descriptors", n);
    s->wait->mode = MODE_ANY;
    s->phrase = open_memstream(&unused, &size);
    for (int i = 0; i < n && s->phrase != NULL; i++)
        tell_descriptor(s, all[i].fd, all[i].access);
    s->scene->failed |= s->phrase == NULL || fclose(s->phrase) != 0;
    s->phrase = phrase;
    weaken(s->scene, before);
    free(unused);
}

void tell_set(struct story *s)
{
    struct polled *set, *all = NULL;
    int n = call_polled(s->scene->view, s->task, &set), n_all = 0;
    flatten(s, set, n, 0, &all, &n_all);
    if (n_all > 1) {
        tell_several(s, all, n_all);
    } else if (n_all == 1) {
        tell_descriptor(s, all[0].fd, all[0].access);
    } else {
        scene_want(s, OBJECT_NONE, -1, "");
        scene_name(s, "no descriptor");
        scene_outsider(s, n == 0 ? "it waits for no descriptor at all" : "its set cannot be read",
                       "any process that may send it a signal");
        fprintf(s->phrase, "for no descriptor at all");
    }
    free(all);
    free(set);
}
