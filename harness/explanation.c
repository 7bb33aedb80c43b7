/* explanation.c - the words of the graph, and its release. See explanation.h. */
#include "explanation.h"

#include "stack.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const char *const OBJECT_NAMES[OBJECT_KINDS] = {
    [OBJECT_NONE] = "none",         [OBJECT_UNKNOWN] = "unknown",   [OBJECT_TIME] = "time",
    [OBJECT_PIPE] = "pipe",         [OBJECT_FIFO] = "fifo",         [OBJECT_UNIX] = "unix",
    [OBJECT_TCP] = "tcp",           [OBJECT_UDP] = "udp",           [OBJECT_MQUEUE] = "mqueue",
    [OBJECT_SYSV_MSG] = "sysv-msg", [OBJECT_SYSV_SEM] = "sysv-sem", [OBJECT_FUTEX] = "futex",
    [OBJECT_SIGNAL] = "signal",     [OBJECT_STOPPED] = "stopped",   [OBJECT_CHILD] = "child",
    [OBJECT_LOCK] = "lock",         [OBJECT_EVENTFD] = "eventfd",   [OBJECT_SIGNALFD] = "signalfd",
    [OBJECT_TIMERFD] = "timerfd",   [OBJECT_INOTIFY] = "inotify",   [OBJECT_EPOLL] = "epoll",
    [OBJECT_POLL] = "poll",         [OBJECT_FILE] = "file",
};

static const char *const MODE_NAMES[] = {
    [MODE_ONE] = "one", [MODE_ALL] = "all", [MODE_ANY] = "any"};

static const char *const STRENGTH_NAMES[] = {[EDGE_POSSIBLE] = "possible",
                                             [EDGE_HINT] = "hint",
                                             [EDGE_ONE_OF] = "one-of",
                                             [EDGE_DEFINITE] = "definite"};

static const char *const CHAIN_NAMES[] = {[CHAIN_NONE] = "none",
                                          [CHAIN_CYCLE] = "cycle",
                                          [CHAIN_DEAD_END] = "dead-end",
                                          [CHAIN_OPEN] = "open"};

static const char *name_at(const char *const names[], size_t n, size_t index)
{
    return index < n && names[index] != NULL ? names[index] : "?";
}

const char *object_kind_name(enum object_kind kind)
{
    return name_at(OBJECT_NAMES, LENGTH(OBJECT_NAMES), kind);
}

int object_kind_parse(const char *word)
{
    for (size_t i = 0; i < LENGTH(OBJECT_NAMES); i++)
        if (strcmp(OBJECT_NAMES[i], word) == 0)
            return (int)i;
    return -1;
}

const char *wait_mode_name(enum wait_mode mode)
{
    return name_at(MODE_NAMES, LENGTH(MODE_NAMES), mode);
}

const char *edge_strength_name(enum edge_strength strength)
{
    return name_at(STRENGTH_NAMES, LENGTH(STRENGTH_NAMES), strength);
}

const char *chain_kind_name(enum chain_kind kind)
{
    return name_at(CHAIN_NAMES, LENGTH(CHAIN_NAMES), kind);
}

const struct frame *wait_own_frame(const struct wait *w)
{
    for (size_t i = 0; i < w->n_frames; i++)
        if (w->frames[i].own)
            return &w->frames[i];
    return NULL;
}

const char *frame_file(const struct frame *f)
{
    const char *slash = strrchr(f->file, '/');
    return slash != NULL ? slash + 1 : f->file;
}

void wanted_free(struct wanted *w)
{
    free(w->name);
    free(w->facts);
    free(w->origin);
}

void wait_free(struct wait *w)
{
    for (size_t i = 0; i < w->n_wanted; i++)
        wanted_free(&w->wanted[i]);
    free(w->wanted);
    frames_free(w->frames, w->n_frames);
    free(w->shown);
    free(w->function);
    free(w->sentence);
    free(w->denied);
}

void explanation_free(struct explanation *x)
{
    for (size_t i = 0; i < x->n_waits; i++)
        wait_free(&x->waits[i]);
    for (size_t i = 0; i < x->n_edges; i++)
        free(x->edges[i].reason);
    free(x->waits);
    free(x->edges);
    free(x->chain.edges);
    free(x->lesson);
    *x = (struct explanation){0};
}
