/* call.h - what a blocked system call waits for, and whether time alone can end it.
 *
 * The judgement behind the deadlock proof: only calls that are known to wait without limit of
 * time count as untimed; whatever is not known is `unknown`, and nothing is proved of it. */
#ifndef BROKENPIPE_CALL_H
#define BROKENPIPE_CALL_H

#include "object.h"
#include "task.h"

#include <limits.h>
#include <sys/stat.h>

enum call_wait {
    CALL_UNKNOWN, /* not a call that this module knows to block */
    CALL_TIMED,   /* ends by itself at some time */
    CALL_UNTIMED, /* ends only if another task (or a timer elsewhere) does something */
};

struct call {
    enum call_wait wait;
    enum object_kind
        object; /* by the call alone; OBJECT_FILE: look at `fd`, OBJECT_POLL: see call_polled() */
    unsigned access; /* on `fd`: enum access */
    int fd;          /* or -1 */
    char name[32];   /* as strace(1) names it */
};

/* One descriptor of a poll, select or epoll set. */
struct polled {
    int fd;
    unsigned access; /* 0: it waits for a hangup or an error alone */
    ino_t inode;     /* of the file in an epoll set; 0: not known */
    short events;    /* asked for in an epoll set, as poll(2) calls them */
    bool edge;       /* EPOLLET: what has been told once is not told again */
    bool disarmed;   /* EPOLLONESHOT, after its event: nothing is told until it is armed again */
};

/* Decodes the system call that `task` is blocked in (task->in_call). */
void call_decode(struct view *v, const struct task *task, struct call *call);

/* Whether the descriptor's object can be waited for by `call` without limit of time: no timeout is
 * set on it, and nobody outside the world can act on it. `why` gets the reason if not. (Timerfds
 * are looked at all together, see proof.c.) */
bool call_object_untimed(struct view *v, const struct task *task, const struct call *call,
                         char *why, size_t size);

enum { UNIX_ADDRESS = 112 }; /* room for a name of unix(7) */

/* The name to which a connect, sendto or sendmsg on a unix socket is directed, "@NAME" if it is
 * abstract. Returns 1; 0 if it names none, -1 if that cannot be told. */
int call_unix_address(const struct view *v, const struct task *task, char path[UNIX_ADDRESS]);

/* The file that `path` means to the task, from its descriptor `dir` or AT_FDCWD, as the task's root
 * directory and links have it. 0, or -1 if it is not found, or not known for sure. */
int call_find_file(const struct view *v, const struct task *task, int dir, const char *path,
                   struct stat *stat);

/* The path, "?" if it cannot be read, and the file that an open(2) or openat(2) names. 0 or -1. */
int call_opened_file(const struct view *v, const struct task *task, char path[PATH_MAX],
                     struct stat *stat);

enum { CALL_SET = 4096 }; /* larger sets are not looked at */

/* The set that a poll, select or epoll call waits on, in a new array `*set` that the caller frees.
 * Returns how many, or -1 if it cannot be read; errno is E2BIG if it is too large. */
int call_polled(const struct view *v, const struct task *task, struct polled **set);

/* The same with the members of epoll sets within it in their place, those of each set once. */
int call_polled_deep(const struct view *v, const struct task *task, struct polled **set);

#endif
