/* holders.h - which process of a world (or of the machine) holds which file open. */
#ifndef BROKENPIPE_HOLDERS_H
#define BROKENPIPE_HOLDERS_H

#include "task.h"
#include "view.h"

#include <stdio.h>

/* One descriptor of one process. */
struct holder {
    pid_t pid;
    pid_t tid; /* a living thread of it, through which proc(5) shows its descriptors */
    int fd;
    dev_t device;
    ino_t inode;
    mode_t mode;     /* st_mode: its type */
    unsigned access; /* once asked for: see holder_access() */
    bool access_known;
};

/* The processes, their names, and all that they hold open. */
struct holders {
    struct holder *all; /* in order of device, inode, pid, fd */
    size_t n, room;
    struct member {
        struct process process;
        char name[16];
        bool unreadable; /* its descriptors may not be looked at */
    } * members;
    size_t n_members;
    size_t n_unreadable;
};

int holders_take(const struct view *v, const struct tasks *tasks, struct holders *h);
void holders_free(struct holders *h);

/* The process `pid`, or NULL. */
const struct member *holders_member(const struct holders *h, pid_t pid);

/* The name of process `pid`, or "?". */
const char *holders_name(const struct holders *h, pid_t pid);

/* What the descriptor was opened for: enum access, or-ed. It is read once. */
unsigned holder_access(const struct view *v, struct holder *one);

/* The descriptors through which a file is held with any of `access` (enum access, or-ed; 0: with
 * any or none), in order of pid and fd, in a new array. Returns how many, or -1. */
int holders_of(const struct holders *h, const struct view *v, dev_t device, ino_t inode,
               unsigned access, struct holder **found);

/* Writes the processes of `held`, by name, each once, joined by "and": "parent and 2 workers";
 * beside others, `self` is written as "itself", last. Returns how many there are. */
int holders_write(const struct holders *h, FILE *to, const struct holder *held, int n, pid_t self);

/* The same with pids and descriptors: "parent (pid 2, fd 3)", joined by commas; or "nobody". */
void holders_write_fds(const struct holders *h, FILE *to, const struct holder *held, int n);

/* Writes the names of the marked members: equal names once, with their number before them. Returns
 * how many there are. */
int holders_write_names(const struct holders *h, FILE *to, const bool *marked);

#endif
