/* arguments_forms.c - which arguments each call has, and of what kind. See arguments_parts.h. */
#include "arguments_parts.h"

#include <string.h>
#include <sys/syscall.h>

/* System calls. What they return through memory, or is of no interest, ends a list early. */
static const struct system_call {
    long nr;
    put *arguments[ARGUMENTS + 1];
} SYSTEM_CALLS[] = {
    /* Reading and writing. */
    {SYS_read, {put_number, put_address, put_unsigned}},
    {SYS_write, {put_number, put_data, put_unsigned}},
    {SYS_readv, {put_number, put_address, put_number}},
    {SYS_writev, {put_number, put_vector, put_number}},
    {SYS_pread64, {put_number, put_address, put_unsigned, put_offset}},
    {SYS_pwrite64, {put_number, put_data, put_unsigned, put_offset}},
    {SYS_preadv, {put_number, put_address, put_number, put_offset}},
    {SYS_pwritev, {put_number, put_vector, put_number, put_offset}},
    {SYS_preadv2, {put_number, put_address, put_number, put_number}},
    {SYS_pwritev2, {put_number, put_vector, put_number, put_number}},
    {SYS_sendfile, {put_number, put_number, put_address, put_unsigned}},
    {SYS_splice, {put_number, put_address, put_number, put_address, put_unsigned, put_unsigned}},
    {SYS_tee, {put_number, put_number, put_unsigned, put_unsigned}},
    {SYS_vmsplice, {put_number, put_vector, put_unsigned, put_unsigned}},
    {SYS_copy_file_range,
     {put_number, put_address, put_number, put_address, put_unsigned, put_unsigned}},
    {SYS_process_vm_readv, {put_number, put_rest}},
    {SYS_process_vm_writev, {put_number, put_rest}},

    /* Descriptors. */
    {SYS_openat, {put_directory, put_path, put_open_flags}},
    {SYS_openat2, {put_directory, put_path, put_open_how}},
    {SYS_close, {put_number}},
    {SYS_close_range, {put_unsigned, put_unsigned, put_close_range_flags}},
    {SYS_dup, {put_number}},
    {SYS_dup3, {put_number, put_number, put_pipe_flags}},
    {SYS_pipe2, {put_address, put_pipe_flags}},
    {SYS_fcntl, {put_number, put_fcntl}},
    {SYS_flock, {put_number, put_lock_operation}},
    {SYS_ioctl, {put_number, put_ioctl, put_address}},
    {SYS_lseek, {put_number, put_offset, put_whence}},

    /* Files and names. */
    {SYS_truncate, {put_path, put_offset}},
    {SYS_ftruncate, {put_number, put_offset}},
    {SYS_fallocate, {put_number, put_number, put_offset, put_offset}},
    {SYS_fstat, {put_number, put_address}},
    {SYS_newfstatat, {put_directory, put_path, put_address, put_at_flags}},
    {SYS_statx, {put_directory, put_path, put_at_flags, put_rest}},
    {SYS_faccessat, {put_directory, put_path, put_access_mode}},
    {SYS_faccessat2, {put_directory, put_path, put_access_mode, put_hexadecimal}},
    {SYS_unlinkat, {put_directory, put_path, put_at_flags}},
#ifdef SYS_renameat
    {SYS_renameat, {put_directory, put_path, put_directory, put_path}},
#endif
    {SYS_renameat2, {put_directory, put_path, put_directory, put_path, put_hexadecimal}},
    {SYS_linkat, {put_directory, put_path, put_directory, put_path, put_at_flags}},
    {SYS_symlinkat, {put_path, put_directory, put_path}},
    {SYS_mkdirat, {put_directory, put_path, put_mode}},
    {SYS_mknodat, {put_directory, put_path, put_mode}},
    {SYS_fchmod, {put_number, put_mode}},
    {SYS_fchmodat, {put_directory, put_path, put_mode}},
    {SYS_fchown, {put_number, put_number, put_number}},
    {SYS_fchownat, {put_directory, put_path, put_number, put_number, put_at_flags}},
    {SYS_utimensat, {put_directory, put_path, put_rest}},
    {SYS_getdents64, {put_number, put_address, put_unsigned}},
    {SYS_inotify_init1, {put_pipe_flags}},
    {SYS_inotify_add_watch, {put_number, put_path, put_hexadecimal}},
    {SYS_inotify_rm_watch, {put_number, put_number}},

    /* Sockets. */
    {SYS_socket, {put_family, put_socket_type, put_number}},
    {SYS_socketpair, {put_family, put_socket_type, put_number, put_address}},
    {SYS_bind, {put_number, put_socket_address, put_unsigned}},
    {SYS_listen, {put_number, put_number}},
    {SYS_accept, {put_number, put_address, put_address}},
    {SYS_accept4, {put_number, put_address, put_address, put_accept_flags}},
    {SYS_connect, {put_number, put_socket_address, put_unsigned}},
    {SYS_shutdown, {put_number, put_shutdown}},
    {SYS_sendto, {put_number, put_data, put_unsigned, put_message_flags}},
    {SYS_sendmsg, {put_number, put_message, put_message_flags}},
    {SYS_sendmmsg, {put_number, put_address, put_unsigned, put_message_flags}},
    {SYS_recvfrom, {put_number, put_address, put_unsigned, put_message_flags}},
    {SYS_recvmsg, {put_number, put_address, put_message_flags}},
    {SYS_recvmmsg, {put_number, put_address, put_unsigned, put_message_flags}},
    {SYS_getsockopt, {put_number, put_socket_level, put_socket_option, put_rest}},
    {SYS_setsockopt, {put_number, put_socket_level, put_socket_option, put_rest}},
    {SYS_getpeername, {put_number, put_rest}},

    /* Waiting for several things. */
    {SYS_eventfd2, {put_unsigned, put_eventfd_flags}},
    {SYS_signalfd4, {put_number, put_signals, put_unsigned, put_signalfd_flags}},
    {SYS_epoll_create1, {put_epoll_flags}},
    {SYS_epoll_ctl, {put_number, put_epoll_command, put_number, put_epoll_event}},
    {SYS_epoll_pwait, {put_number, put_address, put_number, put_number}},
    {SYS_epoll_pwait2, {put_number, put_address, put_number, put_timespec}},
    {SYS_ppoll, {put_polled, put_unsigned, put_timespec}},
    {SYS_pselect6, {put_number, put_descriptors, put_descriptors, put_descriptors, put_timespec}},

    /* System V and POSIX IPC. */
    {SYS_shmget, {put_key, put_unsigned, put_ipc_flags}},
    {SYS_shmat, {put_number, put_address, put_attach_flags}},
    {SYS_shmdt, {put_address}},
    {SYS_shmctl, {put_number, put_ipc_command, put_address}},
    {SYS_semget, {put_key, put_number, put_ipc_flags}},
    {SYS_semop, {put_number, put_operations, put_unsigned}},
    {SYS_semtimedop, {put_number, put_operations, put_unsigned, put_timespec}},
    {SYS_semctl, {put_number, put_number, put_semctl}},
    {SYS_msgget, {put_key, put_ipc_flags}},
    {SYS_msgsnd, {put_number, put_typed_message, put_unsigned, put_queue_flags}},
    {SYS_msgrcv, {put_number, put_address, put_unsigned, put_offset, put_queue_flags}},
    {SYS_msgctl, {put_number, put_ipc_command, put_address}},
    {SYS_mq_open, {put_queue_name, put_open_flags}},
    {SYS_mq_unlink, {put_queue_name}},
    {SYS_mq_timedsend, {put_number, put_data, put_unsigned, put_unsigned, put_timespec}},
    {SYS_mq_timedreceive, {put_number, put_address, put_unsigned, put_address, put_timespec}},
    {SYS_mq_notify, {put_number, put_address}},
    {SYS_mq_getsetattr, {put_number, put_address, put_address}},
    {SYS_futex, {put_object, put_futex, put_unsigned}},
#ifdef SYS_futex_wait
    {SYS_futex_wait, {put_object, put_unsigned}},
    {SYS_futex_wake, {put_object, put_rest}},
#endif

    /* Signals. */
    {SYS_kill, {put_number, put_signal}},
    {SYS_tkill, {put_number, put_signal}},
    {SYS_tgkill, {put_number, put_number, put_signal}},
    {SYS_rt_sigqueueinfo, {put_number, put_signal, put_address}},
    {SYS_rt_tgsigqueueinfo, {put_number, put_number, put_signal, put_address}},
    {SYS_rt_sigaction, {put_signal, put_handler}},
    {SYS_rt_sigprocmask, {put_mask_change, put_signals}},
    {SYS_rt_sigpending, {put_address}},
    {SYS_rt_sigsuspend, {put_signals}},
    {SYS_rt_sigtimedwait, {put_signals, put_address, put_timespec}},

    /* Processes and threads. */
    {SYS_clone, {put_clone_flags}},
    {SYS_clone3, {put_clone3_flags}},
    {SYS_execve, {put_path, put_arguments}},
    {SYS_execveat, {put_directory, put_path, put_arguments}},
    {SYS_exit, {put_number}},
    {SYS_exit_group, {put_number}},
    {SYS_wait4, {put_number, put_address, put_wait_options}},
    {SYS_waitid, {put_wait_kind, put_number, put_address, put_wait_options}},
    {SYS_getppid, {NULL}},
    {SYS_setpgid, {put_number, put_number}},
    {SYS_getpgid, {put_number}},
    {SYS_setsid, {NULL}},
    {SYS_getsid, {put_number}},
    {SYS_prctl, {put_prctl}},
    {SYS_pidfd_open, {put_number, put_hexadecimal}},
    {SYS_pidfd_send_signal, {put_number, put_signal, put_address}},
    {SYS_pidfd_getfd, {put_number, put_number}},
    {SYS_sched_yield, {NULL}},
    {SYS_sched_setaffinity, {put_number, put_rest}},
    {SYS_sched_setscheduler, {put_number, put_rest}},
    {SYS_sched_setparam, {put_number, put_rest}},
    {SYS_sched_setattr, {put_number, put_rest}},
    {SYS_setpriority, {put_number, put_number, put_number}},

    /* Time. */
    {SYS_nanosleep, {put_timespec, put_address}},
    {SYS_clock_nanosleep, {put_clock, put_timer_flags, put_timespec, put_address}},
    {SYS_setitimer, {put_timer, put_timer_val, put_address}},
    {SYS_getitimer, {put_timer, put_address}},
    {SYS_timer_create, {put_clock, put_rest}},
    {SYS_timer_settime, {put_number, put_timer_flags, put_timer_spec, put_address}},
    {SYS_timer_gettime, {put_number, put_address}},
    {SYS_timer_getoverrun, {put_number}},
    {SYS_timer_delete, {put_number}},
    {SYS_timerfd_create, {put_clock, put_timerfd_flags}},
    {SYS_timerfd_settime, {put_number, put_timer_flags, put_timer_spec, put_address}},
    {SYS_timerfd_gettime, {put_number, put_address}},
    {SYS_clock_gettime, {put_clock, put_address}},
    {SYS_gettimeofday, {put_address, put_address}},

#ifdef SYS_open /* What younger architectures leave to the calls above. */
    {SYS_open, {put_path, put_open_flags}},
    {SYS_creat, {put_path, put_mode}},
    {SYS_dup2, {put_number, put_number}},
    {SYS_pipe, {put_address}},
    {SYS_stat, {put_path, put_address}},
    {SYS_lstat, {put_path, put_address}},
    {SYS_access, {put_path, put_access_mode}},
    {SYS_unlink, {put_path}},
    {SYS_rename, {put_path, put_path}},
    {SYS_link, {put_path, put_path}},
    {SYS_symlink, {put_path, put_path}},
    {SYS_mkdir, {put_path, put_mode}},
    {SYS_rmdir, {put_path}},
    {SYS_mknod, {put_path, put_mode}},
    {SYS_chmod, {put_path, put_mode}},
    {SYS_chown, {put_path, put_number, put_number}},
    {SYS_lchown, {put_path, put_number, put_number}},
    {SYS_utime, {put_path, put_rest}},
    {SYS_utimes, {put_path, put_rest}},
    {SYS_inotify_init, {NULL}},
    {SYS_eventfd, {put_unsigned}},
    {SYS_signalfd, {put_number, put_signals}},
    {SYS_epoll_create, {put_number}},
    {SYS_epoll_wait, {put_number, put_address, put_number, put_number}},
    {SYS_poll, {put_polled, put_unsigned, put_number}},
    {SYS_select, {put_number, put_descriptors, put_descriptors, put_descriptors, put_timeval}},
    {SYS_pause, {NULL}},
    {SYS_fork, {NULL}},
    {SYS_vfork, {NULL}},
    {SYS_getpgrp, {NULL}},
    {SYS_alarm, {put_unsigned}},
    {SYS_time, {put_address}},
#endif
};

