/* ledger.c - what a run left behind, by looking at each place where it can be. See ledger.h. */
#include "ledger.h"

#include "net.h"
#include "task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How deep directories are followed: bounds what a hostile program can make us hold open. */
enum { DEPTH_MAX = 64 };

/* Where the stock-taking stands: o->left grows in it. */
struct stock {
    const struct view *view;
    struct observation *o;
    char *const *visible;
    struct error *err;
};

static int add(struct stock *s, enum left_kind kind, const char *name, const char *detail, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, detail);
    vsnprintf(text, sizeof(text), detail, arguments);
    va_end(arguments);

    struct left *more = realloc(s->o->left, (s->o->n_left + 1) * sizeof(*more));
    if (more == NULL)
        return error_set(s->err, "out of memory");
    s->o->left = more;
    struct left *one = &more[s->o->n_left];
    *one = (struct left){.kind = kind, .name = strdup(name), .detail = strdup(text)};
    if (one->name == NULL || one->detail == NULL) {
        free(one->name);
        free(one->detail);
        return error_set(s->err, "out of memory");
    }
    s->o->n_left++;
    return 0;
}

/* Calls `each` for every line but the heading of a /proc/sysvipc file, sysvipc(7). */
static int each_line(struct stock *s, enum view_fd which, int (*each)(struct stock *, const char *))
{
    char *text = view_read_all(s->view, which), *rest;
    if (text == NULL)
        return error_errno(s->err, "cannot read the world's System V objects");
    char *line = strtok_r(text, "\n", &rest);
    int result = 0;
    while (result == 0 && line != NULL && (line = strtok_r(NULL, "\n", &rest)) != NULL)
        result = each(s, line);
    free(text);
    return result;
}

static void name_by_key(char name[64], int key, int id)
{
    if (key == 0)
        snprintf(name, 64, "id %d (IPC_PRIVATE)", id);
    else
        snprintf(name, 64, "key 0x%x", (unsigned)key);
}

static int sysv_msg(struct stock *s, const char *line)
{
    char name[64];
    int key, id;
    unsigned long bytes, messages;
    if (sscanf(line, "%d %d %*o %lu %lu", &key, &id, &bytes, &messages) != 4)
        return error_set(s->err, "cannot understand /proc/sysvipc/msg");
    name_by_key(name, key, id);
    return add(s, LEFT_SYSV_MSG, name, "%lu messages, %lu bytes", messages, bytes);
}

static int sysv_sem(struct stock *s, const char *line)
{
    char name[64];
    int key, id;
    unsigned long count;
    if (sscanf(line, "%d %d %*o %lu", &key, &id, &count) != 3)
        return error_set(s->err, "cannot understand /proc/sysvipc/sem");
    name_by_key(name, key, id);
    return add(s, LEFT_SYSV_SEM, name, "%lu semaphores", count);
}

static int sysv_shm(struct stock *s, const char *line)
{
    char name[64];
    int key, id;
    unsigned long size, attached;
    if (sscanf(line, "%d %d %*o %lu %*u %*u %lu", &key, &id, &size, &attached) != 4)
        return error_set(s->err, "cannot understand /proc/sysvipc/shm");
    name_by_key(name, key, id);
    return add(s, LEFT_SYSV_SHM, name, "%lu bytes, %lu attached", size, attached);
}

/* Opens the directory `path` below `base` for reading. */
static DIR *open_directory(int base, const char *path)
{
    int fd = openat(base, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0)
        close(fd);
    return directory;
}

static int mqueues(struct stock *s)
{
    DIR *directory = open_directory(s->view->fds[VIEW_MQUEUE], ".");
    if (directory == NULL)
        return error_errno(s->err, "cannot read the world's POSIX message queues");
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(directory)) != NULL) {
        char name[300], state[128] = "";
        if (entry->d_name[0] == '.' && strlen(entry->d_name) < 3 && entry->d_type == DT_DIR)
            continue;
        int fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, state, sizeof(state) - 1);
        if (fd >= 0)
            close(fd);
        unsigned long bytes = 0;
        if (n > 0)
            sscanf(state, "QSIZE:%lu", &bytes);
        snprintf(name, sizeof(name), "/%s", entry->d_name);
        result = add(s, LEFT_MQUEUE, name, "%lu bytes", bytes);
    }
    closedir(directory);
    return result;
}

