/* caller.c - the numbers of a task in two pid namespaces. See caller.h. */
#include "caller.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The last number of a line of /proc/TID/status, which lists a task's ids from the reader's pid
 * namespace inwards; or `otherwise`. */
static pid_t status_id(const char *status, const char *key, pid_t otherwise)
{
    const char *at = strstr(status, key);
    int id = otherwise;
    at = at == NULL ? "" : at + strlen(key);
    for (int n; sscanf(at, "%*[ \t]%d%n", &id, &n) == 1;)
        at += n;
    return id;
}

struct caller caller_find(pid_t tid)
{
    char path[32], status[4096] = "";
    snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, status, sizeof(status) - 1);
    if (fd >= 0)
        close(fd);
    status[n < 0 ? 0 : n] = '\0';
    return (struct caller){.tgid = status_id(status, "\nTgid:", tid),
                           .tid = tid,
                           .world_tgid = status_id(status, "\nNStgid:", 0),
                           .world_tid = status_id(status, "\nNSpid:", 0)};
}
