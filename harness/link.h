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
    LINK_LISTENER,   /* from the program's process: the seccomp listener */
    LINK_FAILED,     /* the run could not be made: text says why */
    LINK_MAIN_ENDED, /* from init: status as of waitpid(2), and whether `others` of the program's
                        processes are still there; if not, LINK_ALL_ENDED is spared */
    LINK_ALL_ENDED,  /* from init: no process of the program is left */
    LINK_PIDFD,      /* to init, on a line of its own: open pid `value`; the answer carries the
                        pidfd, or none if the process is gone */
    LINK_CLEAR, /* to init, on that line, in a world that is kept: end what is left of the program.
                   The answer comes when nothing is, and tells the CPU time of all that were
                   waited for, and in `others` whether the world can run it again */
    LINK_AGAIN, /* to init, on that line: start the program anew, with the same pids; before that,
                   renew the namespaces that `value` says (CLONE_NEWIPC, CLONE_NEWNET), and answer
                   with the last VIEW_RENEWED descriptors of the view */
};

enum { LINK_FDS = 8 };

struct link_message {
    enum link_kind kind;
    int value;
    bool others;
    double cpu_ms, start_ms; /* LINK_VIEW, LINK_CLEAR: CPU time used so far; CLOCK_MONOTONIC */
    char text[1024];
    int n_fds;
    int fds[LINK_FDS]; /* filled in on arrival; owned by the receiver */
};

/* Both return 0, or -1 with errno set; link_receive() gives 1 at end of file. */
int link_send(int link, const struct link_message *message);
int link_receive(int link, struct link_message *message);

#endif
