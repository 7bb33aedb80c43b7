/* init.h - the inside of a world: pid 1 and what it sets up before the program starts.
 *
 * The program must not be pid 1 itself: there SIGPIPE, SIGTERM and SIGALRM lose their default
 * actions and orphans become its children (pid_namespaces(7)). Init never executes foreign code,
 * is not dumpable, so that nobody inside can reach its descriptors (ptrace(2)), and it alone
 * reports how the program's main process ended. */
#ifndef BROKENPIPE_INIT_H
#define BROKENPIPE_INIT_H

#include "world.h"

#include <linux/filter.h>
#include <stdbool.h>

struct init_plan {
    const struct world_spec *spec;
    int link;                 /* messages to the harness */
    int service;              /* answers to its requests */
    int out, err;             /* where the program's stdout and stderr go */
    bool isolated;            /* in fresh namespaces, with an id map to come */
    const char *start;        /* not isolated: the directory to start in */
    struct sock_fprog filter; /* traps the calls that arm invisible timers, see timers.h; or if
                                 the run is controlled, all scheduling points, see points.h */
    const char *preload;      /* controlled: the library that the program is to load; else NULL.
                                 Such a world is kept until the harness ends it */
    char *const *visible;     /* directories and files to show, NULL-terminated */
    const int *trees;         /* for each: a detached mount the harness could make itself, or -1 */
};

/* The ids that the program sees, whoever runs it outside. Init is 0 in a user namespace of its own,
 * the owner of the world's other namespaces; the program is an ordinary user in one below. */
enum { INIT_ID = 0, WORLD_ID = 1000 };

/* The pid of the program's main process, as the world numbers it. */
enum { INIT_FIRST_CHILD = 2 };

/* Controlled: the descriptor on which the program's process hands out its listener, which the
 * filter lets pass. It is closed when the program begins. */
enum { INIT_LINK = 250 };

/* Never returns. */
_Noreturn void init_main(const struct init_plan *plan);

#endif
