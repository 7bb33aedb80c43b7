/* debugger.c - gdb(1) on a process of a replayed run. See debugger.h. */
#include "debugger.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A process as it calls itself. */
struct inhabitant {
    char name[64];
    pid_t pid; /* as the world numbers it; 0: not known */
};

/* The line of /proc/PID/status gives a process's numbers from the outermost namespace inwards. */
static pid_t last_number(const char *numbers)
{
    const char *last = strrchr(numbers, '\t');
    return last != NULL ? (pid_t)atol(last + 1) : 0;
}

static struct inhabitant look_at(pid_t pid)
{
    struct inhabitant one = {.name = "?"};
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "Name:\t", 6) == 0)
            snprintf(one.name, sizeof one.name, "%.60s", line + 6);
        else if (strncmp(line, "NSpid:", 6) == 0)
            one.pid = last_number(line);
    }
    if (status != NULL)
        fclose(status);
    return one;
}

/* The process to look at, as the world numbers it; 0: any. */
static pid_t first_of_chain(const struct explanation *x)
{
    return x->chain.n > 0 ? x->waits[x->edges[x->chain.edges[0]].from].pid : 0;
}

/* Prints the processes. Returns the one to look at. */
static pid_t choose_process(const struct observation *o, const pid_t *pids, size_t n_pids)
{
    pid_t wanted = first_of_chain(&o->explanation), chosen = pids[0];
    puts("processes at the end of the run; each is stopped, or waits for ever:");
    for (size_t i = 0; i < n_pids; i++) {
        struct inhabitant one = look_at(pids[i]);
        printf("  %s (pid %d): gdb -p %d\n", one.name, (int)one.pid, (int)pids[i]);
        if (one.pid == wanted)
            chosen = pids[i];
    }
    puts("gdb looks at one; its command `attach` goes to another. When it ends, the run ends.");
    fflush(stdout);
    return chosen;
}

/* The caller may have a real-time priority and handle signals in its way; gdb is to have neither.
 */
static int set_attributes(posix_spawnattr_t *attributes)
{
    const struct sched_param ordinary = {0};
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    int error = posix_spawnattr_setschedpolicy(attributes, SCHED_OTHER);
    if (error == 0)
        error = posix_spawnattr_setschedparam(attributes, &ordinary);
    if (error == 0)
        error = posix_spawnattr_setsigdefault(attributes, &defaults);
    if (error == 0)
        error =
            posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSIGDEF);
    return error;
}

/* Returns gdb's number; 0 with errno. */
static pid_t spawn_gdb(pid_t target)
{
    char number[16];
    snprintf(number, sizeof number, "%d", (int)target);
    char *const argv[] = {(char *)"gdb", (char *)"-q", (char *)"-p", number, NULL};
    posix_spawnattr_t attributes;
    pid_t gdb = 0;
    int error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = set_attributes(&attributes);
        if (error == 0)
            error = posix_spawnp(&gdb, argv[0], NULL, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    errno = error;
    return error == 0 ? gdb : 0;
}

pid_t debugger_start(void *context, const struct observation *o, const pid_t *pids, size_t n_pids)
{
    struct debugger *debugger = context;
    pid_t gdb = n_pids > 0 ? spawn_gdb(choose_process(o, pids, n_pids)) : 0;
    if (n_pids > 0 && gdb == 0)
        error_errno(&debugger->err, "cannot start gdb");
    if (gdb == 0)
        return 0;
    /* It may use all processors, and the keys that interrupt are for it. */
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    if (sched_setaffinity(gdb, sizeof all, &all) == -1)
        error_errno(&debugger->err, "cannot give gdb all processors");
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    debugger->started = true;
    return gdb;
}
