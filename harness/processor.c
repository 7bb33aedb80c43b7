/* processor.c - claiming a processor, and the priorities on it. See processor.h. */
#include "processor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_AGAIN_MS = 20 };

/* Takes the name of a processor: an abstract address, unix(7), which one socket of the machine can
 * have, and which is free again as soon as the last process that has the socket is gone, however it
 * ended. The socket, or -1 with errno; EADDRINUSE: the name is taken. */
static int take_name(int number)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                          "brokenpipe-processor-%d", number);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    if (bind(fd, (struct sockaddr *)&address, size) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

/* Tries the processors that the caller may use from the highest down: most interrupts are handled
 * by the lowest. 0, or -1 with errno; EADDRINUSE: all are taken. */
static int take_any(struct processor *p)
{
    errno = ESRCH;
    for (p->number = CPU_SETSIZE - 1; p->number >= 0; p->number--) {
        if (!CPU_ISSET((size_t)p->number, &p->before))
            continue;
        p->claim = take_name(p->number);
        if (p->claim >= 0 || errno != EADDRINUSE)
            break;
    }
    return p->claim >= 0 ? 0 : -1;
}

/* Signals are let through while we sleep, and at no other time, so that none comes unnoticed. */
static int look_again_and_again(struct processor *p, const sigset_t *signals)
{
    const struct timespec pause = {.tv_nsec = LOOK_AGAIN_MS * 1000000L};
    while (take_any(p) != 0)
        if (errno != EADDRINUSE || ppoll(NULL, 0, &pause, signals) != 0)
            return -1;
    return 0;
}

/* There is no time limit: another exploration ends some day. A name cannot be waited for, so we
 * look again from time to time, until a signal that is handled ends the wait. */
static int wait_for_any(struct processor *p, struct error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int result = look_again_and_again(p, &before);
    if (result != 0)
        error_errno(err, "cannot claim a processor");
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}

/* The children of the harness, debuggers say, start with the usual policy instead of ours. */
static bool rise_to(int priority)
{
    const struct sched_param param = {.sched_priority = priority};
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) == 0;
}

static int move_to(pid_t pid, int number)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)number, &one);
    return sched_setaffinity(pid, sizeof(one), &one);
}

int processor_claim(struct processor *p, bool ordinary, void (*waits)(void *context), void *context,
                    struct error *err)
{
    *p = (struct processor){.claim = -1};
    p->before_policy = sched_getscheduler(0);
    if (p->before_policy < 0 || sched_getparam(0, &p->before_param) != 0 ||
        sched_getaffinity(0, sizeof(p->before), &p->before) != 0)
        return error_errno(err, "cannot ask for the own processors and priority");
    if (take_any(p) != 0) {
        if (errno == EADDRINUSE && waits != NULL)
            waits(context);
        if (wait_for_any(p, err) != 0)
            return -1;
    }
    if (move_to(0, p->number) != 0) {
        error_errno(err, "cannot move to processor %d", p->number);
        processor_release(p);
        return -1;
    }
    /* Who may have the watchdog's priority may have all. Others may have been granted a lower one
     * (RLIMIT_RTPRIO), but must not go without a watchdog. */
    p->real_time = !ordinary && rise_to(PRIORITY_WATCHDOG) && rise_to(PRIORITY_SCHEDULER);
    return 0;
}

/* What was possible before is possible again, with one exception: only the privileged may take
 * SCHED_RESET_ON_FORK back. Without a priority to reset it means nothing. */
void processor_release(struct processor *p)
{
    if (p->claim < 0)
        return;
    if (p->real_time && sched_setscheduler(0, p->before_policy, &p->before_param) != 0)
        sched_setscheduler(0, p->before_policy | SCHED_RESET_ON_FORK, &p->before_param);
    p->real_time = false;
    sched_setaffinity(0, sizeof(p->before), &p->before);
    close(p->claim);
    p->claim = -1;
}

void processor_spare(const struct processor *p, pid_t pid)
{
    enum { BEFORE_OTHERS = -20 };
    sched_setaffinity(pid, sizeof(p->before), &p->before);
    if (p->real_time)
        setpriority(PRIO_PROCESS, (id_t)pid, BEFORE_OTHERS);
}

int processor_take(const struct processor *p, pid_t tid, struct error *err)
{
    const struct sched_param param = {.sched_priority = PRIORITY_PROGRAM};
    if (move_to(tid, p->number) != 0)
        return errno == ESRCH ? 0
                              : error_errno(err, "cannot move process %d to processor %d", (int)tid,
                                            p->number);
    if (p->real_time && sched_setscheduler(tid, SCHED_FIFO, &param) != 0 && errno != ESRCH)
        return error_errno(err, "cannot give process %d a real-time priority", (int)tid);
    return 0;
}

/* SCHED_BATCH rather than SCHED_IDLE: from there an ordinary user who may use real-time priorities
 * (RLIMIT_RTPRIO) can give it back. ESRCH: it has ended. */
void processor_demote(const struct processor *p, pid_t tid)
{
    const struct sched_param none = {0};
    if (p->real_time)
        sched_setscheduler(tid, SCHED_BATCH, &none);
}

void processor_promote(const struct processor *p, pid_t tid)
{
    const struct sched_param param = {.sched_priority = PRIORITY_PROGRAM};
    if (p->real_time)
        sched_setscheduler(tid, SCHED_FIFO, &param);
}