/* Directories that were made to show something in. */
static bool is_furniture(const struct stock *s, const char *path)
{
    size_t length = strlen(path);
    for (char *const *shown = s->visible; *shown != NULL; shown++)
        if (strncmp(*shown, path, length) == 0 &&
            ((*shown)[length] == '/' || (*shown)[length] == '\0'))
            return true;
    return false;
}

static int file(struct stock *s, const char *path, const struct stat *stat)
{
    static const char SEM[] = "/dev/shm/sem.", SHM[] = "/dev/shm/";
    if (S_ISFIFO(stat->st_mode))
        return add(s, LEFT_FIFO, path, "%s", "");
    if (S_ISSOCK(stat->st_mode))
        return add(s, LEFT_SOCKET, path, "%s", "");
    if (S_ISDIR(stat->st_mode))
        return add(s, LEFT_FILE, path, "directory");
    if (S_ISLNK(stat->st_mode))
        return add(s, LEFT_FILE, path, "symbolic link");
    if (strncmp(path, SEM, sizeof(SEM) - 1) == 0)
        return add(s, LEFT_SEM, path, "%s", "");
    return add(s, strncmp(path, SHM, sizeof(SHM) - 1) == 0 ? LEFT_SHM : LEFT_FILE, path,
               "%lld bytes", (long long)stat->st_size);
}

/* Everything below `path` of the world's own file system. What another file system covers is the
 * host's. */
static int files_below(struct stock *s, int base, const char *name, const char *path, int depth)
{
    DIR *directory = open_directory(base, name);
    if (directory == NULL || depth > DEPTH_MAX) {
        if (directory != NULL)
            closedir(directory);
        return 0; /* not readable: the directory itself is in the list already */
    }
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(directory)) != NULL) {
        char below[4096];
        struct stat stat;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >= (int)sizeof(below) ||
            fstatat(dirfd(directory), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0 ||
            stat.st_dev != s->view->root_device)
            continue;
        if (!is_furniture(s, below))
            result = file(s, below, &stat);
        if (result == 0 && S_ISDIR(stat.st_mode))
            result = files_below(s, dirfd(directory), entry->d_name, below, depth + 1);
    }
    closedir(directory);
    return result;
}

/* Path names are among the files; abstract sockets live as long as somebody holds them. */
static int abstract_sockets(struct stock *s)
{
    struct unix_socket *sockets = NULL;
    int n = net_unix_sockets(s->view, &sockets);
    if (n < 0)
        return error_errno(s->err, "cannot read the world's sockets");
    int result = 0;
    for (int i = 0; i < n && result == 0; i++)
        if (sockets[i].name[0] == '@')
            result = add(s, LEFT_SOCKET, sockets[i].name, "abstract");
    free(sockets);
    return result;
}

/* Processes that outlive the main one, and zombies: what has ended while its parent, which still
 * lives, has not waited for it. (Init waits for those whose parent has ended, as everywhere.) After
 * a deadlock or at the end of a budget the living are the observation's waits. */
static int processes(struct stock *s, bool main_ended)
{
    const struct view *v = s->view;
    struct tasks tasks = {0};
    char name[16], text[64];
    int result = 0;

    if (tasks_list(v, &tasks) != 0)
        result = error_errno(s->err, "cannot list the world's processes");
    for (size_t i = 0; i < tasks.n && result == 0; i++) {
        struct process process;
        if (tasks.all[i].tid != tasks.all[i].pid ||
            process_read(v, tasks.all[i].pid, &process) != 0)
            continue;
        task_name(v, &tasks.all[i], name);
        snprintf(text, sizeof(text), "%s (pid %d)", name, (int)process.pid);
        if (process.state == 'Z' && process.threads <= 1 && process.parent != 1)
            result = add(s, LEFT_ZOMBIE, text, "ended, and never waited for by pid %d",
                         (int)process.parent);
        else if (process.state != 'Z' && main_ended)
            result = add(s, LEFT_PROCESS, text, "still alive");
    }
    tasks_free(&tasks);
    return result;
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct left *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->name, y->name);
}

int ledger_take_living(const struct watch *w, struct observation *o, struct error *err)
{
    struct stock s = {.view = &w->view, .o = o, .err = err};
    return abstract_sockets(&s) != 0 || processes(&s, w->main_ended) != 0 ? -1 : 0;
}

