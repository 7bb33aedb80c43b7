/* explain_memory.c - waiting at a word of memory: POSIX semaphores, mutexes, conditions, threads to
 * be joined. See scene.h, futex.h; futex(7). */
#include "scene.h"

#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* Could task number `i` act on the object? */
static bool can_reach(const struct story *s, const struct futex *f, size_t i)
{
    const struct task *other = &s->scene->tasks.all[i];
    if (i == s->index || other->state == 'Z')
        return false;
    return other->pid == s->task->pid || (f->shared && scene_shares(s->scene, i, f));
}

static bool same_object(const struct futex *a, const struct futex *b)
{
    if (a->shared && b->shared)
        return a->device == b->device && a->inode == b->inode && a->offset == b->offset;
    return a->address == b->address;
}

/* Whether task number `i` has come to a standstill at another lock of the kind that two parties
 * take in opposite order. */
static bool waits_at_another(const struct story *s, const struct futex *f, size_t i)
{
    const struct futex *other = scene_futex(s->scene, i);
    return other != NULL &&
           (other->kind == FUTEX_SEMAPHORE || other->kind == FUTEX_MUTEX ||
            other->kind == FUTEX_RWLOCK) &&
           !same_object(f, other);
}

/* An object without an owner: who would have ended the wait is not to be seen. In a world, only a
 * task that waits at another lock is worth naming; on a machine, all that could do it count. */
static void edges_without_owner(struct story *s, const struct futex *f, const char *reason)
{
    struct scene *scene = s->scene;
    size_t before = scene->n_edges, enough = scene_enough(scene);
    bool lock = f->kind == FUTEX_SEMAPHORE || f->kind == FUTEX_RWLOCK;
    for (size_t i = 0; i < scene->tasks.n && scene->n_edges - before < enough; i++) {
        if (!(lock || scene->view->machine) || !can_reach(s, f, i))
            continue;
        if (lock && waits_at_another(s, f, i))
            scene_edge(s, (long)i, EDGE_POSSIBLE, "%s could, but waits for another one",
                       scene_label(scene, i));
        else if (scene->view->machine)
            scene_edge(s, (long)i, EDGE_POSSIBLE, "%s could", scene_label(scene, i));
    }
    if (scene->n_edges == before)
        scene_nobody(s, false, "%s", reason);
    for (size_t i = before; i < scene->n_edges; i++)
        scene->edges[i].open = scene->view->machine && f->shared &&
                               (f->where[0] != '\0' || scene->holders.n_unreadable > 0);
}

/* Whether fork(2) made this mutex: a copy, locked, of one that is in the memory of the owner's
 * process. Nobody can unlock the copy. */
static bool is_locked_copy(const struct story *s, const struct futex *f)
{
    const struct view *v = s->scene->view;
    long owner = f->owner == 0 ? -1 : scene_task(s->scene, f->owner);
    if (f->shared || f->owner == 0)
        return false;
    /* An owner that is gone was a thread of another process if it is older than this one; numbers
     * are given away in order, and a world's do not wrap round. */
    if (owner < 0)
        return !v->machine && f->owner < s->task->pid;
    return s->scene->tasks.all[owner].pid != s->task->pid &&
           !(v->machine && process_is_numbered_elsewhere(v, s->task->pid));
}

/* Whether what has ended the wait, or is to end it, is done in another process, which wakes nobody
 * here: the object was made for the threads of one. */
static bool is_beyond_reach(const struct story *s, const struct futex *f)
{
    if (!f->one_process || f->kind == FUTEX_UNKNOWN || f->kind == FUTEX_THREAD)
        return false;
    if (f->owner == 0)
        return f->changed;
    const struct view *v = s->scene->view;
    long owner = scene_task(s->scene, f->owner);
    return owner >= 0 && s->scene->tasks.all[owner].pid != s->task->pid &&
           !(v->machine && process_is_numbered_elsewhere(v, s->task->pid));
}

static void edge_to_owner(struct story *s, const struct futex *f, const char *owns,
                          const char *gone)
{
    const struct view *v = s->scene->view;
    long owner = scene_task(s->scene, f->owner);
    if (v->machine && process_is_numbered_elsewhere(v, s->task->pid))
        scene_edge(s, EDGE_OUTSIDE, EDGE_POSSIBLE, "thread %d of another pid namespace",
                   (int)f->owner);
    else if (is_locked_copy(s, f))
        scene_nobody(s, false,
                     "it was locked when this process was forked, and its owner is not in it");
    else if (owner == (long)s->index)
        scene_edge(s, owner, EDGE_DEFINITE, "it %s itself", owns);
    else if (owner >= 0)
        scene_edge(s, owner, EDGE_DEFINITE, "%s %s", scene_label(s->scene, (size_t)owner), owns);
    else
        scene_nobody(s, true, "%s (thread %d)", gone, (int)f->owner);
}

