/* closed_set.c - questions to a closed set. See closed_set.h. */
#include "closed_set.h"

#include <stdlib.h>
#include <string.h>

bool closed_set_has(const struct closed_set *set, pid_t pid)
{
    for (size_t i = 0; i < set->x->n_waits; i++)
        if (set->member[i] && set->x->waits[i].pid == pid)
            return true;
    return false;
}

bool wanted_is_file(const struct wanted *wanted)
{
    return wanted->fd >= 0 && wanted->kind != OBJECT_CHILD;
}

bool closed_set_wants_files(const struct closed_set *set)
{
    for (size_t i = 0; i < set->x->n_waits; i++)
        for (size_t j = 0; set->member[i] && j < set->x->waits[i].n_wanted; j++)
            if (wanted_is_file(&set->x->waits[i].wanted[j]))
                return true;
    return false;
}

bool socket_has_passengers(const struct view *v, pid_t pid, int fd)
{
    static const char word[] = "scm_fds:";
    char info[4096];
    if (view_read(v, info, sizeof(info), "%d/fdinfo/%d", (int)pid, fd) <= 0)
        return false;
    const char *at = strstr(info, word);
    return at != NULL && strtol(at + strlen(word), NULL, 10) != 0;
}
