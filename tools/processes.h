/* processes.h - which processes of this machine a person means: by pid, by descent, by name, by
 * user. Each function adds those that it finds, never this process itself. It returns 0, or -1 with
 * `err` if there is none. */
#ifndef BROKENPIPE_PROCESSES_H
#define BROKENPIPE_PROCESSES_H

#include "error.h"
#include "task.h"
#include "view.h"

struct processes {
    const struct view *view;
    struct tasks tasks; /* all of the machine, as listed when it was opened */
    pid_t *pids;        /* those that were asked for, each once */
    size_t n, room;
};

/* 0, or -1 with `err`; to be closed in either case. */
int processes_open(struct processes *p, const struct view *v, struct error *err);
void processes_close(struct processes *p);

/* The process whose number is `word`, which a person has typed. */
int processes_add_number(struct processes *p, const char *word, struct error *err);

/* That one, and all that descend from it. */
int processes_add_tree(struct processes *p, const char *word, struct error *err);

/* All whose name, or whose program's file, is called `name`. */
int processes_add_named(struct processes *p, const char *name, struct error *err);

/* All of the user whose name or number is `user`; NULL: of our own. */
int processes_add_user(struct processes *p, const char *user, struct error *err);

/* The name of the user to whom the process belongs, or his number. Returns `name`. */
char *processes_owner(const struct processes *p, pid_t pid, char *name, size_t size);

#endif
