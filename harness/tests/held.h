/* held.h - what tests of virtual time share: a task that is held, and calls that it would make.
 *
 * A child of the test stands for the task: it rests while its calls are looked at. It has the
 * test's descriptors, and the memory that both share at the same address, so that what is written
 * there is seen. What it must do itself (make a timer, take a signal) do_in_child() tells it. */
#ifndef BROKENPIPE_TESTS_HELD_H
#define BROKENPIPE_TESTS_HELD_H

#include "suite.h"
#include "virtual_time.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t SECOND = 1000000000, MS = 1000000, READING = 50000, NEVER = INT64_MAX;
/* What the clocks show at the start. */
static const int64_t REALTIME = 1700000000123456789, MONOTONIC = 5000000000777;

static struct view view;
static struct virtual_time vt;
static struct timed timed; /* what the last call looked at has to do with time */

/* What the child and the test share: arguments of calls, and what jobs need. */
struct shared {
    union {
        struct timespec spec;
        struct timeval val;
        struct itimerspec ispec;
        struct itimerval ival;
        struct pollfd polled[4];
        fd_set set;
        struct sembuf operations[4];
        char bytes[64];
        time_t seconds;
        sigset_t signals;
        uint32_t word;
        struct futex_waitv words[2];
        struct iovec part;
    } a, b, c;
    timer_t timer;
    int id;
    siginfo_t info;
    struct sigevent event;
    clockid_t clock;
    pid_t thread;
    void (*job)(void);
};

static struct shared *shared;
static char *untouchable, *constant; /* a page without any access, and a read-only one */

static struct child {
    pid_t pid;
    int orders, answers;
} child, second;

static inline _Noreturn void obey(int orders, int answers)
{
    char order;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (read(orders, &order, 1) == 1) {
        shared->job();
        if (write(answers, &order, 1) != 1)
            break;
    }
    _exit(0);
}

static inline void child_begins(struct child *c)
{
    int orders[2], answers[2];
    ck_assert_int_eq(pipe2(orders, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(answers, O_CLOEXEC), 0);
    c->pid = fork();
    ck_assert_int_ge(c->pid, 0);
    if (c->pid == 0) {
        close(orders[1]);
        close(answers[0]);
        obey(orders[0], answers[1]);
    }
    close(orders[0]);
    close(answers[1]);
    c->orders = orders[1];
    c->answers = answers[0];
}

static inline void child_ends(struct child *c)
{
    if (c->pid <= 0)
        return;
    ck_assert_int_eq(kill(c->pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(c->pid, NULL, 0), c->pid);
    close(c->orders);
    close(c->answers);
    c->pid = 0;
}

static inline void do_in(const struct child *c, void (*job)(void))
{
    char order = 'x';
    shared->job = job;
    ck_assert_int_eq(write(c->orders, &order, 1), 1);
    ck_assert_int_eq(read(c->answers, &order, 1), 1);
}

static inline void do_in_child(void (*job)(void))
{
    do_in(&child, job);
}

static inline void *page(size_t size, int protection)
{
    void *memory = mmap(NULL, size, protection, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

static inline void test_begin(void)
{
    /* The signals of timers are to stay pending, in the child as well. */
    sigset_t timers;
    sigemptyset(&timers);
    sigaddset(&timers, SIGALRM);
    sigaddset(&timers, SIGUSR1);
    sigaddset(&timers, SIGUSR2);
    sigaddset(&timers, SIGRTMIN);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &timers, NULL), 0);
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(view_open_machine(&view), 0);
    virtual_time_init(&vt, &view, REALTIME, MONOTONIC);
    shared = page(sizeof *shared, PROT_READ | PROT_WRITE);
    untouchable = page(4096, PROT_NONE);
    constant = page(4096, PROT_READ);
}

static inline void test_end(void)
{
    child_ends(&child);
    child_ends(&second);
    virtual_time_close(&vt);
    view_close(&view);
}

#define AT(pointer) ((uint64_t)(uintptr_t)(pointer))
#define CALL_OF(who, number, ...)                                                                  \
    ((const struct held_call){.tid = (who).pid,                                                    \
                              .tgid = (who).pid,                                                   \
                              .world_tid = (who).pid,                                              \
                              .world_tgid = (who).pid,                                             \
                              .nr = SYS_##number,                                                  \
                              .args = {__VA_ARGS__}})
#define CALL(number, ...) CALL_OF(child, number, __VA_ARGS__)
#define LOOK(number, ...) look(CALL(number, __VA_ARGS__))

static inline void look(struct held_call call)
{
    memset(&timed, 0x5a, sizeof timed);
    virtual_time_look(&vt, &call, &timed);
}

#define READY(number, ...) is_ready(CALL(number, __VA_ARGS__))
static inline bool is_ready(struct held_call call)
{
    return virtual_time_ready(&vt, &call);
}

static inline void expire(struct held_call call)
{
    virtual_time_expire_call(&vt, &call);
}
#define EXPIRE(number, ...) expire(CALL(number, __VA_ARGS__))

#define EXPECT_NOT() ck_assert_int_eq(timed.kind, TIMED_NOT)
#define EXPECT_ANSWER(value)                                                                       \
    do {                                                                                           \
        ck_assert_int_eq(timed.kind, TIMED_ANSWER);                                                \
        ck_assert_int_eq(timed.answer, (value));                                                   \
    } while (0)
#define EXPECT_UNTIL(what, deadline, value)                                                        \
    do {                                                                                           \
        ck_assert_int_eq(timed.kind, (what));                                                      \
        ck_assert_int_eq(timed.deadline_ns, (deadline));                                           \
        ck_assert_int_eq(timed.answer, (value));                                                   \
    } while (0)

static inline struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND};
}

static inline int64_t ns_of(struct timespec time)
{
    return time.tv_sec * SECOND + time.tv_nsec;
}

static inline int64_t us_of(struct timeval time)
{
    return time.tv_sec * SECOND + time.tv_usec * 1000;
}

static inline void write_byte(int fd)
{
    ck_assert_int_eq(write(fd, "x", 1), 1);
}

static inline void make_pipe(int ends[2])
{
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
}

/* main() of a test program: SUITE("virtual_time", one_test, another_test). */
#define SUITE(name, ...)                                                                           \
    suite_run(name, test_begin, test_end, 10, (const TTest *const[]){__VA_ARGS__, NULL})

#endif