/* Functions of the C library that hand their arguments on, to a system call that has another name,
 * or more arguments. */
static const struct function_call {
    long nr;
    const char *function;
    size_t first;
    put *arguments[ARGUMENTS + 1];
} FUNCTION_CALLS[] = {
    {SYS_pread64, "pread", 0, {put_number, put_address, put_unsigned, put_offset}},
    {SYS_pwrite64, "pwrite", 0, {put_number, put_data, put_unsigned, put_offset}},
    {SYS_openat, "open", 1, {put_path, put_open_flags}},
    {SYS_openat, "shm_open", 1, {put_shared_name, put_shared_flags}},
    {SYS_pipe2, "pipe", 0, {put_address}},
    {SYS_mknodat, "mkfifo", 1, {put_path, put_permissions}},
    {SYS_newfstatat, "fstat", 0, {put_number, put_rest}},
    {SYS_newfstatat, "stat", 1, {put_path, put_address}},
    {SYS_newfstatat, "lstat", 1, {put_path, put_address}},
    {SYS_newfstatat, "fstatat", 0, {put_directory, put_path, put_address, put_at_flags}},
    {SYS_sendto, "send", 0, {put_number, put_data, put_unsigned, put_message_flags}},
    {SYS_sendto,
     "sendto",
     0,
     {put_number, put_data, put_unsigned, put_message_flags, put_socket_address, put_unsigned}},
    {SYS_recvfrom, "recv", 0, {put_number, put_address, put_unsigned, put_message_flags}},
    {SYS_eventfd2, "eventfd", 0, {put_unsigned, put_eventfd_flags}},
    {SYS_signalfd4, "signalfd", 0, {put_number, put_signals, put_rest}},
    {SYS_epoll_pwait, "epoll_wait", 0, {put_number, put_address, put_number, put_number}},
    {SYS_pselect6,
     "select",
     0,
     {put_number, put_descriptors, put_descriptors, put_descriptors, put_timespec}},
    {SYS_pselect6,
     "pselect",
     0,
     {put_number, put_descriptors, put_descriptors, put_descriptors, put_timespec}},
    {SYS_semtimedop, "semop", 0, {put_number, put_operations, put_unsigned}},
    {SYS_mq_timedsend, "mq_send", 0, {put_number, put_data, put_unsigned, put_unsigned}},
    {SYS_mq_timedreceive, "mq_receive", 0, {put_number, put_address, put_unsigned, put_address}},
    {SYS_close, "mq_close", 0, {put_number}},
    {SYS_mq_getsetattr, "mq_getattr", 0, {put_number, put_rest}},
    {SYS_rt_sigaction, "sigaction", 0, {put_signal, put_action, put_address}},
    {SYS_rt_sigaction, "signal", 0, {put_signal, put_handler}},
    {SYS_rt_sigprocmask, "sigprocmask", 0, {put_mask_change, put_signals, put_address}},
    {SYS_rt_sigprocmask, "pthread_sigmask", 0, {put_mask_change, put_signals, put_address}},
    {SYS_rt_sigsuspend, "sigsuspend", 0, {put_signals}},
    {SYS_rt_sigpending, "sigpending", 0, {put_address}},
    {SYS_rt_sigtimedwait, "sigtimedwait", 0, {put_signals, put_address, put_timespec}},
    {SYS_rt_sigtimedwait, "sigwaitinfo", 0, {put_signals, put_address}},
    {SYS_rt_sigtimedwait, "sigwait", 0, {put_signals, put_rest}},
    {SYS_rt_sigqueueinfo, "sigqueue", 0, {put_number, put_signal, put_rest}},
    {SYS_tgkill, "raise", 2, {put_signal}},
    {SYS_clone, "fork", 0, {NULL}},
    {SYS_clone, "pthread_create", 0, {put_rest}},
    {SYS_clone3, "pthread_create", 0, {put_rest}},
    {SYS_exit, "pthread_exit", 0, {put_rest}},
    {SYS_exit_group, "exit", 0, {put_number}},
    {SYS_exit_group, "_exit", 0, {put_number}},
    {SYS_wait4, "wait", 1, {put_address}},
    {SYS_wait4, "waitpid", 0, {put_number, put_address, put_wait_options}},
    {SYS_clock_nanosleep, "nanosleep", 2, {put_timespec, put_address}},
    {SYS_clock_nanosleep, "usleep", 2, {put_timespec}},
    {SYS_clock_nanosleep, "sleep", 2, {put_timespec}},
    {SYS_clock_gettime, "time", 1, {put_rest}},
#ifdef SYS_open
    {SYS_unlink, "shm_unlink", 0, {put_shared_name}},
    {SYS_unlink, "sem_unlink", 0, {put_shared_name}},
    {SYS_mknod, "mkfifo", 0, {put_path, put_permissions}},
#endif
};

put *const *arguments_form(long nr, const char *function, size_t *first)
{
    *first = 0;
    if (function == NULL) {
        for (size_t i = 0; i < LENGTH(SYSTEM_CALLS); i++)
            if (SYSTEM_CALLS[i].nr == nr)
                return SYSTEM_CALLS[i].arguments;
        return NULL;
    }
    for (size_t i = 0; i < LENGTH(FUNCTION_CALLS); i++)
        if (FUNCTION_CALLS[i].nr == nr && strcmp(FUNCTION_CALLS[i].function, function) == 0) {
            *first = FUNCTION_CALLS[i].first;
            return FUNCTION_CALLS[i].arguments;
        }
    return NULL;
}
