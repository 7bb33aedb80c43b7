/* census.h - all tasks of the machine as they were at one time. */
#ifndef BROKENPIPE_CENSUS_H
#define BROKENPIPE_CENSUS_H

#include "task.h"
#include "view.h"

/* Lists and reads all tasks, in order of pid and tid. One that cannot be read counts as not
 * blocked. 0 or -1; to be released with tasks_free(), and can be taken again. */
int census_take(const struct view *v, struct tasks *census);

/* The task, or NULL if it was not there. */
const struct task *census_find(const struct tasks *census, pid_t pid, pid_t tid);

/* How many threads of the process there were. */
int census_threads(const struct tasks *census, pid_t pid);

#endif
