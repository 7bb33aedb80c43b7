/* virtual_ready.c - whether a call with a time limit would return at once. See virtual_time.h.
 *
 * What it waits for is looked at without taking anything: values are read, and poll(2) is asked
 * about duplicates of descriptors. */
#include "semset.h"
#include "task.h"
#include "virtual_parts.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A task that would wait may begin late: whoever wakes up the word's waiters changes it first, or
 * cannot count on anybody's waiting yet. */
static bool word_changed(const struct held_call *call, uint64_t address, uint32_t expected)
{
    uint32_t word;
    return !held_read(call, address, &word, sizeof(word)) || word != expected;
}

#ifdef SYS_futex_waitv
static bool any_word_changed(const struct held_call *call)
{
    struct futex_waitv words[FUTEX_WAITV_MAX];
    size_t n = (size_t)call->args[1];
    if (!held_read(call, call->args[0], words, n * sizeof(words[0])))
        return true;
    for (size_t i = 0; i < n; i++)
        if ((words[i].flags & ~(uint32_t)FUTEX_PRIVATE_FLAG) != FUTEX_32 ||
            word_changed(call, words[i].uaddr, (uint32_t)words[i].val))
            return true;
    return false;
}
#endif

/* The operations are done in their order, all or none. */
static bool can_operate(const struct sembuf *operations, const struct semaphore *semaphores,
                        size_t n)
{
    enum { MOST = 32767 }; /* SEMVMX: more is refused */
    for (size_t i = 0; i < n; i++) {
        int value = semaphores[i].value;
        for (size_t j = 0; j < i; j++)
            if (operations[j].sem_num == operations[i].sem_num)
                value += operations[j].sem_op;
        bool waits = operations[i].sem_op == 0 ? value != 0 : value + operations[i].sem_op < 0;
        if (waits)
            return (operations[i].sem_flg & IPC_NOWAIT) != 0;
        if (value + operations[i].sem_op > MOST)
            return true;
    }
    return true;
}

static bool semaphores_ready(struct virtual_time *t, const struct held_call *call)
{
    enum { MOST = 500 }; /* SEMOPM, usually */
    struct sembuf operations[MOST];
    struct semaphore semaphores[MOST];
    int numbers[MOST];
    uint64_t n = call->args[2];
    if (n == 0 || n > MOST ||
        !held_read(call, call->args[1], operations, n * sizeof(operations[0])))
        return true;
    for (size_t i = 0; i < n; i++)
        numbers[i] = operations[i].sem_num;
    return semset_read(t->view, call->world_tgid, (int)call->args[0], numbers, n, semaphores) !=
               0 ||
           can_operate(operations, semaphores, n);
}

static bool signal_pending(const struct virtual_time *t, const struct held_call *call)
{
    const struct task task = {.pid = call->world_tgid, .tid = call->world_tid};
    struct signal_sets signals;
    uint64_t wanted;
    return !held_read(call, call->args[0], &wanted, sizeof(wanted)) ||
           task_signals(t->view, &task, &signals) != 0 || (signals.pending & wanted) != 0;
}

/* The mask that a call puts in place of its task's own while it waits; 0: it has none. */
static uint64_t mask_address(const struct held_call *call)
{
    uint64_t address = 0;
    switch (call->nr) {
    case SYS_pselect6: /* two in one: where the mask is, and its size */
        return held_read(call, call->args[5], &address, sizeof(address)) ? address : 0;
    case SYS_ppoll:
        return call->args[3];
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
        return call->args[4];
    default:
        return 0;
    }
}

/* Whether a signal is pending that only the call itself will let through. */
static bool signal_let_through(const struct virtual_time *t, const struct held_call *call)
{
    const struct task task = {.pid = call->world_tgid, .tid = call->world_tid};
    const uint64_t address = mask_address(call);
    struct signal_sets signals;
    uint64_t mask;
    return address != 0 && held_read(call, address, &mask, sizeof(mask)) &&
           task_signals(t->view, &task, &signals) == 0 && (signals.pending & ~mask) != 0;
}

short virtual_polled(struct virtual_time *t, const struct held_call *call, int fd, short events)
{
    struct pollfd one = {.fd = view_getfd(t->view, call->world_tgid, fd), .events = events};
    if (one.fd < 0)
        return -1;
    int result = poll(&one, 1, 0);
    close(one.fd);
    return result < 0 ? -1 : one.revents;
}

bool virtual_time_ready(struct virtual_time *t, const struct held_call *call)
{
    const uint64_t *a = call->args;
    if (signal_let_through(t, call))
        return true;
    switch (call->nr) {
#ifdef SYS_poll
    case SYS_poll:
    case SYS_select:
#endif
    case SYS_ppoll:
    case SYS_pselect6:
        return virtual_set_ready(t, call);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
    case SYS_mq_timedreceive:
        return virtual_polled(t, call, (int)a[0], POLLIN) != 0;
    case SYS_mq_timedsend:
        return virtual_polled(t, call, (int)a[0], POLLOUT) != 0;
    case SYS_futex:
        return word_changed(call, a[0], (uint32_t)a[2]);
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
        return any_word_changed(call);
#endif
    case SYS_semtimedop:
        return semaphores_ready(t, call);
    case SYS_rt_sigtimedwait:
        return signal_pending(t, call);
    default:
        return virtual_socket_ready(t, call);
    }
}
