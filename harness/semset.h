/* semset.h - the semaphores of System V sets: their values, and who acted on them last. */
#ifndef BROKENPIPE_SEMSET_H
#define BROKENPIPE_SEMSET_H

#include "view.h"

struct semaphore {
    int value;   /* semctl(2) GETVAL */
    pid_t last;  /* GETPID: the process, in the world's numbers, that last changed it; 0: none */
    int rising;  /* GETNCNT: tasks that wait for it to grow */
    int zeroing; /* GETZCNT: tasks that wait for it to become 0 */
};

/* Reads the semaphores numbered `numbers[0..n-1]` of set `id` into all[0..n-1], by a child that
 * enters the ipc namespace of the process `pid`, whose ids `last` is given in. 0, or -1 with errno.
 */
int semset_read(struct view *v, pid_t pid, int id, const int *numbers, size_t n,
                struct semaphore *all);

/* The bytes that message queue `id`, of the same namespace, may hold (msg_qbytes of msgctl(2)). */
int semset_queue_limit(struct view *v, pid_t pid, int id, unsigned long *bytes);

#endif
