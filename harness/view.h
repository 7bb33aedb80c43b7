/* view.h - how the harness looks into a world from outside, or at the whole machine.
 *
 * The world's init opens these descriptors; each of them keeps the namespace that it was opened
 * in, so that nothing here ever needs setns(2) or runs inside. Process ids are the world's own. */
#ifndef BROKENPIPE_VIEW_H
#define BROKENPIPE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum view_fd {
    VIEW_PROC,     /* proc(5) of the world's pid namespace, mounted nowhere */
    VIEW_ROOT,     /* the world's own file system (tmpfs) */
    VIEW_PTS,      /* its pseudo-terminals, devpts */
    VIEW_MQUEUE,   /* its POSIX message queues, mq_overview(7) */
    VIEW_SYSV_MSG, /* /proc/sysvipc/msg, sem, shm of its ipc namespace */
    VIEW_SYSV_SEM,
    VIEW_SYSV_SHM,
    VIEW_DIAG, /* sock_diag(7) socket of its network namespace */
    VIEW_FDS,
    VIEW_RENEWED = VIEW_FDS - VIEW_MQUEUE /* those of the ipc and the network namespace, which a
                                             world can renew */
};

struct pidfd_slot {
    pid_t pid;
    int fd;
};

struct view {
    int fds[VIEW_FDS]; /* -1 where the host does not offer it */
    int service;       /* init answers requests for pidfds here; not the line of its messages */
    bool machine;      /* no world, but the machine that we run on, with processes of anybody's */
    dev_t root_device; /* st_dev of VIEW_ROOT: what lies there is private to the world */
    int own_terminal;  /* the pseudo-terminal that is ours, drain.h, or -1 */
    struct pidfd_slot *pidfds;
    size_t n_pidfds;
};

void view_init(struct view *v, int service);

/* A view of the machine itself, as far as we may see it. 0, or -1 with errno if there is no /proc.
 */
int view_open_machine(struct view *v);
void view_close(struct view *v);

/* A pidfd (pidfd_open(2)) for the world's process `pid`, kept open in the view and owned by it;
 * -1 if there is no such process. */
int view_pidfd(struct view *v, pid_t pid);

/* A duplicate of descriptor `fd` of process `pid` (pidfd_getfd(2)), to be closed by the caller; -1
 * with errno. It is the same open file description: nothing is opened a second time, so that no
 * reader or writer appears at a FIFO. */
int view_getfd(struct view *v, pid_t pid, int fd);

/* Whether a pseudo-terminal is open in the world, ours aside. */
bool view_has_terminal(const struct view *v);

/* Reads all that `which`, one of the /proc/sysvipc files, has to say, in a new string that the
 * caller frees; NULL with errno. */
char *view_read_all(const struct view *v, enum view_fd which);

/* Reads a file of one short line below the world's /proc, which the kernel hands out in a single
 * read(2), into `buffer`, NUL-terminated. Returns its length, or -1 with errno. */
ssize_t view_read_line(const struct view *v, char *buffer, size_t size, const char *path, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads the file `path` below the world's /proc whole into `buffer`, NUL-terminated. Returns its
 * length (cut at size - 1), or -1 with errno. */
ssize_t view_read(const struct view *v, char *buffer, size_t size, const char *path, ...)
    __attribute__((format(printf, 4, 5)));

#endif
