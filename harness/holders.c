/* holders.c - who holds what, from proc(5). See holders.h. */
#include "holders.h"

#include "object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int add(struct holders *h, struct holder one)
{
    if (h->n == h->room) {
        size_t room = h->room == 0 ? 64 : h->room * 2;
        struct holder *more = realloc(h->all, room * sizeof(*more));
        if (more == NULL)
            return -1;
        h->all = more;
        h->room = room;
    }
    h->all[h->n++] = one;
    return 0;
}

static int add_process(const struct view *v, struct member *member, pid_t tid, struct holders *h)
{
    int *fds = NULL;
    int n = object_fds(v, tid, &fds);
    int result = 0;
    member->unreadable = n < 0 && (errno == EACCES || errno == EPERM);
    h->n_unreadable += member->unreadable;
    for (int i = 0; i < n && result == 0; i++) {
        char path[64];
        struct stat stat;
        snprintf(path, sizeof(path), "%d/fd/%d", (int)tid, fds[i]);
        if (fstatat(v->fds[VIEW_PROC], path, &stat, 0) == 0)
            result = add(h, (struct holder){.pid = member->process.pid,
                                            .tid = tid,
                                            .fd = fds[i],
                                            .device = stat.st_dev,
                                            .inode = stat.st_ino,
                                            .mode = stat.st_mode});
    }
    free(fds);
    return result;
}

/* The main thread may have ended before the others: then it shows nothing. */
static pid_t living_thread(const struct view *v, const struct tasks *tasks, size_t first)
{
    pid_t pid = tasks->all[first].pid;
    for (size_t i = first; i < tasks->n && tasks->all[i].pid == pid; i++) {
        struct process thread;
        if (process_read(v, tasks->all[i].tid, &thread) == 0 && thread.state != 'Z')
            return tasks->all[i].tid;
    }
    return 0;
}

static int by_file(const void *a, const void *b)
{
    const struct holder *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return x->fd < y->fd ? -1 : x->fd > y->fd;
}

int holders_take(const struct view *v, const struct tasks *tasks, struct holders *h)
{
    *h = (struct holders){.members = calloc(tasks->n + 1, sizeof(*h->members))};
    if (h->members == NULL)
        return -1;
    for (size_t i = 0; i < tasks->n; i++) {
        if (i > 0 && tasks->all[i].pid == tasks->all[i - 1].pid)
            continue;
        struct member *member = &h->members[h->n_members];
        if (process_read(v, tasks->all[i].pid, &member->process) != 0)
            continue;
        h->n_members++;
        const struct task leader = {.pid = member->process.pid, .tid = member->process.pid};
        task_name(v, &leader, member->name);
        pid_t tid = member->process.state == 'Z' ? living_thread(v, tasks, i) : member->process.pid;
        if (tid != 0 && add_process(v, member, tid, h) != 0)
            return -1;
    }
    if (h->n > 0)
        qsort(h->all, h->n, sizeof(*h->all), by_file);
    return 0;
}

void holders_free(struct holders *h)
{
    free(h->all);
    free(h->members);
    *h = (struct holders){0};
}

const struct member *holders_member(const struct holders *h, pid_t pid)
{
    for (size_t i = 0; i < h->n_members; i++)
        if (h->members[i].process.pid == pid)
            return &h->members[i];
    return NULL;
}

const char *holders_name(const struct holders *h, pid_t pid)
{
    const struct member *member = holders_member(h, pid);
    return member == NULL ? "?" : member->name;
}

unsigned holder_access(const struct view *v, struct holder *one)
{
    if (!one->access_known)
        one->access = object_access(v, one->tid, one->fd);
    one->access_known = true;
    return one->access;
}

/* Where the descriptors of the file begin, or would stand. */
static size_t first_of(const struct holders *h, dev_t device, ino_t inode)
{
    const struct holder sought = {.device = device, .inode = inode};
    size_t from = 0, to = h->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (by_file(&h->all[middle], &sought) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

int holders_of(const struct holders *h, const struct view *v, dev_t device, ino_t inode,
               unsigned access, struct holder **found)
{
    size_t first = first_of(h, device, inode), end = first;
    int n = 0;
    while (end < h->n && h->all[end].device == device && h->all[end].inode == inode)
        end++;
    *found = calloc(end - first + 1, sizeof(**found));
    if (*found == NULL)
        return -1;
    for (size_t i = first; i < end; i++)
        if (access == 0 || (holder_access(v, &h->all[i]) & access) != 0)
            (*found)[n++] = h->all[i];
    return n;
}

int holders_write_names(const struct holders *h, FILE *to, const bool *marked)
{
    int groups = 0, written = 0, total = 0;
    for (int counting = 1; counting >= 0; counting--) {
        for (size_t i = 0; i < h->n_members; i++) {
            int same = 0;
            bool first = marked[i];
            for (size_t j = 0; j < h->n_members && first; j++) {
                if (!marked[j] || strcmp(h->members[i].name, h->members[j].name) != 0)
                    continue;
                same++;
                first = j >= i;
            }
            if (!first)
                continue;
            if (counting) {
                groups++;
                total += same;
                continue;
            }
            fputs(written == 0 ? "" : written == groups - 1 ? " and " : ", ", to);
            if (same > 1)
                fprintf(to, "%d %ss", same, h->members[i].name);
            else
                fputs(h->members[i].name, to);
            written++;
        }
    }
    return total;
}

int holders_write(const struct holders *h, FILE *to, const struct holder *held, int n, pid_t self)
{
    bool *marked = calloc(h->n_members + 1, sizeof(*marked));
    bool own = false;
    if (marked == NULL)
        return 0;
    for (int i = 0; i < n; i++) {
        own |= held[i].pid == self;
        for (size_t j = 0; j < h->n_members; j++)
            marked[j] |= h->members[j].process.pid == held[i].pid && held[i].pid != self;
    }
    int others = holders_write_names(h, to, marked);
    if (own && others == 0)
        fputs(holders_name(h, self), to);
    if (own && others > 0)
        fputs(" and itself", to);
    free(marked);
    return others + own;
}

void holders_write_fds(const struct holders *h, FILE *to, const struct holder *held, int n)
{
    enum { SHOWN = 8 };
    for (int i = 0; i < n && i < SHOWN; i++)
        fprintf(to, "%s%s (pid %d, fd %d)", i == 0 ? "" : ", ", holders_name(h, held[i].pid),
                (int)held[i].pid, held[i].fd);
    if (n > SHOWN)
        fprintf(to, " and %d more", n - SHOWN);
    if (n == 0)
        fputs("nobody", to);
}
