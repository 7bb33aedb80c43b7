/* inflight.h - is anything that a task waits for held open by no task?
 *
 * Descriptors can lie in the queue of a unix socket (SCM_RIGHTS, unix(7)), and the kernel closes in
 * a worker of its own what it finds there unreachable. Such a close ends a read, a write or a wait
 * for a lock while every task sleeps. So what no task holds may still move, and nothing is proved.
 */
#ifndef BROKENPIPE_INFLIGHT_H
#define BROKENPIPE_INFLIGHT_H

#include "net.h"
#include "task.h"
#include "view.h"

#include <stdbool.h>
#include <stddef.h>

/* To be asked while all `tasks` are blocked, with what net_look() has just found. `why` gets the
 * reason if the answer is true. */
bool inflight_any(struct view *v, const struct net *net, const struct tasks *tasks, char *why,
                  size_t size);

#endif
