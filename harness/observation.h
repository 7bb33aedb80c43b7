/* observation.h - the facts of one run: what happened, and nothing of what was expected.
 *
 * An observation is filled by world_run() and read by verdict.c and report.c. Every pointer in it
 * is owned by the observation; observation_free() releases all of them. */
#ifndef BROKENPIPE_OBSERVATION_H
#define BROKENPIPE_OBSERVATION_H

#include "explanation.h"

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
    struct explanation explanation; /* of the tasks alive at the end */
    struct left *left;              /* what the run left behind, in order of kind, name */
    size_t n_left;
    unsigned isolation; /* enum isolation, or-ed */
    char *kept;         /* where --keep put the world's files; or NULL */
};

void observation_free(struct observation *o);

/* Words for the enumerations; static strings. */
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
int left_kind_parse(const char *word);

#endif
