/* arguments.c - a blocked system call with its arguments, as strace(1) would show it. See scene.h.
 */
#include "scene.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* How a call's arguments are shown, a letter each:
 *   d number, u unsigned number, p address, a descriptor of a directory, s string, o flags of
 * open(2), P array of pollfd and S array of sembuf (the next argument is its length), F operation
 * of futex(2), L operation of fcntl(2) */
static const struct form {
    long nr;
    const char *letters;
} FORMS[] = {
    {SYS_read, "dpu"},
    {SYS_readv, "dpd"},
    {SYS_write, "dpu"},
    {SYS_writev, "dpd"},
    {SYS_preadv2, "dpdd"},
    {SYS_pwritev2, "dpdd"},
    {SYS_splice, "dpdpuu"},
    {SYS_tee, "dduu"},
    {SYS_vmsplice, "dpuu"},
    {SYS_sendfile, "ddpu"},
    {SYS_recvfrom, "dpud"},
    {SYS_recvmsg, "dpd"},
    {SYS_recvmmsg, "dpud"},
    {SYS_sendto, "dpud"},
    {SYS_sendmsg, "dpd"},
    {SYS_sendmmsg, "dpud"},
    {SYS_accept, "dpp"},
    {SYS_accept4, "dppd"},
    {SYS_connect, "dpu"},
#ifdef SYS_open
    {SYS_open, "so"},
    {SYS_poll, "Pud"},
    {SYS_select, "dpppp"},
    {SYS_epoll_wait, "dpdd"},
    {SYS_pause, ""},
    {SYS_vfork, ""},
#endif
    {SYS_openat, "aso"},
    {SYS_flock, "dd"},
    {SYS_fcntl, "dLp"},
    {SYS_ppoll, "Pup"},
    {SYS_pselect6, "dpppp"},
    {SYS_epoll_pwait, "dpdd"},
    {SYS_epoll_pwait2, "dpdp"},
    {SYS_msgsnd, "dpud"},
    {SYS_msgrcv, "dpudd"},
    {SYS_semop, "dSu"},
    {SYS_semtimedop, "dSup"},
    {SYS_mq_timedsend, "dpuup"},
    {SYS_mq_timedreceive, "dpupp"},
    {SYS_futex, "pFu"},
    {SYS_rt_sigsuspend, "p"},
    {SYS_rt_sigtimedwait, "ppp"},
    {SYS_wait4, "dpd"},
    {SYS_waitid, "ddpd"},
    {SYS_nanosleep, "pp"},
    {SYS_clock_nanosleep, "ddpp"},
};

enum { SHOWN = 8 }; /* elements of an array */

static void put_string(FILE *to, struct view *v, const struct task *task, uint64_t address)
{
    char text[256];
    if (task_string(v, task->pid, address, text, sizeof(text)) == 0)
        fprintf(to, "\"%s\"", text);
    else
        fprintf(to, "0x%llx", (unsigned long long)address);
}

static void put_open_flags(FILE *to, uint64_t flags)
{
    static const struct {
        unsigned long flag;
        const char *name;
    } others[] = {{O_CREAT, "O_CREAT"},   {O_EXCL, "O_EXCL"},         {O_TRUNC, "O_TRUNC"},
                  {O_APPEND, "O_APPEND"}, {O_NONBLOCK, "O_NONBLOCK"}, {O_CLOEXEC, "O_CLOEXEC"}};
    static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "3"};
    fputs(modes[flags & O_ACCMODE], to);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if ((flags & others[i].flag) != 0)
            fprintf(to, "|%s", others[i].name);
}

static void put_polled(FILE *to, struct view *v, const struct task *task)
{
    struct polled *set;
    static const char *const events[] = {[0] = "0",
                                         [ACCESS_READ] = "POLLIN",
                                         [ACCESS_WRITE] = "POLLOUT",
                                         [ACCESS_READ | ACCESS_WRITE] = "POLLIN|POLLOUT"};
    int n = call_polled(v, task, &set);
    if (n < 0) {
        fprintf(to, "0x%llx", (unsigned long long)task->args[0]);
        return;
    }
    fputc('[', to);
    for (int i = 0; i < n && i < SHOWN; i++)
        fprintf(to, "%s{fd=%d, %s}", i == 0 ? "" : ", ", set[i].fd, events[set[i].access]);
    fputs(n > SHOWN ? ", ...]" : "]", to);
    free(set);
}

static void put_operations(FILE *to, struct view *v, const struct task *task)
{
    uint64_t n = task->args[2];
    fputc('[', to);
    for (uint64_t i = 0; i < n && i < SHOWN; i++) {
        struct sembuf op;
        if (task_memory(v, task->pid, task->args[1] + i * sizeof(op), &op, sizeof(op)) != 0)
            break;
        fprintf(to, "%s{%d, %+d%s}", i == 0 ? "" : ", ", op.sem_num, op.sem_op,
                (op.sem_flg & SEM_UNDO) != 0 ? ", SEM_UNDO" : "");
    }
    fputs(n > SHOWN ? ", ...]" : "]", to);
}

static void put_futex_operation(FILE *to, uint64_t operation)
{
    static const char *const names[] = {[FUTEX_WAIT] = "FUTEX_WAIT",
                                        [FUTEX_LOCK_PI] = "FUTEX_LOCK_PI",
                                        [FUTEX_WAIT_BITSET] = "FUTEX_WAIT_BITSET",
                                        [FUTEX_WAIT_REQUEUE_PI] = "FUTEX_WAIT_REQUEUE_PI",
                                        [13] = "FUTEX_LOCK_PI2"};
    uint64_t command = operation & (uint64_t)FUTEX_CMD_MASK;
    if (command < sizeof(names) / sizeof(names[0]) && names[command] != NULL)
        fputs(names[command], to);
    else
        fprintf(to, "%llu", (unsigned long long)command);
    fputs((operation & FUTEX_PRIVATE_FLAG) != 0 ? "|FUTEX_PRIVATE_FLAG" : "", to);
}

static void put_argument(FILE *to, struct view *v, const struct task *task, char letter,
                         uint64_t value)
{
    switch (letter) {
    case 'd':
        fprintf(to, "%d", (int)value);
        break;
    case 'u':
        fprintf(to, "%llu", (unsigned long long)value);
        break;
    case 'a':
        fprintf(to, (int)value == AT_FDCWD ? "AT_FDCWD" : "%d", (int)value);
        break;
    case 's':
        put_string(to, v, task, value);
        break;
    case 'o':
        put_open_flags(to, value);
        break;
    case 'P':
        put_polled(to, v, task);
        break;
    case 'S':
        put_operations(to, v, task);
        break;
    case 'F':
        put_futex_operation(to, value);
        break;
    case 'L':
        fputs(value == F_OFD_SETLKW ? "F_OFD_SETLKW" : value == F_SETLKW ? "F_SETLKW" : "?", to);
        break;
    default:
        if (value == 0)
            fputs("NULL", to);
        else
            fprintf(to, "0x%llx", (unsigned long long)value);
    }
}

static const char *letters_of(long nr)
{
    for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++)
        if (FORMS[i].nr == nr)
            return FORMS[i].letters;
    return NULL;
}

char *arguments_format(struct view *v, const struct task *task, const char *name)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    const char *letters = letters_of(task->nr);
    fprintf(to, "%s(", name);
    for (size_t i = 0; letters != NULL && letters[i] != '\0'; i++) {
        fputs(i == 0 ? "" : ", ", to);
        put_argument(to, v, task, letters[i], task->args[i]);
    }
    fputs(letters == NULL ? "...)" : ")", to);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}
