/* restless.c - looks at the processes that run beside a closed set. See restless.h. */
#include "restless.h"

#include "census.h"
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A thing that is handed to and fro is in somebody's hands, or in a queue, at every instant; so
 * often not to find it would be no chance. */
enum { LOOKS = 12 };

/* The files that members wait for. */
struct things {
    struct thing {
        dev_t device;
        ino_t inode;
    } * all;
    size_t n;
};

static int stat_fd(const struct view *v, pid_t pid, int fd, struct stat *status)
{
    char path[64];
    snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fd);
    return fstatat(v->fds[VIEW_PROC], path, status, 0);
}

static int add_thing(struct things *things, const struct stat *status)
{
    struct thing *more = realloc(things->all, (things->n + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    things->all = more;
    more[things->n++] = (struct thing){status->st_dev, status->st_ino};
    return 0;
}

/* Which socket is the other end of a unix socket its descriptor does not tell; but a member holds
 * it. So all sockets of members count. */
static int add_sockets(const struct view *v, pid_t pid, struct things *things)
{
    int *fds = NULL;
    int n = object_fds(v, pid, &fds), result = n < 0 ? -1 : 0;
    for (int i = 0; i < n && result == 0; i++) {
        struct stat status;
        if (stat_fd(v, pid, fds[i], &status) == 0 && S_ISSOCK(status.st_mode))
            result = add_thing(things, &status);
    }
    free(fds);
    return result;
}

static int find_things(const struct closed_set *set, struct things *things)
{
    bool sockets = false;
    for (size_t i = 0; i < set->x->n_waits; i++) {
        const struct wait *w = &set->x->waits[i];
        for (size_t j = 0; set->member[i] && j < w->n_wanted; j++) {
            struct stat status;
            if (!wanted_is_file(&w->wanted[j]))
                continue;
            if (stat_fd(set->view, w->pid, w->wanted[j].fd, &status) != 0 ||
                add_thing(things, &status) != 0)
                return -1;
            sockets |= S_ISSOCK(status.st_mode);
        }
    }
    for (size_t i = 0; i < set->x->n_waits && sockets; i++)
        if (set->member[i] && add_sockets(set->view, set->x->waits[i].pid, things) != 0)
            return -1;
    return 0;
}

static bool is_thing(const struct things *things, const struct stat *status)
{
    for (size_t i = 0; i < things->n; i++)
        if (things->all[i].device == status->st_dev && things->all[i].inode == status->st_ino)
            return true;
    return false;
}

/* Whether all its threads sleep. One that runs may just be receiving a descriptor: that is in no
 * queue any more, and in no table yet. */
static bool sleeps(const struct view *v, pid_t pid, const struct tasks *now)
{
    for (size_t i = 0; i < now->n; i++) {
        struct task task = now->all[i];
        if (task.pid == pid && (task_read(v, &task) != 0 || !task.blocked))
            return false;
    }
    return true;
}

enum finding {
    FOUND_NOTHING, /* and cannot come by one: it has no socket to receive from */
    FOUND_SOCKETS, /* no thing now, but sockets */
    FOUND_THING,   /* or cannot be looked at, because it has gone again */
};

static enum finding look_at(const struct view *v, pid_t pid, const struct things *things)
{
    int *fds = NULL;
    int n = object_fds(v, pid, &fds);
    enum finding found = n < 0 ? FOUND_THING : FOUND_NOTHING;
    for (int i = 0; i < n && found != FOUND_THING; i++) {
        struct stat status;
        if (stat_fd(v, pid, fds[i], &status) != 0)
            continue;
        if (S_ISSOCK(status.st_mode))
            found = FOUND_SOCKETS;
        if (is_thing(things, &status) ||
            (S_ISSOCK(status.st_mode) && socket_has_passengers(v, pid, fds[i])))
            found = FOUND_THING;
    }
    free(fds);
    return found;
}

static bool has_run(const struct closed_set *set, const struct task *now)
{
    const struct task *before = census_find(set->census, now->pid, now->tid);
    uint64_t switches;
    return before == NULL || task_read_switches(set->view, now, &switches) != 0 ||
           switches != before->switches;
}

/* The processes that have run, but for ourselves, in a new array. */
static pid_t *find_restless(const struct closed_set *set, const struct tasks *now, size_t *n)
{
    pid_t *pids = calloc(now->n + 1, sizeof(*pids));
    *n = 0;
    for (size_t i = 0; i < now->n && pids != NULL; i++) {
        const struct task *task = &now->all[i];
        bool noted = *n > 0 && pids[*n - 1] == task->pid;
        if (!noted && task->pid != getpid() && has_run(set, task))
            pids[(*n)++] = task->pid;
    }
    return pids;
}

/* Looks at each once, and leaves those that could still come by something. The first that may hold
 * something, or 0. */
static pid_t find_holder(const struct view *v, const struct things *things, const struct tasks *now,
                         pid_t *pids, size_t *n)
{
    size_t left = 0;
    for (size_t i = 0; i < *n; i++) {
        enum finding found = look_at(v, pids[i], things);
        if (found == FOUND_THING || (found == FOUND_SOCKETS && !sleeps(v, pids[i], now)))
            return pids[i];
        if (found == FOUND_SOCKETS)
            pids[left++] = pids[i];
    }
    *n = left;
    return 0;
}

int restless_find_holder(const struct closed_set *set, const struct tasks *now, pid_t *holder)
{
    struct things things = {0};
    size_t n = 0;
    *holder = 0;
    if (!closed_set_wants_files(set))
        return 0;
    pid_t *pids = find_restless(set, now, &n);
    int result = pids == NULL || find_things(set, &things) != 0 ? -1 : 0;
    for (int look = 0; look < LOOKS && result == 0 && n > 0 && *holder == 0; look++)
        *holder = find_holder(set->view, &things, now, pids, &n);
    free(things.all);
    free(pids);
    return result;
}
