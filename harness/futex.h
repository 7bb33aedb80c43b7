/* futex.h - what a task that waits in futex(2) really waits for: a semaphore, a mutex, a thread...
 *
 * The kernel knows only a word of memory. Which of glibc's objects it belongs to, the C library's
 * function tells that the program called; the rest is read from the object itself. */
#ifndef BROKENPIPE_FUTEX_H
#define BROKENPIPE_FUTEX_H

#include "explanation.h"
#include "stack.h"
#include "task.h"
#include "view.h"

#include <stdbool.h>
#include <stdint.h>

enum futex_kind {
    FUTEX_UNKNOWN,   /* "futex": not one of glibc's, or its caller is not known */
    FUTEX_SEMAPHORE, /* "semaphore": sem_wait(3) */
    FUTEX_MUTEX,     /* "mutex" */
    FUTEX_CONDITION, /* "condition" */
    FUTEX_THREAD,    /* "thread": pthread_join(3) */
    FUTEX_BARRIER,   /* "barrier" */
    FUTEX_RWLOCK,    /* "rwlock" */
};

struct futex {
    enum futex_kind kind;
    char function[32]; /* of the C library, as the program called it: "sem_wait"; or "" */
    uint64_t address;  /* of the object (sem_t, pthread_mutex_t...); of the word if unknown */
    bool shared;       /* in shared memory: other processes can reach it */
    bool one_process;  /* in shared memory, but waited for so that none but the waiting process can
                          wake the task: FUTEX_PRIVATE_FLAG */
    bool changed;      /* the word is not any more what it was when the wait began */
    dev_t device;      /* of the file that is mapped there, if shared: with `offset` it is */
    ino_t inode;       /* the same object in every process */
    uint64_t offset;   /* in that file */
    char where[256];   /* "/dev/shm/sem.ready", "/dev/shm/board"; "" for memory without a name */
    char variable[64]; /* the program's name for it: "first_lock"; or "" */
    long value;        /* semaphore: its value; barrier: how many have come; rwlock: how
                          many hold it for reading; else the word's */
    long needed;       /* barrier: how many must come; else -1 */
    long waiters;      /* semaphore: tasks that wait for it; else -1 */
    pid_t owner;       /* mutex, rwlock held for writing, thread to be joined: its tid; else 0 */
    bool robust, owner_died, recursive, process_shared; /* mutex: of its kind and state */
    bool refused; /* mutex: the kernel refused it for good, and glibc sleeps on a word without
                     meaning: `address` is that word's */
};

/* What of files a process has mapped to share it; read once, asked many times. */
struct shared_mappings {
    struct shared_mapping {
        dev_t device;
        ino_t inode;
        uint64_t from, to; /* offsets in the file */
    } * all;
    size_t n;
    bool cut; /* there may be more than were read */
};

const char *futex_kind_name(enum futex_kind kind);

/* Looks at what `task`, blocked in futex(2), waits for. `frames` are its stack's (none: then the
 * kind is unknown), `stacks` may be NULL. 0, or -1 if the memory cannot be read. */
int futex_look(struct view *v, struct stacks *stacks, const struct task *task,
               const struct frame *frames, size_t n_frames, struct futex *futex);

/* 0, or -1 if there is no memory. */
int shared_mappings_read(const struct view *v, pid_t pid, struct shared_mappings *m);
void shared_mappings_free(struct shared_mappings *m);

/* Whether a process with these has the same object mapped, so that it could act on it; of what is
 * cut, one cannot say that it has not. */
bool futex_is_mapped(const struct shared_mappings *m, const struct futex *futex);

#endif
