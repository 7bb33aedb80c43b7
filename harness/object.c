/* object.c - what is behind a descriptor, by readlink, fstatat and fdinfo. See object.h; proc(5).
 */
#include "object.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

static enum object_kind kind_of_socket(int fd)
{
    int domain, protocol;
    socklen_t size = sizeof(int);
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0)
        return OBJECT_UNKNOWN;
    if (domain == AF_UNIX)
        return OBJECT_UNIX;
    if (domain != AF_INET && domain != AF_INET6)
        return OBJECT_UNKNOWN;
    /* Other protocols, such as MPTCP, have timers and workers that nobody looks at here. */
    return protocol == IPPROTO_TCP   ? OBJECT_TCP
           : protocol == IPPROTO_UDP ? OBJECT_UDP
                                     : OBJECT_UNKNOWN;
}

static bool has_timeout(int fd, int option)
{
    struct timeval time;
    socklen_t size = sizeof(time);
    return getsockopt(fd, SOL_SOCKET, option, &time, &size) != 0 || time.tv_sec != 0 ||
           time.tv_usec != 0;
}

/* proc(5) does not tell a socket's family and timeouts; the socket itself does. */
static void look_at_socket(struct view *v, pid_t pid, int fd, struct object *object)
{
    int copy = view_getfd(v, pid, fd);
    if (copy < 0) {
        object->kind = OBJECT_UNKNOWN;
        return;
    }
    object->kind = kind_of_socket(copy);
    object->timed = has_timeout(copy, SO_RCVTIMEO) || has_timeout(copy, SO_SNDTIMEO);
    close(copy);
}

static void look_at_timerfd(const char *info, struct object *object)
{
    unsigned long long seconds = 1, nanoseconds = 0;
    const char *value = strstr(info, "it_value: (");
    if (value != NULL)
        sscanf(value, "it_value: (%llu, %llu)", &seconds, &nanoseconds);
    object->armed = seconds != 0 || nanoseconds != 0;
}

/* An inotify watch on a file outside the world's own file system can be woken from outside. */
static void look_at_inotify(const char *info, dev_t own, struct object *object)
{
    unsigned expected = (major(own) << 20) | minor(own);
    for (const char *at = strstr(info, "sdev:"); at != NULL; at = strstr(at + 5, "sdev:"))
        if (strtoul(at + 5, NULL, 16) != expected)
            object->foreign = true;
}

static void look_at_anonymous(const char *info, dev_t own, struct object *object)
{
    static const struct {
        const char *link;
        enum object_kind kind;
    } known[] = {{"anon_inode:[eventfd]", OBJECT_EVENTFD},
                 {"anon_inode:[signalfd]", OBJECT_SIGNALFD},
                 {"anon_inode:[timerfd]", OBJECT_TIMERFD},
                 {"anon_inode:[eventpoll]", OBJECT_EPOLL},
                 {"anon_inode:inotify", OBJECT_INOTIFY},
                 {"anon_inode:[pidfd]", OBJECT_CHILD},
                 {"pidfd:", OBJECT_CHILD}};

    object->kind = OBJECT_UNKNOWN;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strncmp(object->link, known[i].link, strlen(known[i].link)) == 0)
            object->kind = known[i].kind;
    if (object->kind == OBJECT_TIMERFD)
        look_at_timerfd(info, object);
    if (object->kind == OBJECT_INOTIFY)
        look_at_inotify(info, own, object);
}

/* A queue of the world's own mqueue file system; POSIX message queues of another ipc namespace
 * cannot be reached from inside. */
static bool is_mqueue(const struct view *v, dev_t device)
{
    struct stat mine;
    return fstat(v->fds[VIEW_MQUEUE], &mine) == 0 && mine.st_dev == device;
}

unsigned object_access_of(unsigned long flags)
{
    switch (flags & O_ACCMODE) {
    case O_RDONLY:
        return ACCESS_READ;
    case O_WRONLY:
        return ACCESS_WRITE;
    case O_RDWR:
        return ACCESS_READ | ACCESS_WRITE;
    default:
        return 0;
    }
}

static unsigned access_in(const char *info)
{
    const char *flags = strstr(info, "flags:");
    return flags == NULL ? 0 : object_access_of(strtoul(flags + 6, NULL, 8));
}

unsigned object_access(const struct view *v, pid_t pid, int fd)
{
    char info[4096];
    if (view_read_line(v, info, sizeof(info), "%d/fdinfo/%d", (int)pid, fd) <= 0)
        return 0;
    return access_in(info);
}

int object_of_fd(struct view *v, pid_t pid, int fd, struct object *object)
{
    char path[64], info[4096];
    struct stat stat;

    *object = (struct object){.kind = OBJECT_FILE};
    snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fd);
    ssize_t n = readlinkat(v->fds[VIEW_PROC], path, object->link, sizeof(object->link) - 1);
    if (n < 0 || fstatat(v->fds[VIEW_PROC], path, &stat, 0) != 0)
        return -1;
    object->link[n] = '\0';
    object->device = stat.st_dev;
    object->inode = stat.st_ino;
    ssize_t length = view_read(v, info, sizeof(info), "%d/fdinfo/%d", (int)pid, fd);
    if (length < 0)
        return -1;
    object->access = access_in(info);

    if (S_ISFIFO(stat.st_mode) && strncmp(object->link, "pipe:", 5) == 0) {
        object->kind = OBJECT_PIPE;
    } else if (S_ISFIFO(stat.st_mode)) {
        object->kind = OBJECT_FIFO;
        object->foreign = stat.st_dev != v->root_device;
    } else if (S_ISSOCK(stat.st_mode)) {
        look_at_socket(v, pid, fd, object);
    } else if (S_ISREG(stat.st_mode) && is_mqueue(v, stat.st_dev)) {
        object->kind = OBJECT_MQUEUE;
    } else if (strncmp(object->link, "anon_inode:", 11) == 0 ||
               strncmp(object->link, "pidfd:", 6) == 0) {
        look_at_anonymous(info, v->root_device, object);
        /* Cut: what is not seen may be a watch on the host's files. */
        object->foreign |= length == (ssize_t)sizeof(info) - 1;
    } else {
        object->foreign = stat.st_dev != v->root_device;
    }
    return 0;
}

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int object_fds(const struct view *v, pid_t pid, int **fds)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/fd", (int)pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    int n = 0, room = 0;
    const struct dirent *entry;
    *fds = NULL;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        if (n == room) {
            room = room == 0 ? 16 : room * 2;
            int *more = realloc(*fds, (size_t)room * sizeof(**fds));
            if (more == NULL) {
                n = -1;
                break;
            }
            *fds = more;
        }
        (*fds)[n++] = atoi(entry->d_name);
    }
    closedir(directory);
    if (n > 0)
        qsort(*fds, (size_t)n, sizeof(**fds), ascending);
    return n;
}