/* "; also waited for by left (pid 2), right (pid 3)": of those that are explained anyway. */
static void fact_waiters(struct story *s, const struct futex *f)
{
    struct scene *scene = s->scene;
    struct scene_text fact;
    const char *between = "also waited for by ";
    enum { SHOWN = 8 };
    int n = 0;
    if (!scene_fact_begin(s, &fact))
        return;
    for (size_t i = 0; i < scene->tasks.n; i++) {
        const struct futex *other = scene->involved[i] ? scene_futex(scene, i) : NULL;
        if (i == s->index || other == NULL || !same_object(f, other) || !can_reach(s, f, i) ||
            ++n > SHOWN)
            continue;
        fprintf(fact.to, "%s%s (%s %d)", between, scene->waits[i].name,
                scene->tasks.all[i].pid == s->task->pid ? "thread" : "pid",
                (int)scene->tasks.all[i].tid);
        between = ", ";
    }
    if (n > SHOWN)
        fprintf(fact.to, " and %d more", n - SHOWN);
    scene_fact_end(s, true, &fact);
}

static void fact_state(struct story *s, const struct futex *f)
{
    switch (f->kind) {
    case FUTEX_SEMAPHORE:
        scene_fact(s, false, "value %ld, %ld waiting", f->value, f->waiters);
        break;
    case FUTEX_BARRIER:
        scene_fact(s, false, "%ld of %ld have come", f->value, f->needed);
        break;
    case FUTEX_RWLOCK:
        if (f->owner == 0 && f->value > 0)
            scene_fact(s, false, "held by %ld reader%s", f->value, f->value == 1 ? "" : "s");
        /* fall through */
    case FUTEX_MUTEX:
        if (f->value == 0 && f->owner == 0 && !f->refused)
            scene_fact(s, false, "free");
        if (f->owner != 0)
            scene_fact(s, false, "owned by thread %d", (int)f->owner);
        if (f->recursive)
            scene_fact(s, false, "recursive");
        if (f->robust)
            scene_fact(s, false, "robust");
        break;
    case FUTEX_THREAD:
    case FUTEX_CONDITION:
        break;
    case FUTEX_UNKNOWN:
        scene_fact(s, false, "value %ld", f->value);
    }
    if (f->one_process)
        scene_fact(s, true, "made for the threads of one process");
}

/* It has been done, but in another process. On a machine all who could do it count in any case: who
 * has just done it may be about to wake the task, as a thread of the same process. */
static void edges_beyond_reach(struct story *s, const struct futex *f)
{
    static const char *const done[] = {
        [FUTEX_SEMAPHORE] = "posted",  [FUTEX_MUTEX] = "unlocked",  [FUTEX_CONDITION] = "signalled",
        [FUTEX_BARRIER] = "completed", [FUTEX_RWLOCK] = "unlocked",
    };
    static const char reason[] = "it was %s in another process, which woke nobody here, as it was "
                                 "made for the threads of one";
    struct scene *scene = s->scene;
    size_t before = scene->n_edges;
    for (size_t i = 0; i < scene->tasks.n && scene->view->machine; i++)
        if (can_reach(s, f, i))
            scene_edge(s, (long)i, EDGE_POSSIBLE, reason, done[f->kind]);
    if (scene->n_edges == before)
        scene_nobody(s, false, reason, done[f->kind]);
}

static void edges_of(struct story *s, const struct futex *f)
{
    static const char *const nobody[] = {
        [FUTEX_UNKNOWN] = "nobody is left to wake it",
        [FUTEX_SEMAPHORE] = "nobody is left to post it",
        [FUTEX_MUTEX] = "nobody is left to unlock it",
        [FUTEX_CONDITION] = "nobody is left to signal it",
        [FUTEX_THREAD] = "the thread is not to be seen",
        [FUTEX_BARRIER] = "nobody else comes to it",
        [FUTEX_RWLOCK] = "nobody is left to unlock it",
    };
    if (f->kind == FUTEX_THREAD)
        edge_to_owner(s, f, "is that thread", "the thread is not to be seen");
    else if (is_beyond_reach(s, f) && f->owner == 0)
        edges_beyond_reach(s, f);
    else if (is_beyond_reach(s, f))
        edge_to_owner(s, f, "owns it, but wakes nobody here by unlocking it in another process",
                      "its owner has ended without unlocking it");
    else if (f->owner != 0 && !f->owner_died)
        edge_to_owner(s, f, "owns it", "its owner has ended without unlocking it");
    else if (f->refused)
        scene_nobody(s, false,
                     "the kernel refused it, because the task owns it already or its owner has "
                     "ended, and the C library waits for ever");
    else
        edges_without_owner(s, f, nobody[f->kind]);
}

