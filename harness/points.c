/* points.c - the table of scheduling points, and the filter made of it. See points.h. */
#include "points.h"

#include "filter_program.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Whether a task is held at a call; and if so, whether the call can then wait for something. */
enum hold { NOT_HELD, AT_ONCE, MAY_BLOCK };

/* By number. Calls that some architecture lacks, or that came after the oldest C library that we
 * are built with, are asked for first. rt_sigreturn and restart_syscall must never be held: to
 * return from a signal's handler is the kernel's business. */
static const struct {
    enum hold hold;
    enum point_kind kind;
} points[] = {
    /* Reading and writing. */
    [SYS_read] = {MAY_BLOCK, POINT_CALL},
    [SYS_write] = {MAY_BLOCK, POINT_CALL},
    [SYS_readv] = {MAY_BLOCK, POINT_CALL},
    [SYS_writev] = {MAY_BLOCK, POINT_CALL},
    [SYS_pread64] = {AT_ONCE, POINT_CALL}, /* of what has a position, which never blocks */
    [SYS_pwrite64] = {AT_ONCE, POINT_CALL},
    [SYS_preadv] = {AT_ONCE, POINT_CALL},
    [SYS_pwritev] = {AT_ONCE, POINT_CALL},
    [SYS_preadv2] = {MAY_BLOCK, POINT_CALL}, /* of position -1: as readv */
    [SYS_pwritev2] = {MAY_BLOCK, POINT_CALL},
    [SYS_sendfile] = {MAY_BLOCK, POINT_CALL},
    [SYS_splice] = {MAY_BLOCK, POINT_CALL},
    [SYS_tee] = {MAY_BLOCK, POINT_CALL},
    [SYS_vmsplice] = {MAY_BLOCK, POINT_CALL},
    [SYS_copy_file_range] = {AT_ONCE, POINT_CALL},
    [SYS_process_vm_readv] = {AT_ONCE, POINT_CALL},
    [SYS_process_vm_writev] = {AT_ONCE, POINT_CALL},

    /* Descriptors. An open waits for the other end of a FIFO, fcntl and flock for a lock. */
    [SYS_openat] = {MAY_BLOCK, POINT_CALL},
    [SYS_openat2] = {MAY_BLOCK, POINT_CALL},
    [SYS_close] = {AT_ONCE, POINT_CALL},
    [SYS_close_range] = {AT_ONCE, POINT_CALL},
    [SYS_dup] = {AT_ONCE, POINT_CALL},
    [SYS_dup3] = {AT_ONCE, POINT_CALL},
    [SYS_pipe2] = {AT_ONCE, POINT_CALL},
    [SYS_fcntl] = {MAY_BLOCK, POINT_CALL},
    [SYS_flock] = {MAY_BLOCK, POINT_CALL},
    [SYS_ioctl] = {AT_ONCE, POINT_CALL},
    [SYS_lseek] = {AT_ONCE, POINT_CALL},

    /* Files and names. */
    [SYS_truncate] = {AT_ONCE, POINT_CALL},
    [SYS_ftruncate] = {AT_ONCE, POINT_CALL},
    [SYS_fallocate] = {AT_ONCE, POINT_CALL},
    [SYS_fstat] = {AT_ONCE, POINT_CALL},
    [SYS_newfstatat] = {AT_ONCE, POINT_CALL},
    [SYS_statx] = {AT_ONCE, POINT_CALL},
    [SYS_faccessat] = {AT_ONCE, POINT_CALL},
    [SYS_faccessat2] = {AT_ONCE, POINT_CALL},
    [SYS_unlinkat] = {AT_ONCE, POINT_CALL},
#ifdef SYS_renameat
    [SYS_renameat] = {AT_ONCE, POINT_CALL},
#endif
    [SYS_renameat2] = {AT_ONCE, POINT_CALL},
    [SYS_linkat] = {AT_ONCE, POINT_CALL},
    [SYS_symlinkat] = {AT_ONCE, POINT_CALL},
    [SYS_mkdirat] = {AT_ONCE, POINT_CALL},
    [SYS_mknodat] = {AT_ONCE, POINT_CALL},
    [SYS_fchmod] = {AT_ONCE, POINT_CALL},
    [SYS_fchmodat] = {AT_ONCE, POINT_CALL},
#ifdef SYS_fchmodat2
    [SYS_fchmodat2] = {AT_ONCE, POINT_CALL},
#endif
    [SYS_fchown] = {AT_ONCE, POINT_CALL},
    [SYS_fchownat] = {AT_ONCE, POINT_CALL},
    [SYS_utimensat] = {AT_ONCE, POINT_CALL},
    [SYS_getdents64] = {AT_ONCE, POINT_CALL},
    [SYS_inotify_init1] = {AT_ONCE, POINT_CALL},
    [SYS_inotify_add_watch] = {AT_ONCE, POINT_CALL},
    [SYS_inotify_rm_watch] = {AT_ONCE, POINT_CALL},

    /* Sockets. */
    [SYS_socket] = {AT_ONCE, POINT_CALL},
    [SYS_socketpair] = {AT_ONCE, POINT_CALL},
    [SYS_bind] = {AT_ONCE, POINT_CALL},
    [SYS_listen] = {AT_ONCE, POINT_CALL},
    [SYS_accept] = {MAY_BLOCK, POINT_TIMED},
    [SYS_accept4] = {MAY_BLOCK, POINT_TIMED},
    [SYS_connect] = {MAY_BLOCK, POINT_TIMED},
    [SYS_shutdown] = {AT_ONCE, POINT_CALL},
    [SYS_sendto] = {MAY_BLOCK, POINT_TIMED},
    [SYS_sendmsg] = {MAY_BLOCK, POINT_TIMED},
    [SYS_sendmmsg] = {MAY_BLOCK, POINT_TIMED},
    [SYS_recvfrom] = {MAY_BLOCK, POINT_TIMED},
    [SYS_recvmsg] = {MAY_BLOCK, POINT_TIMED},
    [SYS_recvmmsg] = {MAY_BLOCK, POINT_TIMED},
    [SYS_getsockopt] = {AT_ONCE, POINT_CALL}, /* SO_ERROR: what the peer has done */
    [SYS_setsockopt] = {AT_ONCE, POINT_CALL},
    [SYS_getpeername] = {AT_ONCE, POINT_CALL},

    /* Waiting for several things. */
    [SYS_eventfd2] = {AT_ONCE, POINT_CALL},
    [SYS_signalfd4] = {AT_ONCE, POINT_CALL},
    [SYS_epoll_create1] = {AT_ONCE, POINT_CALL},
    [SYS_epoll_ctl] = {AT_ONCE, POINT_CALL},
    [SYS_epoll_pwait] = {MAY_BLOCK, POINT_TIMED},
    [SYS_epoll_pwait2] = {MAY_BLOCK, POINT_TIMED},
    [SYS_ppoll] = {MAY_BLOCK, POINT_TIMED},
    [SYS_pselect6] = {MAY_BLOCK, POINT_TIMED},

    /* System V and POSIX IPC. */
    [SYS_shmget] = {AT_ONCE, POINT_CALL},
    [SYS_shmat] = {AT_ONCE, POINT_CALL},
    [SYS_shmdt] = {AT_ONCE, POINT_CALL},
    [SYS_shmctl] = {AT_ONCE, POINT_CALL},
    [SYS_semget] = {AT_ONCE, POINT_CALL},
    [SYS_semop] = {MAY_BLOCK, POINT_CALL},
    [SYS_semtimedop] = {MAY_BLOCK, POINT_TIMED},
    [SYS_semctl] = {AT_ONCE, POINT_CALL},
    [SYS_msgget] = {AT_ONCE, POINT_CALL},
    [SYS_msgsnd] = {MAY_BLOCK, POINT_CALL},
    [SYS_msgrcv] = {MAY_BLOCK, POINT_CALL},
    [SYS_msgctl] = {AT_ONCE, POINT_CALL},
    [SYS_mq_open] = {AT_ONCE, POINT_CALL},
    [SYS_mq_unlink] = {AT_ONCE, POINT_CALL},
    [SYS_mq_timedsend] = {MAY_BLOCK, POINT_TIMED},
    [SYS_mq_timedreceive] = {MAY_BLOCK, POINT_TIMED},
    [SYS_mq_notify] = {AT_ONCE, POINT_CALL},
    [SYS_mq_getsetattr] = {AT_ONCE, POINT_CALL},
    [SYS_futex] = {MAY_BLOCK, POINT_TIMED},
    [SYS_futex_waitv] = {MAY_BLOCK, POINT_TIMED},
#ifdef SYS_futex_wait
    [SYS_futex_wait] = {MAY_BLOCK, POINT_TIMED},
    [SYS_futex_wake] = {AT_ONCE, POINT_CALL},
    [SYS_futex_requeue] = {AT_ONCE, POINT_CALL},
#endif

    /* Signals. */
    [SYS_kill] = {AT_ONCE, POINT_CALL},
    [SYS_tkill] = {AT_ONCE, POINT_CALL},
    [SYS_tgkill] = {AT_ONCE, POINT_CALL},
    [SYS_rt_sigqueueinfo] = {AT_ONCE, POINT_CALL},
    [SYS_rt_tgsigqueueinfo] = {AT_ONCE, POINT_CALL},
    [SYS_rt_sigaction] = {AT_ONCE, POINT_CALL},
    [SYS_rt_sigprocmask] = {AT_ONCE, POINT_CALL},
    [SYS_rt_sigpending] = {AT_ONCE, POINT_CALL},
    [SYS_rt_sigsuspend] = {MAY_BLOCK, POINT_CALL},
    [SYS_rt_sigtimedwait] = {MAY_BLOCK, POINT_TIMED},

    /* Processes and threads. */
    [SYS_set_robust_list] = {AT_ONCE, POINT_BIRTH},
    [SYS_clone] = {AT_ONCE, POINT_CLONE}, /* no signal ends vfork's wait for the child */
    [SYS_clone3] = {AT_ONCE, POINT_CLONE},
    [SYS_execve] = {AT_ONCE, POINT_EXEC},
    [SYS_execveat] = {AT_ONCE, POINT_EXEC},
    [SYS_exit] = {AT_ONCE, POINT_EXIT},
    [SYS_exit_group] = {AT_ONCE, POINT_EXIT},
    [SYS_wait4] = {MAY_BLOCK, POINT_CALL},
    [SYS_waitid] = {MAY_BLOCK, POINT_CALL},
    [SYS_getppid] = {AT_ONCE, POINT_CALL},
    [SYS_setpgid] = {AT_ONCE, POINT_CALL},
    [SYS_getpgid] = {AT_ONCE, POINT_CALL},
    [SYS_setsid] = {AT_ONCE, POINT_CALL},
    [SYS_getsid] = {AT_ONCE, POINT_CALL},
    [SYS_prctl] = {AT_ONCE, POINT_CALL}, /* held for some options alone, see below */
    [SYS_ptrace] = {AT_ONCE, POINT_CALL},
    [SYS_pidfd_open] = {AT_ONCE, POINT_CALL},
    [SYS_pidfd_send_signal] = {AT_ONCE, POINT_CALL},
    [SYS_pidfd_getfd] = {AT_ONCE, POINT_CALL},
    [SYS_sched_yield] = {AT_ONCE, POINT_YIELD},
    [SYS_sched_setaffinity] = {AT_ONCE, POINT_SCHEDULING},
    [SYS_sched_setscheduler] = {AT_ONCE, POINT_SCHEDULING},
    [SYS_sched_setparam] = {AT_ONCE, POINT_SCHEDULING},
    [SYS_sched_setattr] = {AT_ONCE, POINT_SCHEDULING},
    [SYS_setpriority] = {AT_ONCE, POINT_SCHEDULING},

    /* Time. */
    [SYS_nanosleep] = {MAY_BLOCK, POINT_SLEEP},
    [SYS_clock_nanosleep] = {MAY_BLOCK, POINT_SLEEP},
    [SYS_setitimer] = {AT_ONCE, POINT_TIMER},
    [SYS_getitimer] = {AT_ONCE, POINT_TIMER},
    [SYS_timer_create] = {AT_ONCE, POINT_TIMER},
    [SYS_timer_settime] = {AT_ONCE, POINT_TIMER},
    [SYS_timer_gettime] = {AT_ONCE, POINT_TIMER},
    [SYS_timer_getoverrun] = {AT_ONCE, POINT_TIMER},
    [SYS_timer_delete] = {AT_ONCE, POINT_TIMER},
    [SYS_timerfd_create] = {AT_ONCE, POINT_TIMER},
    [SYS_timerfd_settime] = {AT_ONCE, POINT_TIMER},
    [SYS_timerfd_gettime] = {AT_ONCE, POINT_TIMER},
    [SYS_clock_gettime] = {AT_ONCE, POINT_CLOCK},
    [SYS_gettimeofday] = {AT_ONCE, POINT_CLOCK},

#ifdef SYS_open /* What younger architectures leave to the calls above. */
    [SYS_open] = {MAY_BLOCK, POINT_CALL},
    [SYS_creat] = {MAY_BLOCK, POINT_CALL},
    [SYS_dup2] = {AT_ONCE, POINT_CALL},
    [SYS_pipe] = {AT_ONCE, POINT_CALL},
    [SYS_stat] = {AT_ONCE, POINT_CALL},
    [SYS_lstat] = {AT_ONCE, POINT_CALL},
    [SYS_access] = {AT_ONCE, POINT_CALL},
    [SYS_unlink] = {AT_ONCE, POINT_CALL},
    [SYS_rename] = {AT_ONCE, POINT_CALL},
    [SYS_link] = {AT_ONCE, POINT_CALL},
    [SYS_symlink] = {AT_ONCE, POINT_CALL},
    [SYS_mkdir] = {AT_ONCE, POINT_CALL},
    [SYS_rmdir] = {AT_ONCE, POINT_CALL},
    [SYS_mknod] = {AT_ONCE, POINT_CALL},
    [SYS_chmod] = {AT_ONCE, POINT_CALL},
    [SYS_chown] = {AT_ONCE, POINT_CALL},
    [SYS_lchown] = {AT_ONCE, POINT_CALL},
    [SYS_utime] = {AT_ONCE, POINT_CALL},
    [SYS_utimes] = {AT_ONCE, POINT_CALL},
    [SYS_futimesat] = {AT_ONCE, POINT_CALL},
    [SYS_getdents] = {AT_ONCE, POINT_CALL},
    [SYS_inotify_init] = {AT_ONCE, POINT_CALL},
    [SYS_eventfd] = {AT_ONCE, POINT_CALL},
    [SYS_signalfd] = {AT_ONCE, POINT_CALL},
    [SYS_epoll_create] = {AT_ONCE, POINT_CALL},
    [SYS_epoll_wait] = {MAY_BLOCK, POINT_TIMED},
    [SYS_poll] = {MAY_BLOCK, POINT_TIMED},
    [SYS_select] = {MAY_BLOCK, POINT_TIMED},
    [SYS_pause] = {MAY_BLOCK, POINT_CALL},
    [SYS_fork] = {AT_ONCE, POINT_CLONE},
    [SYS_vfork] = {AT_ONCE, POINT_CLONE},
    [SYS_getpgrp] = {AT_ONCE, POINT_CALL},
    [SYS_alarm] = {AT_ONCE, POINT_TIMER},
    [SYS_time] = {AT_ONCE, POINT_CLOCK},
#endif
};

