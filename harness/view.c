/* view.c - looking into a world from outside. See view.h. */
#include "view.h"

#include "link.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void view_init(struct view *v, int service)
{
    *v = (struct view){.service = service, .own_terminal = -1};
    for (size_t i = 0; i < VIEW_FDS; i++)
        v->fds[i] = -1;
}

void view_close(struct view *v)
{
    for (size_t i = 0; i < VIEW_FDS; i++)
        if (v->fds[i] >= 0)
            close(v->fds[i]);
    for (size_t i = 0; i < v->n_pidfds; i++)
        close(v->pidfds[i].fd);
    free(v->pidfds);
    view_init(v, -1);
}

int view_open_machine(struct view *v)
{
    static const char *const paths[VIEW_FDS] = {[VIEW_PROC] = "/proc",
                                                [VIEW_MQUEUE] = "/dev/mqueue",
                                                [VIEW_PTS] = "/dev/pts",
                                                [VIEW_SYSV_MSG] = "/proc/sysvipc/msg",
                                                [VIEW_SYSV_SEM] = "/proc/sysvipc/sem",
                                                [VIEW_SYSV_SHM] = "/proc/sysvipc/shm"};
    view_init(v, -1);
    v->machine = true;
    for (size_t i = 0; i < VIEW_FDS; i++)
        if (paths[i] != NULL)
            v->fds[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
    v->fds[VIEW_DIAG] = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    return v->fds[VIEW_PROC] < 0 ? -1 : 0;
}

/* pidfd_open(2) takes a pid of the caller's own namespace, so init has to do it. */
static int ask_init(const struct view *v, pid_t pid)
{
    if (v->machine)
        return (int)syscall(SYS_pidfd_open, pid, 0);
    struct link_message message = {.kind = LINK_PIDFD, .value = pid};
    if (link_send(v->service, &message) != 0 || link_receive(v->service, &message) != 0)
        return -1;
    return message.n_fds == 1 ? message.fds[0] : -1;
}

int view_pidfd(struct view *v, pid_t pid)
{
    for (size_t i = 0; i < v->n_pidfds; i++) {
        if (v->pidfds[i].pid != pid)
            continue;
        /* Signal 0 tells whether it is still the same process: a pid may come back. */
        if (syscall(SYS_pidfd_send_signal, v->pidfds[i].fd, 0, NULL, 0) == 0 || errno == EPERM)
            return v->pidfds[i].fd;
        close(v->pidfds[i].fd);
        v->pidfds[i] = v->pidfds[--v->n_pidfds];
        break;
    }
    struct pidfd_slot *more = realloc(v->pidfds, (v->n_pidfds + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    v->pidfds = more;
    int fd = ask_init(v, pid);
    if (fd >= 0)
        v->pidfds[v->n_pidfds++] = (struct pidfd_slot){.pid = pid, .fd = fd};
    return fd;
}

int view_getfd(struct view *v, pid_t pid, int fd)
{
    int pidfd = view_pidfd(v, pid);
    if (pidfd < 0) {
        errno = ESRCH;
        return -1;
    }
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

bool view_has_terminal(const struct view *v)
{
    int fd = openat(v->fds[VIEW_PTS], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return true; /* not known: then nothing is proved */
    }
    bool found = false;
    const struct dirent *entry;
    while (!found && (entry = readdir(directory)) != NULL)
        found = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
                atoi(entry->d_name) != v->own_terminal;
    closedir(directory);
    return found;
}

char *view_read_all(const struct view *v, enum view_fd which)
{
    char *text = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (room - length < 4097) {
            char *more = realloc(text, room += 16384);
            if (more == NULL)
                break;
            text = more;
        }
        /* The kernel hands out a page at a time, at the next line. */
        ssize_t n = pread(v->fds[which], text + length, room - length - 1, (off_t)length);
        if (n < 0)
            break;
        length += (size_t)n;
        text[length] = '\0';
        if (n == 0)
            return text;
    }
    free(text);
    return NULL;
}

static int open_below_proc(const struct view *v, const char *path, va_list arguments)
{
    char name[128];
    vsnprintf(name, sizeof(name), path, arguments);
    return openat(v->fds[VIEW_PROC], name, O_RDONLY | O_CLOEXEC);
}

ssize_t view_read_line(const struct view *v, char *buffer, size_t size, const char *path, ...)
{
    va_list arguments;
    va_start(arguments, path);
    int fd = open_below_proc(v, path, arguments);
    va_end(arguments);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, buffer, size - 1);
    int saved = errno;
    close(fd);
    errno = saved;
    buffer[n < 0 ? 0 : n] = '\0';
    return n;
}

ssize_t view_read(const struct view *v, char *buffer, size_t size, const char *path, ...)
{
    va_list arguments;
    va_start(arguments, path);
    int fd = open_below_proc(v, path, arguments);
    va_end(arguments);
    if (fd < 0)
        return -1;
    size_t length = 0;
    ssize_t n = 1;
    while (n != 0 && length < size - 1) {
        n = read(fd, buffer + length, size - 1 - length);
        if (n < 0 && errno != EINTR)
            break;
        length += n > 0 ? (size_t)n : 0;
    }
    int saved = errno;
    close(fd);
    errno = saved;
    buffer[length] = '\0';
    return n < 0 ? -1 : (ssize_t)length;
}
