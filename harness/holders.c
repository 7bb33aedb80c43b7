/* holders.c - who holds what, from proc(5). See holders.h. */
#include "holders.h"

#include "object.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int add_process(const struct view *v, pid_t pid, struct holders *h)
{
    int *fds = NULL;
    int n = object_fds(v, pid, &fds);
    int result = 0;
    for (int i = 0; i < n && result == 0; i++) {
        char path[64];
        struct stat stat;
        snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fds[i]);
        if (fstatat(v->fds[VIEW_PROC], path, &stat, 0) != 0 ||
            !(S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode)))
            continue;
        struct holder *more = realloc(h->all, (h->n + 1) * sizeof(*more));
        if (more == NULL) {
            result = -1;
            break;
        }
        h->all = more;
        more[h->n++] = (struct holder){.pid = pid,
                                       .fd = fds[i],
                                       .device = stat.st_dev,
                                       .inode = stat.st_ino,
                                       .access = object_access(v, pid, fds[i])};
    }
    free(fds);
    return result;
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
        if (add_process(v, member->process.pid, h) != 0)
            return -1;
    }
    return 0;
}

void holders_free(struct holders *h)
{
    free(h->all);
    free(h->members);
    *h = (struct holders){0};
}

const char *holders_name(const struct holders *h, pid_t pid)
{
    for (size_t i = 0; i < h->n_members; i++)
        if (h->members[i].process.pid == pid)
            return h->members[i].name;
    return "?";
}

/* Writes the names of the marked members: equal names once, with their number before them. */
static int write_names(const struct holders *h, FILE *to, const bool *marked)
{
    int groups = 0, written = 0, total = 0;
    for (int counting = 1; counting >= 0; counting--) {
        for (size_t i = 0; i < h->n_members; i++) {
            int same = 0;
            bool first = marked[i];
            for (size_t j = 0; j < h->n_members; j++) {
                if (!marked[j] || strcmp(h->members[i].name, h->members[j].name) != 0)
                    continue;
                same++;
                first = first && j >= i;
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

int holders_write(const struct holders *h, FILE *to, dev_t device, ino_t inode, unsigned access,
                  pid_t self)
{
    bool *marked = calloc(h->n_members + 1, sizeof(*marked));
    bool own = false;
    int others = 0;
    if (marked == NULL)
        return 0;
    for (size_t i = 0; i < h->n; i++) {
        const struct holder *one = &h->all[i];
        if (one->device != device || one->inode != inode || (one->access & access) == 0)
            continue;
        own |= one->pid == self;
        for (size_t j = 0; j < h->n_members; j++)
            marked[j] |= h->members[j].process.pid == one->pid && one->pid != self;
    }
    others = write_names(h, to, marked);
    if (own && others == 0)
        fputs(holders_name(h, self), to);
    if (own && others > 0)
        fputs(" and itself", to);
    free(marked);
    return others + own;
}

void holders_write_fds(const struct holders *h, FILE *to, dev_t device, ino_t inode,
                       unsigned access)
{
    const char *between = "";
    for (size_t i = 0; i < h->n; i++) {
        const struct holder *one = &h->all[i];
        if (one->device != device || one->inode != inode || (one->access & access) == 0)
            continue;
        fprintf(to, "%s%s (pid %d, fd %d)", between, holders_name(h, one->pid), (int)one->pid,
                one->fd);
        between = ", ";
    }
    if (between[0] == '\0')
        fputs("nobody", to);
}

int holders_write_children(const struct holders *h, FILE *to, pid_t parent, pid_t child)
{
    bool *marked = calloc(h->n_members + 1, sizeof(*marked));
    if (marked == NULL)
        return 0;
    for (size_t i = 0; i < h->n_members; i++) {
        const struct process *process = &h->members[i].process;
        marked[i] = process->parent == parent && process->state != 'Z' &&
                    (child <= 0 || process->pid == child);
    }
    int n = write_names(h, to, marked);
    free(marked);
    return n;
}
