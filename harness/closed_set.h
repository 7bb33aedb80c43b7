/* closed_set.h - tasks that wait for nobody but each other, as far as can be seen, among all that
 * there are on the machine. */
#ifndef BROKENPIPE_CLOSED_SET_H
#define BROKENPIPE_CLOSED_SET_H

#include "explanation.h"
#include "task.h"
#include "view.h"

#include <stdbool.h>

struct closed_set {
    struct view *view;
    const struct tasks *census;  /* of the machine, taken before the explanation */
    const struct explanation *x; /* how they wait */
    const bool *member;          /* member[i]: x->waits[i] is one of them */
};

/* Whether the process has a member. */
bool closed_set_has(const struct closed_set *set, pid_t pid);

/* Whether a member waits for something that is held by descriptors: then whoever is not seen, or
 * not to be seen, may hold it as well. */
bool closed_set_wants_files(const struct closed_set *set);

/* Whether it is by a descriptor that a task knows the thing, and others could as well. */
bool wanted_is_file(const struct wanted *wanted);

/* Whether descriptors lie in the queue of the socket that is descriptor `fd` of the process. */
bool socket_has_passengers(const struct view *v, pid_t pid, int fd);

#endif