int ledger_take(const struct view *v, char *const *visible, struct observation *o,
                struct error *err)
{
    struct stock s = {.view = v, .o = o, .visible = visible, .err = err};
    if (each_line(&s, VIEW_SYSV_MSG, sysv_msg) != 0 ||
        each_line(&s, VIEW_SYSV_SEM, sysv_sem) != 0 ||
        each_line(&s, VIEW_SYSV_SHM, sysv_shm) != 0 || mqueues(&s) != 0 ||
        files_below(&s, v->fds[VIEW_ROOT], "tmp", "/tmp", 0) != 0 ||
        files_below(&s, v->fds[VIEW_ROOT], "dev/shm", "/dev/shm", 0) != 0)
        return -1;
    if (o->n_left > 0)
        qsort(o->left, o->n_left, sizeof(*o->left), by_kind_and_name);
    return 0;
}

/* Copies the data of a file and leaves its holes, lseek(2): a program's sparse files must not fill
 * the disk. */
static int copy_data(int from, int to)
{
    char buffer[65536];
    struct stat stat;
    if (fstat(from, &stat) != 0 || ftruncate(to, stat.st_size) != 0)
        return -1;
    for (off_t at = lseek(from, 0, SEEK_DATA); at >= 0 && at < stat.st_size;
         at = lseek(from, at, SEEK_DATA)) {
        ssize_t n = pread(from, buffer, sizeof(buffer), at);
        if (n <= 0 || pwrite(to, buffer, (size_t)n, at) != n)
            return -1;
        at += n;
    }
    return 0;
}

static int copy_file(int from, int to_dir, const char *name)
{
    int to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (to < 0)
        return -1;
    int result = copy_data(from, to);
    return close(to) != 0 ? -1 : result;
}

static int copy_tree(int from_dir, int to_dir, dev_t device, int depth, struct error *err);

/* Copies what `name` of `from_dir` is. What cannot be read is the program's own doing: it is left
 * out. */
static int copy_one(int from_dir, const char *name, int to_dir, dev_t device, int depth,
                    struct error *err)
{
    struct stat stat;
    int from = openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from < 0 || fstat(from, &stat) != 0 || stat.st_dev != device) {
        if (from >= 0)
            close(from);
        return 0;
    }
    int result = 0;
    if (S_ISREG(stat.st_mode)) {
        if (copy_file(from, to_dir, name) != 0)
            result = error_errno(err, "cannot keep %s", name);
    } else if (S_ISDIR(stat.st_mode)) {
        int to = mkdirat(to_dir, name, 0755) == 0
                     ? openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                     : -1;
        result = to < 0 ? error_errno(err, "cannot keep %s", name)
                        : copy_tree(from, to, device, depth + 1, err);
        if (to >= 0)
            close(to);
    }
    close(from);
    return result;
}

static int copy_tree(int from_dir, int to_dir, dev_t device, int depth, struct error *err)
{
    DIR *directory = depth > DEPTH_MAX ? NULL : open_directory(from_dir, ".");
    if (directory == NULL)
        return 0;
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(directory)) != NULL) {
        struct stat stat;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(dirfd(directory), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0 ||
            (!S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode)))
            continue;
        result = copy_one(dirfd(directory), entry->d_name, to_dir, device, depth, err);
    }
    closedir(directory);
    return result;
}

int ledger_keep(const struct view *v, const char *to, struct error *err)
{
    static const struct {
        const char *from, *name;
    } places[] = {{"tmp", "tmp"}, {"dev/shm", "shm"}};
    int to_dir = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = to_dir < 0 ? error_errno(err, "cannot keep files in %s", to) : 0;
    for (size_t i = 0; i < 2 && result == 0; i++) {
        int from = openat(v->fds[VIEW_ROOT], places[i].from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int below = mkdirat(to_dir, places[i].name, 0755) == 0
                        ? openat(to_dir, places[i].name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                        : -1;
        result = from < 0 || below < 0
                     ? error_errno(err, "cannot keep %s of the world", places[i].from)
                     : copy_tree(from, below, v->root_device, 0, err);
        if (from >= 0)
            close(from);
        if (below >= 0)
            close(below);
    }
    if (to_dir >= 0)
        close(to_dir);
    return result;
}