enum { NUMBERS = sizeof(points) / sizeof(points[0]) };

enum point_kind point_kind(long nr)
{
    if (nr == POINT_LIBRARY_CALL)
        return POINT_LIBRARY;
    return nr >= 0 && nr < NUMBERS ? points[nr].kind : POINT_CALL;
}

bool point_is_held(long nr)
{
    return nr >= 0 && nr < NUMBERS && points[nr].hold != NOT_HELD;
}

bool point_may_block(long nr)
{
    return nr >= 0 && nr < NUMBERS && points[nr].hold == MAY_BLOCK;
}

/* What would go on beside the tasks, without a call that could be held. Each refusal is one that
 * programs meet elsewhere: of a kernel built without, or of an administrator's setting. */
static void refuse(struct filter_program *p)
{
    filter_program_add(p, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup), 0, NULL);
    filter_program_add(p, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_setup), 0, NULL);
    filter_program_add(p, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(perf_event_open), 0, NULL);
    const struct scmp_arg_cmp notify = filter_low_half_is(1, F_NOTIFY);
    filter_program_add(p, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(fcntl), 1, &notify);
}

static struct scmp_arg_cmp is_not(unsigned argument, unsigned value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_NE, .datum_a = value};
}

/* Calls that are points for some arguments only. */
static void hold_some(struct filter_program *p, int link)
{
    const struct scmp_arg_cmp other_descriptor = is_not(0, (unsigned)link);
    filter_program_add(p, SCMP_ACT_NOTIFY, SYS_sendmsg, 1, &other_descriptor);
    const struct scmp_arg_cmp other_command = is_not(1, F_NOTIFY);
    filter_program_add(p, SCMP_ACT_NOTIFY, SYS_fcntl, 1, &other_command);
    static const unsigned options[] = {PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const struct scmp_arg_cmp option = filter_low_half_is(0, options[i]);
        filter_program_add(p, SCMP_ACT_NOTIFY, SYS_prctl, 1, &option);
    }
}

int points_filter(struct sock_fprog *filter, int link, struct error *err)
{
    enum { BINARY_TREE = 2 }; /* a search instead of two hundred comparisons */
    struct filter_program p;
    filter_program_begin(&p);
    if (p.result == 0)
        p.result = seccomp_attr_set(p.context, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
    refuse(&p);
    hold_some(&p, link);
    for (int nr = 0; nr < NUMBERS; nr++)
        if (points[nr].hold != NOT_HELD && nr != SYS_sendmsg && nr != SYS_fcntl && nr != SYS_prctl)
            filter_program_add(&p, SCMP_ACT_NOTIFY, nr, 0, NULL);
    filter_program_add(&p, SCMP_ACT_NOTIFY, POINT_LIBRARY_CALL, 0, NULL);
    return filter_program_end(&p, filter, err);
}
