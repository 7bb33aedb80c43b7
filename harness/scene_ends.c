/* scene_ends.c - edges to those who hold the end that keeps a task waiting. See scene.h. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>

/* All descriptors of an end, in order of process. */
struct ends {
    const struct holder *held;
    int n;
    int own;       /* how many the waiting task's own process holds */
    int processes; /* how many processes count */
    bool own_counts;
    struct end_words words;
};

static int count_of_process(const struct ends *e, int first)
{
    int n = 1;
    while (first + n < e->n && e->held[first + n].pid == e->held[first].pid)
        n++;
    return n;
}

static struct ends count_ends(const struct story *s, const struct holder *held, int n,
                              struct end_words words)
{
    struct ends e = {.held = held, .n = n, .words = words};
    for (int i = 0; i < n; i += count_of_process(&e, i)) {
        if (held[i].pid == s->task->pid)
            e.own = count_of_process(&e, i);
        else
            e.processes++;
    }
    e.own_counts = e.own > 0 && (e.processes == 0 || scene_other_threads(s, s->task->pid) > 0);
    e.processes += e.own_counts;
    return e;
}

/* "(fd 3, fd 4" */
static void put_fds(FILE *to, const struct holder *held, int n)
{
    enum { SHOWN = 4 };
    for (int i = 0; i < n && i < SHOWN; i++)
        fprintf(to, "%sfd %d", i == 0 ? "(" : ", ", held[i].fd);
    if (n > SHOWN)
        fprintf(to, " and %d more", n - SHOWN);
}

/* ", and so does child itself (fd 4)": its own descriptors keep the end open as well. */
static void put_own(FILE *to, const struct story *s, const struct ends *e)
{
    int first = 0;
    while (e->held[first].pid != s->task->pid)
        first++;
    fprintf(to, ", and so does %s itself ", scene_label(s->scene, s->index));
    put_fds(to, &e->held[first], e->own);
    fputc(')', to);
}

/* "parent holds a write end (fd 3, from pipe() at broken.c:21)", for the process of descriptor
 * number `first`. `named`: the edge puts a thread's name before it. */
static void put_holding(FILE *to, struct story *s, const struct ends *e, int first, bool named)
{
    const struct holder *held = &e->held[first];
    const char *origin = scene_latest(s)->origin;
    int n = count_of_process(e, first);
    bool own = held->pid == s->task->pid, alone = n == e->n;
    const char *only = alone && n > 1 ? "only " : "";
    const char *end = alone && n == 1 ? e->words.only : e->words.one;
    if (named)
        fprintf(to, "could: %sits process holds %s ", only, end);
    else if (own && n == 1)
        fprintf(to, "%s is its own ", end);
    else
        fprintf(to, "%s%s%s holds %s ", only, scene_process_label(s->scene, held->pid),
                own ? " itself" : "", end);
    put_fds(to, held, n);
    fprintf(to, "%s%s)", origin == NULL ? "" : ", from ", origin == NULL ? "" : origin);
    if (e->own > 0 && !e->own_counts)
        put_own(to, s, e);
}

static void edges_to_one_holder(struct story *s, const struct ends *e, int first)
{
    pid_t pid = e->held[first].pid;
    int others = scene_other_threads(s, pid);
    bool named = pid == s->task->pid ? others > 0 : others > 1;
    char *reason = NULL;
    size_t size;
    FILE *to = open_memstream(&reason, &size);
    if (to != NULL)
        put_holding(to, s, e, first, named);
    if (to == NULL || fclose(to) != 0)
        s->scene->failed = true;
    else
        scene_edges_to_threads(s, pid, e->processes == 1, named, reason);
    free(reason);
}

void scene_edges_to_holders(struct story *s, const struct holder *held, int n,
                            struct end_words words)
{
    size_t first = s->scene->n_edges, made = 0, enough = scene_enough(s->scene);
    bool hidden = s->scene->holders.n_unreadable > 0;
    const struct ends e = count_ends(s, held, n, words);
    if (s->wait->n_wanted > 0)
        s->wait->wanted[s->wait->n_wanted - 1].own_ends = e.own;
    for (int i = 0; i < n && made < enough; i += count_of_process(&e, i)) {
        if (held[i].pid == s->task->pid && !e.own_counts)
            continue;
        edges_to_one_holder(s, &e, i);
        made++;
    }
    for (size_t i = first; i < s->scene->n_edges; i++)
        s->scene->edges[i].open = hidden;
    if (s->scene->n_edges > first)
        return;
    if (hidden)
        scene_edge(s, EDGE_OUTSIDE, EDGE_POSSIBLE, "a process that may not be looked at holds %s",
                   words.one);
    else
        scene_nobody(s, true, "no task holds %s", words.one);
}
