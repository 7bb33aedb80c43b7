/* observation.h - the facts of one run: what happened, and nothing of what was expected.
 *
 * An observation is filled by world_run() and read by verdict.c and report.c. Every pointer in it
 * is owned by the observation; observation_free() releases all of them. */
#ifndef BROKENPIPE_OBSERVATION_H
#define BROKENPIPE_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum outcome_kind {
    OUTCOME_EXIT,     /* the program ended by itself: `exit N` */
    OUTCOME_SIGNAL,   /* a signal ended it: `signal NAME` */
    OUTCOME_DEADLOCK, /* proved: no task of the world can ever run again */
    OUTCOME_LIVELOCK, /* at the CPU budget, burning CPU */
    OUTCOME_TIMEOUT,  /* alive at the wall budget, neither of the two above */
    OUTCOME_LIMIT,    /* a limit of the world was hit: `limit NAME` */
};

enum limit_kind {
    LIMIT_PROCESSES, /* more tasks alive at once than allowed */
    LIMIT_MEMORY,    /* more memory in use than allowed */
    LIMIT_OUTPUT,    /* more bytes on stdout or stderr than allowed */
    LIMIT_DISK,      /* a file too large, or the world's file system full */
};

struct outcome {
    enum outcome_kind kind;
    int number; /* OUTCOME_EXIT: status, OUTCOME_SIGNAL: signal, OUTCOME_LIMIT: enum limit_kind */
};

/* What a program wrote to one of its streams. */
struct output {
    char *text;    /* the head of it, NUL-terminated; NUL bytes inside are kept (see `kept`) */
    size_t kept;   /* bytes in `text` */
    size_t length; /* bytes the program wrote in all; `kept < length` means that it was cut */
};

/* What a waiting task waits for. The word for each, as expectations and JSON use it, is given by
 * object_kind_name(). */
enum object_kind {
    OBJECT_NONE,     /* "none": the task does not wait (it runs, or is a zombie) */
    OBJECT_UNKNOWN,  /* "unknown" */
    OBJECT_TIME,     /* "time": a sleep or a timed call */
    OBJECT_PIPE,     /* "pipe": anonymous */
    OBJECT_FIFO,     /* "fifo": named; also open(2) of one */
    OBJECT_UNIX,     /* "unix": AF_UNIX socket */
    OBJECT_TCP,      /* "tcp" */
    OBJECT_UDP,      /* "udp" */
    OBJECT_MQUEUE,   /* "mqueue": POSIX message queue */
    OBJECT_SYSV_MSG, /* "sysv-msg" */
    OBJECT_SYSV_SEM, /* "sysv-sem" */
    OBJECT_FUTEX,    /* "futex": POSIX semaphore, mutex, condition variable, join... */
    OBJECT_SIGNAL,   /* "signal": pause, sigsuspend, sigwaitinfo */
    OBJECT_STOPPED,  /* "stopped": by SIGSTOP or a tracer; waits for SIGCONT */
    OBJECT_CHILD,    /* "child": wait4, waitid, vfork */
    OBJECT_LOCK,     /* "lock": flock, fcntl, OFD */
    OBJECT_EVENTFD,  /* "eventfd" */
    OBJECT_SIGNALFD, /* "signalfd" */
    OBJECT_TIMERFD,  /* "timerfd" */
    OBJECT_INOTIFY,  /* "inotify" */
    OBJECT_EPOLL,    /* "epoll" */
    OBJECT_POLL,     /* "poll": poll or select on several descriptors */
    OBJECT_FILE,     /* "file": anything else behind a descriptor (terminal, disk...) */
    OBJECT_KINDS
};

/* One task (thread) alive at the end of the run and what it waits for. */
struct wait {
    pid_t pid; /* thread group, as the program saw it */
    pid_t tid;
    char name[16];           /* comm, see PR_SET_NAME */
    char call[32];           /* system call as strace(1) names it; "" if it runs */
    enum object_kind object; /* kind of what it waits for */
    char state[32];          /* one word on the object: "full", "empty", "no-reader"...; or "" */
    char *detail;            /* e.g. "fd 4: pipe:[4711], 65536 of 65536 bytes queued" */
    char *sentence; /* e.g. "child waits in write on a full pipe that only parent can read" */
};

enum left_kind {
    LEFT_SYSV_MSG, /* "sysv-msg" */
    LEFT_SYSV_SEM, /* "sysv-sem" */
    LEFT_SYSV_SHM, /* "sysv-shm" */
    LEFT_MQUEUE,   /* "mqueue" */
    LEFT_SEM,      /* "sem": named POSIX semaphore (/dev/shm/sem.NAME) */
    LEFT_SHM,      /* "shm": POSIX shared memory (/dev/shm/NAME) */
    LEFT_FIFO,     /* "fifo" */
    LEFT_SOCKET,   /* "socket": bound to a path, or abstract ("@NAME") */
    LEFT_FILE,     /* "file": any other file, symbolic link or directory */
    LEFT_PROCESS,  /* "process": alive though the program's main process has ended */
    LEFT_ZOMBIE,   /* "zombie": ended, and not waited for by its parent, which is still alive */
    LEFT_KINDS
};

struct left {
    enum left_kind kind;
    char *name;   /* "/tmp/requests", "key 0x4d2", "worker (pid 3)" */
    char *detail; /* "2 messages, 128 bytes", "open in wait4..."; may be "" */
};

/* Which namespaces held the run: all of ISOLATION_FULL, or fewer where the host refuses them. */
enum isolation {
    ISOLATION_USER = 1 << 0,
    ISOLATION_PID = 1 << 1,
    ISOLATION_IPC = 1 << 2,
    ISOLATION_NET = 1 << 3,
    ISOLATION_MOUNT = 1 << 4,
    ISOLATION_UTS = 1 << 5,
    ISOLATION_FULL = (1 << 6) - 1,
};

struct observation {
    struct outcome outcome;
    double wall_ms;    /* from the start of the program to the end of the run */
    double cpu_ms;     /* user + system, all processes of the program */
    double verdict_ms; /* OUTCOME_DEADLOCK: at most this long after anything last ran; else -1 */
    double ended_ms;   /* CLOCK_MONOTONIC at which the end of the run was established */
    char *note;        /* why a quiet run was not proved a deadlock, what hit a limit...; or NULL */
    struct output out, err;
    struct wait *waits; /* tasks alive at the end, in order of pid, tid */
    size_t n_waits;
    struct left *left; /* what the run left behind, in order of kind, name */
    size_t n_left;
    unsigned isolation; /* enum isolation, or-ed */
    char *kept;         /* where --keep put the world's files; or NULL */
};

void observation_free(struct observation *o);

/* Words for the enumerations; static strings. */
const char *object_kind_name(enum object_kind kind);
const char *left_kind_name(enum left_kind kind);
const char *limit_kind_name(enum limit_kind kind);
const char *isolation_name(enum isolation bit); /* "user", "pid", ... */

/* The outcome in the words of the documentation: "exit 0", "signal PIPE", "limit memory"...
 * Writes to `text` and returns it. */
char *outcome_format(struct outcome outcome, char *text, size_t size);

/* Reads the same words back. Returns 0, or -1 if `text` is no outcome. */
int outcome_parse(const char *text, struct outcome *outcome);

bool outcome_equal(struct outcome a, struct outcome b);

/* The kind whose name is `word`, or -1. */
int object_kind_parse(const char *word);
int left_kind_parse(const char *word);

#endif
