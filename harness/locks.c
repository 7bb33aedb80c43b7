/* locks.c - file locks, as proc(5) tells of them. See locks.h. */
#include "locks.h"

#include "object.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *lock_kind_name(enum lock_kind kind)
{
    static const char *const names[] = {
        [LOCK_FLOCK] = "flock", [LOCK_RECORD] = "record", [LOCK_OFD] = "ofd"};
    return names[kind];
}

static int stat_fd(const struct view *v, pid_t tid, int fd, struct stat *stat)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/fd/%d", (int)tid, fd);
    return fstatat(v->fds[VIEW_PROC], path, stat, 0);
}

/* What the range of a struct flock is counted from. A descriptor that others use too may have been
 * moved since the call; so may the file's end. */
static int range_base(const struct view *v, const struct file_lock *wanted, int whence,
                      const struct stat *stat, int64_t *base)
{
    char info[4096];
    switch (whence) {
    case SEEK_SET:
        *base = 0;
        return 0;
    case SEEK_CUR:
        return view_read_line(v, info, sizeof(info), "%d/fdinfo/%d", (int)wanted->tid, wanted->fd) >
                           0 &&
                       sscanf(info, "pos: %" SCNd64, base) == 1
                   ? 0
                   : -1;
    case SEEK_END:
        *base = stat->st_size;
        return 0;
    default:
        return -1;
    }
}

/* A length of 0 goes to the end of the file, wherever that will be; a negative one lies before the
 * start, fcntl_locking(2). */
static int read_range(const struct view *v, const struct task *task, const struct stat *stat,
                      struct file_lock *wanted)
{
    struct flock range;
    int64_t start;
    if (task_memory(v, task->tid, task->args[2], &range, sizeof(range)) != 0 ||
        range_base(v, wanted, range.l_whence, stat, &start) != 0)
        return -1;
    start += range.l_start + (range.l_len < 0 ? range.l_len : 0);
    uint64_t length = range.l_len < 0 ? 0 - (uint64_t)range.l_len : (uint64_t)range.l_len;
    wanted->write = range.l_type == F_WRLCK;
    wanted->start = (uint64_t)start;
    wanted->end = length == 0 ? UINT64_MAX : wanted->start + length - 1;
    return 0;
}

int lock_wanted(const struct view *v, const struct task *task, struct file_lock *wanted)
{
    struct stat stat;
    *wanted = (struct file_lock){
        .pid = task->pid, .tid = task->tid, .fd = (int)task->args[0], .end = UINT64_MAX};
    if (stat_fd(v, wanted->tid, wanted->fd, &stat) != 0)
        return -1;
    wanted->device = stat.st_dev;
    wanted->inode = stat.st_ino;
    if (task->nr == SYS_flock) {
        wanted->kind = LOCK_FLOCK;
        wanted->write = (task->args[1] & LOCK_EX) != 0;
        return 0;
    }
    wanted->kind = task->args[1] == F_OFD_SETLKW ? LOCK_OFD : LOCK_RECORD;
    return read_range(v, task, &stat, wanted);
}

/* Reads a line of fdinfo: "lock:\t1: OFDLCK ADVISORY  WRITE -1 00:2f:12 0 EOF". Leases are none. */
static bool parse_lock(const char *line, struct file_lock *lock)
{
    static const struct {
        const char *word;
        enum lock_kind kind;
    } kinds[] = {{"FLOCK", LOCK_FLOCK}, {"POSIX", LOCK_RECORD}, {"OFDLCK", LOCK_OFD}};
    char kind[16], access[16], end[24];
    if (sscanf(line, "lock: %*d: %15s ADVISORY %15s %*d %*s %" SCNu64 " %23s", kind, access,
               &lock->start, end) != 4)
        return false;
    lock->write = strcmp(access, "WRITE") == 0;
    lock->end = strcmp(end, "EOF") == 0 ? UINT64_MAX : strtoull(end, NULL, 10);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        lock->kind = kinds[i].kind;
        if (strcmp(kind, kinds[i].word) == 0)
            return true;
    }
    return false;
}

