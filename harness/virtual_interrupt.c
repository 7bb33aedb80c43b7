/* virtual_interrupt.c - a signal that arrives while a call waits. See virtual_time.h.
 *
 * The answers are those of the kernel's own calls: of some it makes EINTR if a handler has run, and
 * begins the call anew if none has (see "Interruption of system calls" in signal(7)). */
#include "virtual_parts.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's internal numbers; a program never sees them. */
enum {
    ERESTARTSYS = 512,   /* EINTR after a handler without SA_RESTART, else begin anew */
    ERESTARTNOHAND = 514 /* EINTR after any handler, else begin anew */
};

static bool write_left(const struct held_call *call, uint64_t address, int64_t left_ns)
{
    const struct timespec left = timespec_of_ns(left_ns);
    return address == 0 || held_write(call, address, &left, sizeof(left));
}

static long interrupt_sleep(const struct held_call *call, uint64_t address, int64_t left_ns)
{
    return write_left(call, address, left_ns) ? -ERESTARTNOHAND : -EFAULT;
}

long virtual_time_interrupt(struct virtual_time *t, const struct held_call *call,
                            const struct timed *timed)
{
    const uint64_t *a = call->args;
    const int64_t left_ns = timed->deadline_ns > t->now_ns ? timed->deadline_ns - t->now_ns : 0;
    const struct timeval left = timeval_of_ns(left_ns);
    switch (call->nr) {
    case SYS_nanosleep:
        return interrupt_sleep(call, a[1], left_ns);
    case SYS_clock_nanosleep:
        return interrupt_sleep(call, ((int)a[1] & TIMER_ABSTIME) != 0 ? 0 : a[3], left_ns);
#ifdef SYS_select
    case SYS_select:
        held_write(call, a[4], &left, sizeof(left));
        return -ERESTARTNOHAND;
    case SYS_poll:
#endif
    case SYS_futex:
        return -ERESTARTNOHAND;
    case SYS_pselect6:
        write_left(call, a[4], left_ns);
        return -ERESTARTNOHAND;
    case SYS_ppoll:
        write_left(call, a[2], left_ns);
        return -ERESTARTNOHAND;
#ifdef SYS_futex_waitv
    case SYS_futex_waitv:
#endif
    case SYS_mq_timedsend:
    case SYS_mq_timedreceive:
        return -ERESTARTSYS;
    default:
        return -EINTR;
    }
}
