/* census.c - taking a census, and looking things up in it. See census.h. */
#include "census.h"

#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
    const struct task *first = a, *second = b;
    if (first->pid != second->pid)
        return first->pid < second->pid ? -1 : 1;
    return (first->tid > second->tid) - (first->tid < second->tid);
}

int census_take(const struct view *v, struct tasks *census)
{
    if (tasks_list(v, census) != 0)
        return -1;
    for (size_t i = 0; i < census->n; i++)
        if (task_read(v, &census->all[i]) != 0)
            census->all[i].blocked = false;
    if (census->n > 0)
        qsort(census->all, census->n, sizeof(*census->all), by_number);
    return 0;
}

const struct task *census_find(const struct tasks *census, pid_t pid, pid_t tid)
{
    const struct task key = {.pid = pid, .tid = tid};
    return census->n == 0 ? NULL
                          : bsearch(&key, census->all, census->n, sizeof(*census->all), by_number);
}

int census_threads(const struct tasks *census, pid_t pid)
{
    int n = 0;
    for (size_t i = 0; i < census->n; i++)
        n += census->all[i].pid == pid;
    return n;
}
