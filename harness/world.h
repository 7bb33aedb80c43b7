/* world.h - the closed place in which one run happens.
 *
 * world_run() starts a program in fresh user, pid, ipc, net, mount and uts namespaces, under an
 * init of our own, with private /tmp, /dev, /proc and a read-only view of /usr, /etc and of what
 * `visible` names; watches it until it has ended, is proved dead, or has used up a budget; takes
 * stock of what it left behind; and removes everything. It needs no privilege. It knows nothing
 * of expectations. Not for use in a process that has other threads. */
#ifndef BROKENPIPE_WORLD_H
#define BROKENPIPE_WORLD_H

#include "error.h"
#include "observation.h"

#include <stdbool.h>
#include <stddef.h>

/* Budgets and limits of one run; world_limits_default() fills in what is right for a scenario. */
struct world_limits {
    double wall_s;   /* timeout */
    double cpu_s;    /* livelock; all processes together */
    long processes;  /* limit processes: tasks alive at once */
    long memory_mib; /* limit memory: anonymous and shared memory, all processes together */
    long output_kib; /* limit output: bytes of stdout, and of stderr */
    long disk_mib;   /* limit disk: the world's files together, and each one of them */
    double grace_s;  /* how long processes may outlive the main one before they count as left */
};

/* What standard output is. Whatever it is, observation.out holds what was written. */
enum stdout_kind {
    STDOUT_FILE,     /* "file" */
    STDOUT_PIPE,     /* "pipe": somebody reads it all the time */
    STDOUT_TERMINAL, /* "terminal": a pseudoterminal, pty(7) */
    STDOUT_KINDS
};

/* Legal changes of the world that a right program must survive. */
struct world_knobs {
    bool one_cpu;         /* every process on the same CPU */
    bool small_queues;    /* message queues hold little: kernel.msgmnb, fs.mqueue.msg_max... */
    bool small_sockets;   /* TCP buffers, MTU, queues of unix datagrams: as small as can be */
    bool small_pipes;     /* every pipe holds one page; FIFOs are as ever, small_pipe.h */
    bool few_descriptors; /* RLIMIT_NOFILE is WORLD_FEW_DESCRIPTORS */
    bool second_instance; /* the program is started twice, at once; controlled runs alone */
    enum stdout_kind stdout_kind;
};

enum { WORLD_FEW_DESCRIPTORS = 16 };

struct world_spec {
    char *const *argv; /* argv[0] is an absolute path; NULL-terminated */
    char *const
        *visible; /* more absolute paths shown read-only at their own place; NULL-terminated,
                     or NULL. The directory of argv[0] is always visible. */
    struct world_limits limits;
    struct world_knobs knobs;
    const char *keep; /* copy the world's /tmp and /dev/shm to this directory at the end, or NULL */
    bool explain;     /* unwind the stacks of tasks alive at the end even if it is no deadlock */
    bool reduced;     /* go on with fewer namespaces, and no proof, if the host refuses some */
};

struct world_limits world_limits_default(void);

const char *stdout_kind_name(enum stdout_kind kind); /* "file", "pipe", "terminal" */
int stdout_kind_parse(const char *word);             /* or -1 */

/* Whether `path` is a program that a world can run: there, a regular file, executable, of this
 * machine. 0, or -1 with `err`. world_run() asks the same. */
int world_check_program(const char *path, struct error *err);

/* Runs the program once and fills in `o`, which the caller frees with observation_free().
 * Returns 0; or -1 with `err` if the run could not be made, which is never the program's fault
 * (program missing or not executable, namespaces refused, no space...). `o` is then empty. */
int world_run(const struct world_spec *spec, struct observation *o, struct error *err);

/* A world that is kept from one controlled run to the next. */
struct world;
struct control;

/* Runs the program once, controlled as scheduler.h says, in `*kept`; or in a new world if that is
 * NULL. Leaves in `*kept` a world that is as good as new for the same spec and control, or NULL: a
 * run that left something behind, or changed what cannot be seen, takes its world with it. Else as
 * world_run(). */
int world_run_controlled(struct world **kept, const struct world_spec *spec,
                         struct control *control, struct observation *o, struct error *err);
void world_free(struct world *world);

#endif
