/* inflight.c - looks for what no task holds open. See inflight.h. */
#include "inflight.h"

#include "call.h"
#include "holders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A FIFO, pipe or socket. */
static bool is_held(const struct view *v, const struct holders *h, ino_t inode, unsigned access)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->all[i].inode == inode && (S_ISFIFO(h->all[i].mode) || S_ISSOCK(h->all[i].mode)) &&
            (holder_access(v, &h->all[i]) & access) != 0)
            return true;
    return false;
}

/* A connection that nobody has accepted yet has no inode, and waits in its listener. */
static bool sockets_held(const struct view *v, const struct net *net, const struct holders *h)
{
    const unsigned any = ACCESS_READ | ACCESS_WRITE;
    bool held = true;
    for (int i = 0; i < net->n_local && held; i++)
        held = net->local[i].inode == 0 || is_held(v, h, net->local[i].inode, any);
    for (int i = 0; i < net->n_tcp && held; i++)
        held = net->tcp[i].inode == 0 || is_held(v, h, net->tcp[i].inode, any);
    return held;
}

/* Of a pipe that a task waits for with a read end, somebody must hold the write end, and the
 * reverse: or it would be at its end already. That end ends a poll as well, whatever its events. */
static bool other_end_held(struct view *v, const struct holders *h, pid_t pid, int fd)
{
    struct object object;
    if (object_of_fd(v, pid, fd, &object) != 0)
        return false;
    if (object.kind != OBJECT_PIPE && object.kind != OBJECT_FIFO)
        return true;
    return ((object.access & ACCESS_READ) == 0 || is_held(v, h, object.inode, ACCESS_WRITE)) &&
           ((object.access & ACCESS_WRITE) == 0 || is_held(v, h, object.inode, ACCESS_READ));
}

/* A poll on a FIFO that nobody has opened for writing yet waits for one to come: that is no end
 * on its way, but cannot be told from it, so it counts as one. */
static bool set_held(struct view *v, const struct holders *h, const struct task *task)
{
    struct polled *set;
    int n = call_polled_deep(v, task, &set);
    bool held = n >= 0;
    for (int i = 0; i < n && held; i++)
        held = other_end_held(v, h, task->pid, set[i].fd);
    free(set);
    return held;
}

/* Does descriptor `fd` of thread `tid` hold a lock on the file? fdinfo of proc(5) lists what it
 * holds. */
static bool locks(const struct view *v, pid_t tid, int fd, const struct object *file)
{
    char path[64], info[4096];
    struct stat stat;
    snprintf(path, sizeof(path), "%d/fd/%d", (int)tid, fd);
    return fstatat(v->fds[VIEW_PROC], path, &stat, 0) == 0 && stat.st_dev == file->device &&
           stat.st_ino == file->inode &&
           view_read(v, info, sizeof(info), "%d/fdinfo/%d", (int)tid, fd) > 0 &&
           strstr(info, "lock:") != NULL;
}

static bool lock_held(struct view *v, const struct tasks *tasks, const struct task *waiter, int fd)
{
    struct object file;
    bool held = false;
    if (object_of_fd(v, waiter->pid, fd, &file) != 0)
        return false;
    for (size_t i = 0; i < tasks->n && !held; i++) {
        int *fds = NULL;
        int n = object_fds(v, tasks->all[i].tid, &fds);
        for (int j = 0; j < n && !held; j++)
            held = locks(v, tasks->all[i].tid, fds[j], &file);
        free(fds);
    }
    return held;
}

static bool wait_held(struct view *v, const struct tasks *tasks, const struct holders *h,
                      const struct task *task)
{
    struct call call;
    if (!task->in_call)
        return true;
    call_decode(v, task, &call);
    if (call.object == OBJECT_LOCK)
        return lock_held(v, tasks, task, call.fd);
    if (call.object == OBJECT_POLL || call.object == OBJECT_EPOLL)
        return set_held(v, h, task);
    if (call.object == OBJECT_FILE)
        return other_end_held(v, h, task->pid, call.fd);
    return true;
}

bool inflight_any(struct view *v, const struct net *net, const struct tasks *tasks, char *why,
                  size_t size)
{
    struct holders h;
    bool held = holders_take(v, tasks, &h) == 0 && sockets_held(v, net, &h);
    if (!held)
        snprintf(why, size, "a socket is held by no task");
    for (size_t i = 0; i < tasks->n && held; i++) {
        held = wait_held(v, tasks, &h, &tasks->all[i]);
        if (!held)
            snprintf(why, size, "what task %d waits for is held by no task",
                     (int)tasks->all[i].tid);
    }
    holders_free(&h);
    return !held;
}
