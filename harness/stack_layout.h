/* stack_layout.h - the ELF files that a process has mapped, for the parts of stack.h.
 *
 * Processes that have the same files mapped at the same places, as forks of one program have, share
 * one layout: what libdw reads of a file is read once. */
#ifndef BROKENPIPE_STACK_LAYOUT_H
#define BROKENPIPE_STACK_LAYOUT_H

#include "view.h"

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A file with executable code in it. */
struct mapped {
    uint64_t low, high; /* from its first mapping to the end of its last */
    unsigned major, minor;
    uint64_t inode;
    char *path; /* as proc_pid_maps(5) shows it, with newlines as themselves */
    bool program;
    struct layout *layout; /* that it is of: libdw hands only this struct to its callbacks */
};

/* A function that was looked up; see symbol_function(). */
struct function {
    uint64_t address, begin;
    const char *name;
};

enum { FUNCTIONS_KEPT = 64 };

struct unwinding;

struct layout {
    struct mapped *files; /* in order of address */
    size_t n;
    Dwfl *dwfl; /* each module's user data is its struct mapped */
    const struct view *v;
    pid_t pid;                   /* the process that is looked at: files are opened through it */
    struct unwinding *unwinding; /* that is going on, for the callbacks that read memory */
    bool attached;               /* to those callbacks */
    uint64_t inflated;           /* bytes that the compressed sections of the opened files become */
    struct function known[FUNCTIONS_KEPT];
    size_t next_known;
};

enum { LAYOUTS_KEPT = 8 };

struct stacks {
    const struct view *v;
    struct layout *kept[LAYOUTS_KEPT]; /* the last used first */
};

/* The layout of process `pid` as it is now, owned by `s` and valid until the next call; or NULL. */
struct layout *layout_of(struct stacks *s, pid_t pid);

/* The file that `module` stands for. */
const struct mapped *layout_file(Dwfl_Module *module);

#endif
