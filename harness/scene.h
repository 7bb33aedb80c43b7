/* scene.h - an explanation in the making. Private to explain*.c and scene.c.
 *
 * While it is made, edges name tasks by their place in scene.tasks; explain.c turns that into their
 * place in the explanation. A lack of memory is noted in scene.failed and reported once, at the
 * end. */
#ifndef BROKENPIPE_SCENE_H
#define BROKENPIPE_SCENE_H

#include "call.h"
#include "explain.h"
#include "futex.h"
#include "holders.h"
#include "net.h"
#include "stack.h"
#include "task.h"

#include <stdio.h>

/* What a task waits for in futex(2), found at most once. */
struct scene_futex {
    bool looked, known;
    struct futex futex;
};

/* What a process has mapped to share it, found at most once. */
struct scene_mappings {
    bool looked;
    struct shared_mappings shared;
};

struct scene {
    struct view *view;
    const struct explain_options *options;
    struct tasks tasks; /* all there are, also those that are not explained */
    struct wait *waits; /* of each of them, in the making */
    bool *involved;     /* whether it is to be explained */
    bool *told;         /* whether it has been */
    struct scene_futex *futexes;
    struct scene_mappings *mappings; /* at the place of the first living thread */
    struct scene_label {
        char text[40];
    } * labels; /* empty until asked for */
    struct holders holders;
    struct stacks *stacks; /* NULL: source lines are not asked for */
    double lines_ms;       /* spent on stacks */
    struct unix_socket *local;
    struct tcp_socket *tcp;
    int n_local, n_tcp; /* -1: not looked at yet */
    struct edge *edges;
    size_t n_edges, edge_room, n_wanted;
    struct wanted spare; /* takes what there was no memory for */
    double begin_cpu_ms;
    bool cut; /* something was left out: see scene_is_spent() */
    bool failed;
};

/* One task being described. Its sentence is "NAME waits in CALL PHRASE". */
struct story {
    struct scene *scene;
    size_t index; /* of the task */
    const struct task *task;
    pid_t shown_as; /* under which proc(5) shows its process: the pid, or if the main thread has
                       ended, the thread's own number */
    struct wait *wait;
    struct call call;
    FILE *phrase;
};

/* Adds a thing that the task waits for; what follows speaks of it. */
struct wanted *scene_want(struct story *s, enum object_kind kind, int fd, const char *state);
struct wanted *scene_latest(struct story *s);
void scene_name(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a fact on it, divided from the one before by ", " or, if `apart`, by "; ". */
void scene_fact(struct story *s, bool apart, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A fact that is written to a stream: between the two, `fact->to` takes its text. False if there is
 * no memory. */
struct scene_text {
    FILE *to;
    char *text;
    size_t size;
};
bool scene_fact_begin(struct story *s, struct scene_text *fact);
void scene_fact_end(struct story *s, bool apart, struct scene_text *fact);

/* "; read end held by parent (pid 2, fd 3)", where `what` is "read end held by" */
void scene_fact_holders(struct story *s, const char *what, const struct holder *held, int n);

/* An edge from the task, because of that thing, to task number `to` of the scene. */
void scene_edge(struct story *s, long to, enum edge_strength strength, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Nobody is there to end the wait. `open`: on a machine, somebody could still come. */
void scene_nobody(struct story *s, bool open, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* In a world nobody is left; on a machine somebody outside may act: a reason for each. */
void scene_outsider(struct story *s, const char *inside, const char *outside);

/* Of those that could all do the same, so many get an edge in a world; on a machine all do, since
 * one that is free would prove that the others are not stuck. */
size_t scene_enough(const struct scene *scene);

/* Edges to the living threads of process `pid`, to the waiting one only if there is no other.
 * `only`: no other process can end the wait; `named`: the reason begins with the thread's name. */
void scene_edges_to_threads(struct story *s, pid_t pid, bool only, bool named, const char *reason);
void scene_edges_to_process(struct story *s, pid_t pid, bool only, const char *reason);

/* How an end is spoken of: {"the only write end", "a write end"}. */
struct end_words {
    const char *only, *one;
};

/* Edges to all that hold the end through which the wait could be ended, in order of process. The
 * task's own process counts if it has another thread, or if no other process holds the end. */
void scene_edges_to_holders(struct story *s, const struct holder *held, int n,
                            struct end_words words);

/* "from pipe() at broken.c:21", for the file with this inode; NULL if it is not known. New string.
 */
char *scene_origin(struct story *s, dev_t device, ino_t inode);

/* The number of thread `tid`, or of the first living one of process `pid`, in the scene; -1: none.
 */
long scene_task(const struct scene *scene, pid_t tid);
long scene_process(const struct scene *scene, pid_t pid);

/* How many living threads process `pid` has, but for the waiting one. */
int scene_other_threads(const struct story *s, pid_t pid);

/* The name of task number `i`, with its pid or thread id if another task has the same name. */
const char *scene_label(const struct scene *scene, size_t i);
const char *scene_process_label(const struct scene *scene, pid_t pid);

/* Whether explaining has taken so long, or made so much, that what is left is told in brief. To be
 * asked before something is done that costs much: it then counts as left out. */
bool scene_is_spent(struct scene *scene);

/* Unwinds the stack of task number `i`, if source lines are asked for and it has not been yet. */
void scene_unwind(struct scene *scene, size_t i);

/* What task number `i` waits for in futex(2); NULL if it does not, or nothing can be found out. */
const struct futex *scene_futex(struct scene *scene, size_t i);

/* Whether the process of task number `i` has the object mapped. */
bool scene_shares(struct scene *scene, size_t i, const struct futex *futex);

/* The sockets of the world; looked up at the first call. */
int scene_unix(struct scene *scene, const struct unix_socket **sockets);
int scene_tcp(struct scene *scene, const struct tcp_socket **sockets);

bool task_is_stopped(const struct task *task);

/* The families of things; each adds what the task waits for, the edges, and the phrase. */
void tell_stream(struct story *s, int fd, unsigned access, const struct object *object);
void tell_fifo_open(struct story *s);
void tell_socket(struct story *s, int fd, unsigned access, const struct object *object);
void tell_mqueue(struct story *s, int fd, unsigned access, const struct object *object);
void tell_eventfd(struct story *s, int fd, unsigned access, const struct object *object);
void tell_pidfd(struct story *s, int fd);
void tell_sysv_msg(struct story *s);
void tell_sysv_sem(struct story *s);
void tell_futex(struct story *s);
void tell_children(struct story *s);
void tell_stopped(struct story *s);
void tell_lock(struct story *s);
void tell_signals(struct story *s);
void tell_set(struct story *s);

/* Whatever is behind a descriptor: chooses among the above. */
void tell_descriptor(struct story *s, int fd, unsigned access);

#endif
