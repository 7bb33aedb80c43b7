/* arguments_ipc.c - arguments of System V IPC, POSIX queues, futexes and sets of descriptors. See
 * arguments_parts.h. */
#include "arguments_parts.h"

#include "call.h"

#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

/* System V IPC. */

/* IPC_CREAT|0600. */
void put_ipc_flags(struct arguments *a, size_t i)
{
    static const struct word words[] = {WORD(IPC_CREAT), WORD(IPC_EXCL)};
    unsigned value = (unsigned)a->task->args[i], mode = value & 0777;
    const char *between = put_bits(a->to, value - mode, words, LENGTH(words));
    if (mode != 0 || between[0] == '\0')
        fprintf(a->to, "%s%#o", between, mode);
}

PUT_FLAGS(put_queue_flags, WORD(IPC_NOWAIT), WORD(MSG_NOERROR), WORD(MSG_EXCEPT), WORD(MSG_COPY))
PUT_FLAGS(put_attach_flags, WORD(SHM_RDONLY), WORD(SHM_RND), WORD(SHM_REMAP), WORD(SHM_EXEC))
PUT_WORD(put_ipc_command, WORD(IPC_RMID), WORD(IPC_SET), WORD(IPC_STAT), WORD(IPC_INFO))

/* The command of semctl(2), and its argument. */
void put_semctl(struct arguments *a, size_t i)
{
    static const struct word words[] = {
        WORD(IPC_RMID), WORD(IPC_SET), WORD(IPC_STAT), WORD(GETPID), WORD(GETVAL),
        WORD(GETALL),   WORD(GETNCNT), WORD(GETZCNT),  WORD(SETVAL), WORD(SETALL),
    };
    int command = (int)a->task->args[i];
    put_word(a->to, (unsigned)command, words, LENGTH(words));
    if (command == SETVAL)
        fprintf(a->to, ", %d", (int)a->task->args[i + 1]);
    else if (command == SETALL || command == GETALL || command == IPC_SET || command == IPC_STAT)
        fputs(", ...", a->to);
}

/* The operation of futex(2). That the word is not shared the story leaves out. */
void put_futex(struct arguments *a, size_t i)
{
    static const struct word words[] = {
        WORD(FUTEX_WAIT),
        WORD(FUTEX_WAKE),
        WORD(FUTEX_REQUEUE),
        WORD(FUTEX_CMP_REQUEUE),
        WORD(FUTEX_WAKE_OP),
        WORD(FUTEX_LOCK_PI),
        WORD(FUTEX_UNLOCK_PI),
        WORD(FUTEX_TRYLOCK_PI),
        WORD(FUTEX_WAIT_BITSET),
        WORD(FUTEX_WAKE_BITSET),
        WORD(FUTEX_WAIT_REQUEUE_PI),
        WORD(FUTEX_CMP_REQUEUE_PI),
        {13, "FUTEX_LOCK_PI2"},
    };
    uint64_t value = a->task->args[i];
    put_word(a->to, value & (uint64_t)FUTEX_CMD_MASK, words, LENGTH(words));
    if (!a->told && (value & FUTEX_PRIVATE_FLAG) != 0)
        fputs("|FUTEX_PRIVATE_FLAG", a->to);
}

/* Descriptors that tell of something. */

PUT_FLAGS(put_eventfd_flags, WORD(EFD_SEMAPHORE), WORD(EFD_CLOEXEC), WORD(EFD_NONBLOCK))
PUT_FLAGS(put_timerfd_flags, WORD(TFD_CLOEXEC), WORD(TFD_NONBLOCK))
PUT_FLAGS(put_signalfd_flags, WORD(SFD_CLOEXEC), WORD(SFD_NONBLOCK))
PUT_FLAGS(put_epoll_flags, WORD(EPOLL_CLOEXEC))
PUT_WORD(put_epoll_command, WORD(EPOLL_CTL_ADD), WORD(EPOLL_CTL_MOD), WORD(EPOLL_CTL_DEL))

/* What lies in memory. */

enum { SHOWN = 8 }; /* elements of an array */

/* An array of sembuf; its length follows. */
void put_operations(struct arguments *a, size_t i)
{
    const struct task *task = a->task;
    uint64_t n = task->args[i + 1];
    fputc('[', a->to);
    for (uint64_t k = 0; k < n && k < SHOWN; k++) {
        struct sembuf op;
        if (task_memory(a->view, task->pid, task->args[i] + k * sizeof(op), &op, sizeof(op)) != 0)
            break;
        fprintf(a->to, "%s{%d, %+d%s%s}", k == 0 ? "" : ", ", op.sem_num, op.sem_op,
                (op.sem_flg & SEM_UNDO) != 0 ? ", SEM_UNDO" : "",
                (op.sem_flg & IPC_NOWAIT) != 0 ? ", IPC_NOWAIT" : "");
    }
    fputs(n > SHOWN ? ", ...]" : "]", a->to);
}

/* An array of pollfd; its length follows. */
void put_polled(struct arguments *a, size_t i)
{
    struct polled *set;
    static const char *const events[] = {[0] = "0",
                                         [ACCESS_READ] = "POLLIN",
                                         [ACCESS_WRITE] = "POLLOUT",
                                         [ACCESS_READ | ACCESS_WRITE] = "POLLIN|POLLOUT"};
    int n = call_polled(a->view, a->task, &set);
    if (n < 0) {
        put_address(a, i);
        return;
    }
    fputc('[', a->to);
    for (int k = 0; k < n && k < SHOWN; k++)
        fprintf(a->to, "%s{fd=%d, %s}", k == 0 ? "" : ", ", set[k].fd, events[set[k].access]);
    fputs(n > SHOWN ? ", ...]" : "]", a->to);
    free(set);
}

/* A set of select(2), whose first argument says where it ends. */
void put_descriptors(struct arguments *a, size_t i)
{
    enum { BITS = 8 * sizeof(unsigned long) };
    unsigned long bits[FD_SETSIZE / BITS] = {0};
    int end = (int)a->task->args[0], n = 0;
    if (end < 0 || end > FD_SETSIZE)
        end = FD_SETSIZE;
    if (!fetch(a, i, bits, ((size_t)end + BITS - 1) / BITS * sizeof(bits[0])))
        return;
    fputc('[', a->to);
    for (int fd = 0; fd < end && n <= SHOWN; fd++) {
        if ((bits[fd / BITS] >> fd % BITS & 1) == 0)
            continue;
        if (n++ < SHOWN)
            fprintf(a->to, "%s%d", n == 1 ? "" : " ", fd);
    }
    fputs(n > SHOWN ? " ...]" : "]", a->to);
}

void put_epoll_event(struct arguments *a, size_t i)
{
    static const struct word words[] = {WORD(EPOLLIN),  WORD(EPOLLOUT),    WORD(EPOLLRDHUP),
                                        WORD(EPOLLPRI), WORD(EPOLLERR),    WORD(EPOLLHUP),
                                        WORD(EPOLLET),  WORD(EPOLLONESHOT)};
    struct epoll_event event;
    if (fetch(a, i, &event, sizeof(event)))
        put_flags(a->to, event.events, words, LENGTH(words));
}
