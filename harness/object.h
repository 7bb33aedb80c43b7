/* object.h - what is behind a file descriptor of a task in a world. */
#ifndef BROKENPIPE_OBJECT_H
#define BROKENPIPE_OBJECT_H

#include "observation.h"
#include "view.h"

#include <stdbool.h>
#include <stdint.h>

enum access { ACCESS_READ = 1, ACCESS_WRITE = 2 };

struct object {
    enum object_kind kind;
    dev_t device;
    ino_t inode;
    unsigned access; /* enum access, or-ed */
    bool foreign;    /* lies outside the world: somebody else may act on it */
    bool timed;      /* a socket with SO_RCVTIMEO or SO_SNDTIMEO */
    bool armed;      /* a timerfd with time left */
    char link[128];  /* what readlink says: "pipe:[4711]", "/tmp/requests" */
};

/* What descriptor `fd` of process `pid` was opened for: enum access, or-ed; 0 if it is gone. */
unsigned object_access(const struct view *v, pid_t pid, int fd);

/* The same from the access mode in the flags of open(2). */
unsigned object_access_of(unsigned long flags);

/* Looks at descriptor `fd` of process `pid`. 0, or -1 if there is none. */
int object_of_fd(struct view *v, pid_t pid, int fd, struct object *object);

/* The descriptors of the process, ascending, in a new array `*fds`. Returns how many, or -1. */
int object_fds(const struct view *v, pid_t pid, int **fds);

#endif
