/* holders.h - which process of a world holds which file open. */
#ifndef BROKENPIPE_HOLDERS_H
#define BROKENPIPE_HOLDERS_H

#include "task.h"
#include "view.h"

#include <stdio.h>

struct holder {
    pid_t pid;
    int fd;
    dev_t device;
    ino_t inode;
    unsigned access; /* enum access */
};

/* The living processes of a world, their names, and all that they hold open. */
struct holders {
    struct holder *all;
    size_t n;
    struct member {
        struct process process;
        char name[16];
    } * members;
    size_t n_members;
};

int holders_take(const struct view *v, const struct tasks *tasks, struct holders *h);
void holders_free(struct holders *h);

/* The name of process `pid`, or "?". */
const char *holders_name(const struct holders *h, pid_t pid);

/* Writes the processes that hold the file with any of `access`, by name, each once, joined by
 * "and": "parent and 2 workers"; beside others, `self` is written as "itself", last. Returns how
 * many there are. */
int holders_write(const struct holders *h, FILE *to, dev_t device, ino_t inode, unsigned access,
                  pid_t self);

/* The same with pids and descriptors: "parent (pid 2, fd 3)", joined by commas. */
void holders_write_fds(const struct holders *h, FILE *to, dev_t device, ino_t inode,
                       unsigned access);

/* Writes the names of the children of `parent` (only `child`, if positive), joined by "and".
 * Returns how many there are. */
int holders_write_children(const struct holders *h, FILE *to, pid_t parent, pid_t child);

#endif
