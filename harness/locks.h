/* locks.h - who holds which file lock: flock(2), fcntl(2) record locks, open file description
 * locks.
 *
 * Read from the `lock:` lines of /proc/PID/fdinfo, which name also the holders of OFD locks. */
#ifndef BROKENPIPE_LOCKS_H
#define BROKENPIPE_LOCKS_H

#include "task.h"
#include "view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lock_kind {
    LOCK_FLOCK,  /* "flock": flock(2), belongs to the open file description */
    LOCK_RECORD, /* "record": fcntl(2), belongs to the process */
    LOCK_OFD,    /* "ofd": fcntl(2) F_OFD_SETLK, belongs to the open file description */
};

struct file_lock {
    enum lock_kind kind;
    bool write; /* exclusive */
    pid_t pid;  /* process that holds it, through descriptor `fd` */
    pid_t tid;  /* a living thread of it: a main thread that has ended shows no descriptors */
    int fd;
    dev_t device; /* of the file, as stat(2) has it */
    ino_t inode;
    uint64_t start, end; /* bytes, the end included; UINT64_MAX: to the end of the file */
};

const char *lock_kind_name(enum lock_kind kind);

/* What `task`, blocked in flock(2) or fcntl(2), asks for: the range already counted from the file's
 * beginning. 0, or -1 if it cannot be read. */
int lock_wanted(const struct view *v, const struct task *task, struct file_lock *wanted);

/* The locks on that file which conflict with `wanted`, of all processes of which `threads` names
 * one living thread each, in a new array. One open file description in several processes counts
 * once for each of them. Returns how many, or -1. */
int lock_holders(struct view *v, const struct task *threads, size_t n_threads,
                 const struct file_lock *wanted, struct file_lock **holders);

#endif
