/* explanation.h - who waits for whom, on what, and at which line: the facts, as a graph.
 *
 * The nodes are tasks (threads) that wait; an edge leads from one to a task that could end its
 * wait, or to nobody. explain.h fills it in; reports and verdicts read it. All pointers in it are
 * owned by it; explanation_free() releases them. */
#ifndef BROKENPIPE_EXPLANATION_H
#define BROKENPIPE_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

/* One call on the user's stack, innermost first. */
struct frame {
    uint64_t pc;
    char *function; /* "read_records", "read"; or NULL if it has no name */
    char *module;   /* the ELF file: "/usr/lib/x86_64-linux-gnu/libc.so.6"; or NULL */
    char *file;     /* source file as the compiler named it; or NULL without debug information */
    int line;       /* 0 without */
    bool own;       /* source is known and not a system library's: where a person can look */
};

/* One thing that a call waits for: a pipe, one operation of a semop(2), one descriptor of a set. */
struct wanted {
    enum object_kind kind;
    char state[32];  /* one word: "full", "empty", "no-reader", "mutex"...; or "" */
    int fd;          /* by which the task knows it, or -1 */
    bool datagrams;  /* a socket that keeps messages apart, and has no end-of-file */
    int own_ends;    /* descriptors of the other end that the task's own process holds */
    bool orphaned;   /* who changed the semaphore last has ended */
    bool ready;      /* an operation of semop(2) that could go on by itself: nothing waits for it */
    unsigned unread; /* state "told": bytes that are there; 0: other things than a stream's bytes */
    char *name;      /* "pipe:[4711]", "/tmp/requests", "semaphore 1 of set 0", "worker (pid 3)" */
    char *facts;  /* "65536 of 65536 bytes queued; read end held by parent (pid 2, fd 3)"; or "" */
    char *origin; /* where it was made: "pipe() at broken.c:21"; or NULL if not known */
};

/* How the things that a call waits for belong together. */
enum wait_mode {
    MODE_ONE, /* there is one, or none that could be named */
    MODE_ALL, /* all are needed at once: semop(2) on several semaphores */
    MODE_ANY, /* any of them will do: poll(2), epoll_wait(2), wait4(-1)... */
};

/* A task that is alive, and what it waits for. */
struct wait {
    pid_t pid;      /* thread group, as the program sees it */
    pid_t tid;      /* thread */
    char name[16];  /* comm, see PR_SET_NAME */
    char call[32];  /* system call as strace(1) names it; "" if it runs */
    char *shown;    /* the same with its arguments decoded: "read(3, 0x7ffd5c0, 4096)"; or "" */
    char *function; /* the C library's function that the program called: "sem_wait"; or NULL */
    enum object_kind object; /* kind of what it waits for */
    char state[32];          /* of the first wanted thing: "full", "no-reader"...; or "" */
    char *sentence;          /* "child waits in write on a full pipe that only parent can read" */
    bool timed;              /* time alone ends the wait */
    uint64_t switches;       /* how often it had been put on a CPU when it was looked at */
    enum wait_mode mode;
    struct wanted *wanted;
    size_t n_wanted;
    struct frame *frames; /* user's stack, innermost first; none if it could not be read */
    size_t n_frames;
    uint64_t pending, blocked,
        caught;   /* signals: bit N - 1 stands for signal N, proc_pid_status(5) */
    bool gone;    /* it ended while it was looked at: nothing else is known of it */
    char *denied; /* what could not be read for lack of permission, and what it costs; or NULL */
};

/* How certain it is that `to`, and no other, can end the wait. */
enum edge_strength {
    EDGE_POSSIBLE, /* nobody else is left who could: it waits at the same kind of meeting point */
    EDGE_HINT,     /* it acted on the object last, or uses it as well; objects without an owner */
    EDGE_ONE_OF,   /* it is one of several that could */
    EDGE_DEFINITE, /* without it the wait cannot end: it holds what is waited for */
};

enum {
    EDGE_NOBODY = -1,  /* no task that exists: a post that never comes */
    EDGE_OUTSIDE = -2, /* somebody who is not a task here: a terminal, a peer on another machine */
};

/* waits[from] waits for waits[to], because of waits[from].wanted[wanted]. */
struct edge {
    size_t from, wanted;
    long to; /* index into waits, or EDGE_NOBODY, EDGE_OUTSIDE */
    enum edge_strength strength;
    bool open; /* a process that does not exist yet, or cannot be looked at, could do it as well */
    char *reason; /* "parent holds the read end (fd 3)", "nobody has it open for writing" */
};

/* The part of the graph that tells the story. */
enum chain_kind {
    CHAIN_NONE,
    CHAIN_CYCLE,    /* the last edge leads back to where the first one starts */
    CHAIN_DEAD_END, /* the last edge leads to nobody */
    CHAIN_OPEN,     /* the last edge leads to a task that can go on, or to the outside */
};

struct chain {
    enum chain_kind kind;
    size_t *edges; /* indices into edges, each starting where the one before it leads to */
    size_t n;
};

struct explanation {
    struct wait *waits; /* in order of pid, tid */
    size_t n_waits;
    struct edge *edges; /* in order of from, wanted */
    size_t n_edges;
    struct chain chain;
    char *
        lesson; /* the chain in one sentence, as a teacher would say it, with what to do; or NULL */
    bool cut;   /* there was too much to tell: of some tasks, not all is told */
    double took_ms;  /* that it took to find all this out */
    double lines_ms; /* of that, for stacks and source lines */
};

void explanation_free(struct explanation *x);
void wait_free(struct wait *w); /* what it points to */
void wanted_free(struct wanted *w);

/* The innermost frame of the program's own source, or NULL. */
const struct frame *wait_own_frame(const struct wait *w);

/* The file's last part: "broken.c" of "scenarios/pipe/x/broken.c". */
const char *frame_file(const struct frame *f);

/* Words for the enumerations; static strings. */
const char *object_kind_name(enum object_kind kind);
const char *wait_mode_name(enum wait_mode mode); /* "one", "all", "any" */
const char *
edge_strength_name(enum edge_strength strength);   /* "possible", "hint", "one-of", "definite" */
const char *chain_kind_name(enum chain_kind kind); /* "none", "cycle", "dead-end", "open" */

/* The kind whose name is `word`, or -1. */
int object_kind_parse(const char *word);

#endif
