/* link.h - the line between the harness and the init of a world: small messages over a
 * SOCK_SEQPACKET socket pair, with descriptors passed along (unix(7), SCM_RIGHTS).
 *
 * Only trusted code ever holds an end: the harness, the world's init, and the program's process
 * before its execve(2), where the end is closed. */
#ifndef BROKENPIPE_LINK_H
#define BROKENPIPE_LINK_H

#include <stdbool.h>
#include <stddef.h>

enum link_kind {
    LINK_GO,         /* to init: the id maps are written, go on */
    LINK_VIEW,       /* from init: descriptors on the world, in the order of struct view */
    LINK_STDOUT,     /* from init: where the program's standard output is to be read, drain.h */
    LINK_LISTENER,   /* from the program's process: the seccomp listener */
    LINK_FAILED,     /* the run could not be made: text says why */
    LINK_MAIN_ENDED, /* from init: status as of waitpid(2), and whether `others` of the program's
                        processes are still there; if not, LINK_ALL_ENDED is spared */
    LINK_ALL_ENDED,  /* from init: no process of the program is left */
    LINK_PIDFD,      /* to init, on a line of its own: open pid `value`; the answer carries the
                        pidfd, or none if the process is gone */
    LINK_CLEAR, /* to init, on that line, in a world that is kept: end what is left of the program.
                   The answer comes when nothing is. It and LINK_MAIN_ENDED or LINK_ALL_ENDED,
                   when nothing is left by itself, tell the CPU time of all that were waited for,
                   and whether the world can run the program `again` */
    LINK_AGAIN, /* to init, on that line: start the program anew, with the same pids; before that,
                   renew the namespaces that `value` says (CLONE_NEWIPC, CLONE_NEWNET), and answer
                   with the last VIEW_RENEWED descriptors of the view */
    LINK_MARK,  /* to init, on that line, with small pipes: make a call that the filter stops, and
                   answer */
};

enum { LINK_FDS = 8 };

struct link_message {
    enum link_kind kind;
    int value;
    bool others, again;
    double cpu_ms, start_ms; /* CPU time used so far; CLOCK_MONOTONIC */
    char text[1024];
    int n_fds;
    int fds[LINK_FDS]; /* filled in on arrival; owned by the receiver */
};

/* Both return 0, or -1 with errno set; link_receive() gives 1 at end of file. */
int link_send(int link, const struct link_message *message);
int link_receive(int link, struct link_message *message);

/* Waits up to `wait_ms` (-1: for ever) for a message. Awake for the first moments: what is expected
 * at once comes later to one who has to be woken up. Whether there is one. */
bool link_await(int link, int wait_ms);

#endif