/* "mutex first_lock", "semaphore in shared memory /dev/shm/board, byte 64". */
static void name_object(struct story *s, const struct futex *f)
{
    char byte[32] = "";
    const char *what =
        f->kind == FUTEX_UNKNOWN ? "semaphore, lock or condition" : futex_kind_name(f->kind);
    if (f->offset > 0)
        snprintf(byte, sizeof(byte), ", byte %llu", (unsigned long long)f->offset);
    long thread = f->kind == FUTEX_THREAD ? scene_task(s->scene, f->owner) : -1;
    if (f->refused) {
        scene_name(s, "mutex with priority inheritance");
        return; /* where it is, is not to be seen */
    }
    if (thread >= 0)
        scene_name(s, "thread %s (%d)", s->scene->waits[thread].name, (int)f->owner);
    else if (f->variable[0] != '\0')
        scene_name(s, "%s %s", what, f->variable);
    else if (f->shared)
        scene_name(s, "%s in shared memory%s%s%s", what, f->where[0] == '\0' ? "" : " ", f->where,
                   byte);
    else
        scene_name(s, "%s in its own memory", what);
    scene_fact(s, false, "at 0x%llx", (unsigned long long)f->address);
}

static void tell_phrase(struct story *s, const struct futex *f)
{
    long owner = f->owner == 0 ? -1 : scene_task(s->scene, f->owner);
    if (f->kind == FUTEX_THREAD) {
        fprintf(s->phrase, "for thread %s to end", owner < 0 ? "?" : s->scene->waits[owner].name);
        return;
    }
    const char *name = s->wait->n_wanted > 0 ? s->wait->wanted[s->wait->n_wanted - 1].name : "?";
    fprintf(s->phrase, "%s %s %s", f->kind == FUTEX_BARRIER ? "at" : "for",
            f->kind == FUTEX_UNKNOWN || f->refused ? "a" : "the", name);
    if (f->refused)
        fprintf(s->phrase, " that it can never have");
    else if (is_locked_copy(s, f))
        fprintf(s->phrase, " that was locked when its process was forked");
    else if (is_beyond_reach(s, f))
        fprintf(s->phrase, " that was made for the threads of one process");
    else if (owner == (long)s->index)
        fprintf(s->phrase, " that it owns itself");
    else if (owner >= 0)
        fprintf(s->phrase, " that %s owns", s->scene->waits[owner].name);
}

/* What no unlocking, or posting, would help is told apart: other advice fits it. */
static const char *state_of(const struct story *s, const struct futex *f)
{
    static const char *const one_process[] = {
        [FUTEX_SEMAPHORE] = "private-semaphore", [FUTEX_MUTEX] = "private-mutex",
        [FUTEX_CONDITION] = "private-condition", [FUTEX_BARRIER] = "private-barrier",
        [FUTEX_RWLOCK] = "private-rwlock",
    };
    if (f->kind == FUTEX_UNKNOWN)
        return "";
    if (f->kind == FUTEX_MUTEX && f->refused)
        return "refused-mutex";
    if (f->kind == FUTEX_MUTEX && is_locked_copy(s, f))
        return "forked-mutex";
    if (is_beyond_reach(s, f))
        return one_process[f->kind];
    return futex_kind_name(f->kind);
}

/* futex_waitv(2): any of several words. What they belong to, no function of the C library tells. */
static void tell_words(struct story *s)
{
    enum { WORDS_AT_MOST = 128 }; /* FUTEX_WAITV_MAX of the kernel */
    struct futex_waitv words[WORDS_AT_MOST];
    uint64_t n = s->task->args[1];
    if (n > WORDS_AT_MOST ||
        task_memory(s->scene->view, s->task->tid, s->task->args[0], words, n * sizeof(*words)) != 0)
        n = 0;
    for (uint64_t i = 0; i < n; i++) {
        scene_want(s, OBJECT_FUTEX, -1, "");
        scene_name(s, "futex at 0x%llx", (unsigned long long)words[i].uaddr);
        scene_outsider(s, "nobody is left to wake it", "whoever shares the memory");
    }
    s->wait->mode = n > 1 ? MODE_ANY : MODE_ONE;
    fprintf(s->phrase, "for any of %llu semaphores, locks or conditions",
            (unsigned long long)s->task->args[1]);
}

void tell_futex(struct story *s)
{
#ifdef SYS_futex_waitv
    if (s->task->nr == SYS_futex_waitv) {
        tell_words(s);
        return;
    }
#endif

    const struct futex *f = scene_futex(s->scene, s->index);
    scene_want(s, OBJECT_FUTEX, -1, f == NULL ? "" : state_of(s, f));
    if (f == NULL) {
        scene_name(s, "futex at 0x%llx", (unsigned long long)s->task->args[0]);
        scene_outsider(s, "nobody is left to wake it", "whoever shares the memory");
        fprintf(s->phrase, "for a semaphore, lock or condition");
        return;
    }
    name_object(s, f);
    fact_state(s, f);
    fact_waiters(s, f);
    edges_of(s, f);
    tell_phrase(s, f);
}