/* Whether both descriptors are of one open file description. Where the host does not let us look,
 * only a descriptor is known to be the same as itself. */
static bool same_description(struct view *v, const struct file_lock *a, const struct file_lock *b)
{
    if (a->pid == b->pid && a->fd == b->fd)
        return true;
    int first = view_getfd(v, a->pid, a->fd), second = view_getfd(v, b->pid, b->fd);
    bool same = first >= 0 && second >= 0 &&
                syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, first, second) == 0;
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
    return same;
}

/* flock(2) knows nothing of the other two kinds. No lock stands in the way of its own owner: a
 * process for record locks, else an open file description. */
static bool conflicts(struct view *v, const struct file_lock *held, const struct file_lock *wanted)
{
    if ((held->kind == LOCK_FLOCK) != (wanted->kind == LOCK_FLOCK))
        return false;
    if (!held->write && !wanted->write)
        return false;
    if (held->start > wanted->end || wanted->start > held->end)
        return false;
    if (held->kind != wanted->kind)
        return true;
    return held->kind == LOCK_RECORD ? held->pid != wanted->pid
                                     : !same_description(v, held, wanted);
}

struct lock_list {
    struct file_lock *all;
    int n;
};

/* The same lock shows at each duplicate of a descriptor. */
static bool is_listed(const struct lock_list *list, const struct file_lock *lock)
{
    for (int i = 0; i < list->n; i++) {
        const struct file_lock *one = &list->all[i];
        if (one->pid == lock->pid && one->kind == lock->kind && one->write == lock->write &&
            one->start == lock->start && one->end == lock->end)
            return true;
    }
    return false;
}

static int add(struct lock_list *list, const struct file_lock *lock)
{
    struct file_lock *more = realloc(list->all, ((size_t)list->n + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    list->all = more;
    more[list->n++] = *lock;
    return 0;
}

/* Adds what a process holds through descriptor `fd`, which is of the file. */
static int add_of_fd(struct view *v, const struct task *thread, int fd,
                     const struct file_lock *wanted, struct lock_list *list)
{
    struct file_lock lock = {.pid = thread->pid,
                             .tid = thread->tid,
                             .fd = fd,
                             .device = wanted->device,
                             .inode = wanted->inode};
    char line[256];
    int result = 0;
    snprintf(line, sizeof(line), "%d/fdinfo/%d", (int)thread->tid, fd);
    int file = openat(v->fds[VIEW_PROC], line, O_RDONLY | O_CLOEXEC);
    FILE *info = file < 0 ? NULL : fdopen(file, "r");
    if (info == NULL) {
        if (file >= 0)
            close(file);
        return 0; /* closed meanwhile, and the lock with it */
    }
    while (result == 0 && fgets(line, sizeof(line), info) != NULL)
        if (parse_lock(line, &lock) && !is_listed(list, &lock) && conflicts(v, &lock, wanted))
            result = add(list, &lock);
    fclose(info);
    return result;
}

static int add_of_process(struct view *v, const struct task *thread, const struct file_lock *wanted,
                          struct lock_list *list)
{
    int *fds = NULL, result = 0;
    int n = object_fds(v, thread->tid, &fds); /* -1: it has ended, or is not ours to look at */
    for (int i = 0; i < n && result == 0; i++) {
        struct stat stat;
        if (stat_fd(v, thread->tid, fds[i], &stat) == 0 && stat.st_dev == wanted->device &&
            stat.st_ino == wanted->inode)
            result = add_of_fd(v, thread, fds[i], wanted, list);
    }
    free(fds);
    return result;
}

int lock_holders(struct view *v, const struct task *threads, size_t n_threads,
                 const struct file_lock *wanted, struct file_lock **holders)
{
    struct lock_list list = {0};
    *holders = NULL;
    for (size_t i = 0; i < n_threads; i++) {
        if (add_of_process(v, &threads[i], wanted, &list) != 0) {
            free(list.all);
            return -1;
        }
    }
    *holders = list.all;
    return list.n;
}
