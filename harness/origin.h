/* origin.h - where pipes and socket pairs were made: pipe(2), pipe2(2), socketpair(2).
 *
 * They have no name, so a person knows them by the line that made them. The world's filter stops
 * these calls for an answer (see timers.h); before it is given, the caller's stack is copied, to be
 * unwound if anybody asks. The call goes on untouched, and gets the two lowest free descriptors,
 * which are noted; which inode lies behind them is looked up before the process's next such call,
 * and when the explanation is made. What is not certain then is not told. */
#ifndef BROKENPIPE_ORIGIN_H
#define BROKENPIPE_ORIGIN_H

#include "stack.h"
#include "view.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct origin;
struct seen;

struct origins {
    struct origin *all; /* in the order of the calls */
    size_t n, room;
    unsigned calls;    /* so far */
    struct seen *seen; /* ascending */
    size_t n_seen;
    bool sockets;   /* a process had one: descriptors may travel */
    bool lost;      /* of some call it is not known what it made, nor will it ever be */
    pid_t *skipped; /* processes whose calls are no longer noted */
    size_t n_skipped;
};

void origins_init(struct origins *o);
void origins_close(struct origins *o);

/* To be called while task `tid` of process `pid` (the world's numbers) is stopped before the call
 * `nr`. Costs less than 100 us. What fails is not told. A process that makes many at the same time
 * is given up. */
void origin_note(struct origins *o, struct view *v, pid_t pid, pid_t tid, long nr);

/* Whether no call will be noted any more: there have been too many. */
bool origins_full(const struct origins *o);

/* To be called once, while every task sleeps and before origin_find(): looks the last ones up. */
void origins_settle(struct origins *o, struct view *v);

/* Where the pipe or socket with this inode was made, as frames (see stack_unwind()): the process
 * that made it must still be there, or another one of the same layout. `call` gets "pipe",
 * "pipe2" or "socketpair". Returns how many frames, 0 if it is not known. */
size_t origin_find(const struct origins *o, struct stacks *s, dev_t device, ino_t inode,
                   const char **call, struct frame **frames);

#endif
