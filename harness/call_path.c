/* call_path.c - finds the file that a path means to a blocked task. See call.h.
 *
 * An absolute path begins at the task's own root directory, and so does an absolute symbolic link
 * that is met on the way: openat2(2) can keep to both. What leads through the task's own part of
 * proc(5) is not found that way, for "self" would be the harness. */
#include "call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_place(const struct view *v, const char *place)
{
    return openat(v->fds[VIEW_PROC], place, O_PATH | O_CLOEXEC);
}

/* Opens nothing but the place (O_PATH), so that no reader or writer appears at a FIFO. */
static int walk(int directory, const char *path, uint64_t resolve)
{
    const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = resolve};
    int fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
    /* Before Linux 5.6, absolute links are followed from the harness's root. */
    if (fd < 0 && errno == ENOSYS)
        fd = openat(directory, path + (path[0] == '/'), O_PATH | O_CLOEXEC);
    return fd;
}

static int walk_from_root(const struct view *v, const struct task *task, const char *path)
{
    char place[32];
    snprintf(place, sizeof(place), "%d/root", (int)task->tid);
    int root = open_place(v, place);
    if (root < 0)
        return -1;
    int fd = walk(root, path, RESOLVE_IN_ROOT);
    close(root);
    return fd;
}

static bool is_same(int fd, const struct stat *other)
{
    struct stat stat;
    return fstat(fd, &stat) == 0 && stat.st_dev == other->st_dev && stat.st_ino == other->st_ino;
}

/* The path leads out of its directory, upwards or by an absolute link: it is walked from the root,
 * if the directory goes by a name there. */
static int walk_by_name(const struct view *v, const struct task *task, const char *place,
                        const char *path)
{
    char full[2 * PATH_MAX];
    struct stat meant;
    ssize_t n = readlinkat(v->fds[VIEW_PROC], place, full, PATH_MAX);
    if (n <= 0 || n == PATH_MAX || full[0] != '/' ||
        fstatat(v->fds[VIEW_PROC], place, &meant, 0) != 0)
        return -1;
    full[n] = '\0';
    int directory = walk_from_root(v, task, full);
    if (directory < 0)
        return -1;
    bool found = is_same(directory, &meant);
    close(directory);
    snprintf(full + n, sizeof(full) - (size_t)n, "/%s", path);
    return found ? walk_from_root(v, task, full) : -1;
}

static int walk_from_directory(const struct view *v, const struct task *task, int dir,
                               const char *path)
{
    char place[64];
    if (dir == AT_FDCWD)
        snprintf(place, sizeof(place), "%d/cwd", (int)task->tid);
    else
        snprintf(place, sizeof(place), "%d/fd/%d", (int)task->tid, dir);
    int directory = open_place(v, place);
    if (directory < 0)
        return -1;
    int fd = walk(directory, path, RESOLVE_BENEATH);
    bool leaves = fd < 0 && errno == EXDEV;
    close(directory);
    return leaves ? walk_by_name(v, task, place, path) : fd;
}

/* "/proc/self/fd/3" is the file itself, wherever its name may be. */
static int stat_own_descriptor(const struct view *v, const struct task *task, const char *path,
                               struct stat *stat)
{
    int fd;
    char place[64], more;
    if (sscanf(path, "/proc/self/fd/%d%c", &fd, &more) != 1)
        return -1;
    snprintf(place, sizeof(place), "%d/fd/%d", (int)task->pid, fd);
    return fstatat(v->fds[VIEW_PROC], place, stat, 0);
}

int call_find_file(const struct view *v, const struct task *task, int dir, const char *path,
                   struct stat *stat)
{
    int fd =
        path[0] == '/' ? walk_from_root(v, task, path) : walk_from_directory(v, task, dir, path);
    if (fd < 0)
        return stat_own_descriptor(v, task, path, stat);
    int result = fstat(fd, stat);
    close(fd);
    return result;
}

int call_opened_file(const struct view *v, const struct task *task, char path[PATH_MAX],
                     struct stat *stat)
{
    bool at = task->nr == SYS_openat;
    if (task_string(v, task->tid, task->args[at ? 1 : 0], path, PATH_MAX) != 0) {
        snprintf(path, PATH_MAX, "?");
        return -1;
    }
    return call_find_file(v, task, at ? (int)task->args[0] : AT_FDCWD, path, stat);
}
