/* use.c - adding up what the processes of a world use. See use.h; proc(5), sysvipc(7). */
#include "use.h"

#include "object.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double MIB = 1048576;

/* Adds up tasks and CPU time of one process, and in `*shared_mib` what of its memory others may
 * share. Init's entry holds the time of all that have ended and been waited for. */
static void add_process(const struct view *v, pid_t pid, struct use *use, double *shared_mib)
{
    const double ticks = (double)sysconf(_SC_CLK_TCK), page = (double)sysconf(_SC_PAGESIZE);
    struct process process;
    char text[128];
    unsigned long resident, shared;

    if (process_read(v, pid, &process) != 0)
        return;
    use->cpu_s += (double)process.cpu_ticks / ticks;
    if (pid == 1)
        return;
    use->tasks += process.threads;
    if (view_read_line(v, text, sizeof(text), "%d/statm", (int)pid) <= 0 ||
        sscanf(text, "%*u %lu %lu", &resident, &shared) != 2)
        return;
    use->memory_mib += (double)(resident - shared) * page / MIB;
    *shared_mib += (double)shared * page / MIB;
}

/* The process's part of the shared memory that it has mapped: of a page that n processes have, a
 * n-th. Walks all of its pages, so it is asked only if there is much. */
static double mapped_mib(const struct view *v, pid_t pid)
{
    char text[4096];
    unsigned long kib;
    if (view_read(v, text, sizeof(text), "%d/smaps_rollup", (int)pid) <= 0)
        return 0;
    const char *at = strstr(text, "Pss_Shmem:");
    return at != NULL && sscanf(at, "Pss_Shmem: %lu", &kib) == 1 ? (double)kib / 1024 : 0;
}

/* System V segments that no process has attached. */
static double detached_mib(const struct view *v)
{
    double sum = 0;
    char *text = view_read_all(v, VIEW_SYSV_SHM), *rest;
    for (char *line = text == NULL ? NULL : strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        unsigned long attached, resident;
        if (sscanf(line, "%*d %*d %*o %*u %*u %*u %lu %*u %*u %*u %*u %*u %*u %*u %lu", &attached,
                   &resident) == 2 &&
            attached == 0)
            sum += (double)resident / MIB;
    }
    free(text);
    return sum;
}

/* Files in memory without a name that process `pid` holds, but those in `*seen`. */
static double unnamed_mib(const struct view *v, pid_t pid, ino_t seen[], size_t *n_seen,
                          size_t room)
{
    int *fds = NULL;
    int n = object_fds(v, pid, &fds);
    double sum = 0;
    for (int i = 0; i < n && *n_seen < room; i++) {
        char path[64], link[16];
        struct stat stat;
        snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fds[i]);
        ssize_t length = readlinkat(v->fds[VIEW_PROC], path, link, sizeof(link));
        if (length < 7 || strncmp(link, "/memfd:", 7) != 0 ||
            fstatat(v->fds[VIEW_PROC], path, &stat, 0) != 0)
            continue;
        size_t known = 0;
        while (known < *n_seen && seen[known] != stat.st_ino)
            known++;
        if (known < *n_seen)
            continue;
        seen[(*n_seen)++] = stat.st_ino;
        sum += (double)stat.st_blocks * 512 / MIB;
    }
    free(fds);
    return sum;
}

/* Calls for what each process has; a process of several threads is listed several times. */
static bool is_first_of_process(const struct tasks *tasks, size_t i)
{
    return i == 0 || tasks->all[i].pid != tasks->all[i - 1].pid;
}

struct use use_take(const struct view *v, double limit_mib, bool thorough)
{
    enum { UNNAMED = 4096 };
    struct use use = {0};
    struct tasks tasks = {0};
    double shared_mib = 0, unused = 0;
    ino_t *seen = thorough ? calloc(UNNAMED, sizeof(*seen)) : NULL;
    size_t n_seen = 0;

    add_process(v, 1, &use, &unused);
    if (tasks_list(v, &tasks) != 0)
        tasks.n = 0;
    for (size_t i = 0; i < tasks.n; i++)
        if (is_first_of_process(&tasks, i))
            add_process(v, tasks.all[i].pid, &use, &shared_mib);
    bool exact = use.memory_mib + shared_mib > limit_mib;
    for (size_t i = 0; i < tasks.n; i++) {
        if (!is_first_of_process(&tasks, i))
            continue;
        if (exact)
            use.memory_mib += mapped_mib(v, tasks.all[i].pid);
        if (seen != NULL)
            use.memory_mib += unnamed_mib(v, tasks.all[i].pid, seen, &n_seen, UNNAMED);
    }
    use.memory_mib += detached_mib(v);
    free(seen);
    tasks_free(&tasks);
    return use;
}
