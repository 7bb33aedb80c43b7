/* check_virtual_timers.c - tests of alarms, interval timers, POSIX timers and timerfds in a
 * controlled run. */
#include "held.h"

#include <pthread.h>
#include <sched.h>
#include <sys/timerfd.h>

static bool is_pending(pid_t pid, int signal)
{
    char path[64], line[256];
    unsigned long pending = 0, mask;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "r");
    ck_assert_ptr_nonnull(status);
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "SigPnd: %lx", &mask) == 1 || sscanf(line, "ShdPnd: %lx", &mask) == 1)
            pending |= mask;
    fclose(status);
    return (pending >> (signal - 1) & 1) != 0;
}

/* All of the signals of these tests are blocked. */
static void take_signal(void)
{
    sigset_t all;
    sigfillset(&all);
    sigwaitinfo(&all, &shared->info);
}

static int64_t next_ns;

static void expect_next(pid_t pid, int64_t ns)
{
    ck_assert_int_eq(virtual_time_next(&vt, &next_ns), pid);
    ck_assert_int_eq(next_ns, ns);
}

static void expect_no_timer(void)
{
    expect_next(0, NEVER);
}

static struct itimerspec every(int64_t value, int64_t interval)
{
    return (struct itimerspec){.it_value = timespec_of(value),
                               .it_interval = timespec_of(interval)};
}

static struct itimerval every_us(int64_t value, int64_t interval)
{
    const struct timespec v = timespec_of(value), i = timespec_of(interval);
    return (struct itimerval){.it_value = {v.tv_sec, v.tv_nsec / 1000},
                              .it_interval = {i.tv_sec, i.tv_nsec / 1000}};
}

START_TEST(alarm_tells_what_was_left_and_sends_its_signal)
{
    child_begins(&child);
    expect_no_timer();
    LOOK(alarm, 10);
    EXPECT_ANSWER(0);
    expect_next(child.pid, 10 * SECOND);
    virtual_time_pass(&vt, 2600 * MS);
    LOOK(alarm, 3);
    EXPECT_ANSWER(7); /* 7.4 s */
    virtual_time_pass(&vt, 2900 * MS);
    LOOK(alarm, 0);
    EXPECT_ANSWER(3); /* 2.7 s */
    expect_no_timer();
    LOOK(alarm, 1);
    EXPECT_ANSWER(0);
    virtual_time_pass(&vt, 3899 * MS);
    LOOK(alarm, 1);
    EXPECT_ANSWER(1); /* almost nothing */
    ck_assert(!is_pending(child.pid, SIGALRM));
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    ck_assert_int_eq(vt.now_ns, 4899 * MS);
    ck_assert(is_pending(child.pid, SIGALRM));
    expect_no_timer();
    ck_assert_int_eq(virtual_time_expire_timer(&vt), -1);
    do_in_child(take_signal);
    ck_assert_int_eq(shared->info.si_signo, SIGALRM);
}
END_TEST

START_TEST(interval_timer_expires_again_when_its_signal_is_taken)
{
    child_begins(&child);
    shared->a.ival = every_us(SECOND, 100 * MS);
    LOOK(setitimer, ITIMER_REAL, AT(&shared->a.ival), AT(&shared->b.ival));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(us_of(shared->b.ival.it_value), 0);
    LOOK(getitimer, ITIMER_REAL, AT(&shared->b.ival));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(us_of(shared->b.ival.it_value), SECOND);
    ck_assert_int_eq(us_of(shared->b.ival.it_interval), 100 * MS);

    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    ck_assert(is_pending(child.pid, SIGALRM));
    expect_no_timer();
    do_in_child(take_signal);
    expect_next(child.pid, 1100 * MS);
    virtual_time_pass(&vt, 1050 * MS);
    virtual_time_exec(&vt, child.pid); /* stays */
    LOOK(alarm, 0);
    EXPECT_ANSWER(1);
    expect_no_timer();
    LOOK(getitimer, ITIMER_REAL, AT(&shared->b.ival));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(us_of(shared->b.ival.it_value), 0);
    ck_assert_int_eq(us_of(shared->b.ival.it_interval), 0);
}
END_TEST

START_TEST(interval_timer_of_cpu_time_or_of_nonsense_is_left_to_the_kernel)
{
    child_begins(&child);
    shared->a.ival = every_us(SECOND, 0);
    LOOK(setitimer, ITIMER_VIRTUAL, AT(&shared->a.ival), 0);
    EXPECT_NOT();
    LOOK(getitimer, ITIMER_PROF, AT(&shared->a.ival));
    EXPECT_NOT();
    shared->a.ival.it_value.tv_usec = 1000000;
    LOOK(setitimer, ITIMER_REAL, AT(&shared->a.ival), 0);
    EXPECT_NOT();
    LOOK(setitimer, ITIMER_REAL, AT(untouchable), 0);
    EXPECT_NOT();
    expect_no_timer();
    shared->a.ival = every_us(SECOND, 0);
    LOOK(setitimer, ITIMER_REAL, AT(&shared->a.ival), AT(constant));
    EXPECT_ANSWER(-EFAULT); /* it is armed all the same */
    expect_next(child.pid, SECOND);
    virtual_time_exit(&vt, child.pid);
    expect_no_timer();
}
END_TEST

static void make_timer(void)
{
    if (timer_create(shared->clock, &shared->event, &shared->timer) != 0)
        _exit(1);
    shared->id = (int)(intptr_t)shared->timer; /* as in the kernel, but for SIGEV_THREAD */
}

static uint64_t child_makes_timer(clockid_t clock, int notify, int signal, int value)
{
    memset(&shared->event, 0, sizeof shared->event);
    shared->clock = clock;
    shared->event.sigev_notify = notify;
    shared->event.sigev_signo = signal;
    shared->event.sigev_value.sival_int = value;
    do_in_child(make_timer);
    return (uint64_t)shared->id;
}

START_TEST(posix_timers_send_their_own_signals)
{
    child_begins(&child);
    uint64_t one = child_makes_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 11);
    uint64_t two = child_makes_timer(CLOCK_REALTIME, SIGEV_SIGNAL, SIGRTMIN, 22);
    ck_assert_uint_ne(one, two);
    shared->a.ispec = every(3 * SECOND, 0);
    LOOK(timer_settime, one, 0, AT(&shared->a.ispec), AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 0);
    shared->a.ispec = every(REALTIME + 2 * SECOND, 0);
    LOOK(timer_settime, two, TIMER_ABSTIME, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);

    expect_next(child.pid, 2 * SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    do_in_child(take_signal);
    ck_assert_int_eq(shared->info.si_signo, SIGRTMIN);
    ck_assert_int_eq(shared->info.si_code, SI_TIMER);
    ck_assert_int_eq(shared->info.si_value.sival_int, 22);
    LOOK(timer_gettime, one, AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), SECOND);
    expect_next(child.pid, 3 * SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    do_in_child(take_signal);
    ck_assert_int_eq(shared->info.si_signo, SIGUSR1);
    ck_assert_int_eq(shared->info.si_value.sival_int, 11);
    ck_assert_int_eq(shared->info.si_timerid, (int)one);
    expect_no_timer();
    LOOK(timer_gettime, one, AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 0);
}
END_TEST

START_TEST(periods_that_go_by_while_the_signal_is_pending_are_overruns)
{
    child_begins(&child);
    uint64_t id = child_makes_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
    shared->a.ispec = every(SECOND, SECOND);
    LOOK(timer_settime, id, 0, AT(&shared->a.ispec), 0);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_no_timer();
    LOOK(timer_getoverrun, id);
    EXPECT_ANSWER(0);
    virtual_time_pass(&vt, 4500 * MS);
    LOOK(timer_getoverrun, id);
    EXPECT_ANSWER(3);
    do_in_child(take_signal);
    expect_next(child.pid, 5 * SECOND);
    virtual_time_pass(&vt, 7500 * MS); /* nobody looked meanwhile */
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    do_in_child(take_signal);
    ck_assert_int_eq(shared->info.si_overrun, 2);
    LOOK(timer_getoverrun, id);
    EXPECT_ANSWER(2);
    expect_next(child.pid, 8 * SECOND);
}
END_TEST

START_TEST(posix_timer_without_a_signal_only_shows_the_time)
{
    child_begins(&child);
    uint64_t id = child_makes_timer(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
    shared->a.ispec = every(SECOND, SECOND);
    LOOK(timer_settime, id, 0, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);
    expect_no_timer();
    virtual_time_pass(&vt, 2300 * MS);
    LOOK(timer_gettime, id, AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 700 * MS);
}
END_TEST

START_TEST(posix_timers_end_with_delete_exec_and_exit)
{
    child_begins(&child);
    uint64_t id[3];
    shared->a.ispec = every(SECOND, 0);
    for (int i = 0; i < 3; i++) {
        id[i] = child_makes_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, i);
        shared->a.ispec = every((i + 1) * SECOND, 0);
        LOOK(timer_settime, id[i], 0, AT(&shared->a.ispec), 0);
        EXPECT_ANSWER(0);
    }
    LOOK(timer_delete, id[0]);
    EXPECT_NOT();
    expect_next(child.pid, 2 * SECOND);
    virtual_time_exec(&vt, child.pid);
    expect_no_timer();
    LOOK(timer_settime, id[2], 0, AT(&shared->a.ispec), 0);
    expect_next(child.pid, 3 * SECOND);
    virtual_time_exit(&vt, child.pid);
    expect_no_timer();
}
END_TEST

START_TEST(posix_timers_that_are_not_ours_are_left_to_the_kernel)
{
    child_begins(&child);
    uint64_t cpu = child_makes_timer(CLOCK_PROCESS_CPUTIME_ID, SIGEV_SIGNAL, SIGUSR1, 0),
             own = child_makes_timer(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
    shared->a.ispec = every(SECOND, 0);
    LOOK(timer_settime, cpu, 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    LOOK(timer_settime, 4711, 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    LOOK(timer_gettime, own, AT(&shared->a.ispec));
    EXPECT_NOT();
    LOOK(timer_getoverrun, 4711);
    EXPECT_NOT();
    shared->a.ispec.it_interval.tv_nsec = -1;
    LOOK(timer_settime, own, 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    /* A fork has none of its parent's. */
    child_begins(&second);
    shared->a.ispec = every(SECOND, 0);
    look(CALL_OF(second, timer_settime, own, 0, AT(&shared->a.ispec)));
    EXPECT_NOT();
    expect_no_timer();
}
END_TEST

static void *thread_takes_signal(void *unused)
{
    __atomic_store_n(&shared->thread, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
    take_signal();
    return unused;
}

static pthread_t thread;

static void begin_thread(void)
{
    if (pthread_create(&thread, NULL, thread_takes_signal, NULL) != 0)
        _exit(1);
    while (__atomic_load_n(&shared->thread, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
}

static void make_timer_of_thread(void)
{
    memset(&shared->event, 0, sizeof shared->event);
    shared->event.sigev_notify = SIGEV_THREAD_ID;
    shared->event.sigev_signo = SIGUSR1;
    shared->event.sigev_value.sival_int = 33;
    shared->event._sigev_un._tid = shared->thread;
    shared->clock = CLOCK_BOOTTIME;
    make_timer();
}

static void end_thread(void)
{
    pthread_join(thread, NULL);
}

START_TEST(thread_gets_its_timers_signal)
{
    child_begins(&child);
    do_in_child(begin_thread);
    do_in_child(make_timer_of_thread);
    shared->a.ispec = every(SECOND, 0);
    LOOK(timer_settime, (uint64_t)shared->id, 0, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    do_in_child(end_thread);
    ck_assert_int_eq(shared->info.si_signo, SIGUSR1);
    ck_assert_int_eq(shared->info.si_value.sival_int, 33);
    /* Now that it has ended, nobody gets it. */
    LOOK(timer_settime, (uint64_t)shared->id, 0, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    ck_assert(!is_pending(child.pid, SIGUSR1));
}
END_TEST

/* -- Timers with a descriptor. -- */

static int make_timerfd(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static void expect_unread(int fd, uint64_t expiries)
{
    uint64_t count = 0;
    ck_assert_int_eq(read(fd, &count, sizeof count), sizeof count);
    ck_assert_uint_eq(count, expiries);
    ck_assert_int_eq(read(fd, &count, sizeof count), -1);
    ck_assert_int_eq(errno, EAGAIN);
}

static void expect_nothing_unread(int fd)
{
    uint64_t count;
    ck_assert_int_eq(read(fd, &count, sizeof count), -1);
    ck_assert_int_eq(errno, EAGAIN);
}

static void expect_not_armed(int fd)
{
    struct itimerspec left;
    ck_assert_int_eq(timerfd_gettime(fd, &left), 0);
    ck_assert_int_eq(ns_of(left.it_value), 0);
}

START_TEST(timerfd_expires_when_time_has_come)
{
    int fd = make_timerfd();
    const uint64_t number = (uint64_t)fd;
    child_begins(&child);
    shared->a.ispec = every(MONOTONIC + 5 * SECOND, 0);
    LOOK(timerfd_settime, number, TFD_TIMER_ABSTIME, AT(&shared->a.ispec), AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 0);
    expect_not_armed(fd);
    virtual_time_pass(&vt, 2 * SECOND);
    LOOK(timerfd_gettime, number, AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 3 * SECOND);
    expect_nothing_unread(fd);
    expect_next(child.pid, 5 * SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_unread(fd, 1);
    expect_no_timer();
    expect_not_armed(fd);
}
END_TEST

START_TEST(timerfd_counts_the_periods_that_nobody_reads)
{
    int fd = make_timerfd();
    child_begins(&child);
    shared->a.ispec = every(SECOND, 500 * MS);
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_no_timer();
    virtual_time_pass(&vt, 2600 * MS);
    expect_unread(fd, 4);
    expect_next(child.pid, 3 * SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    /* Setting it anew forgets what is unread. */
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), AT(&shared->b.ispec));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), 500 * MS);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_interval), 500 * MS);
    expect_nothing_unread(fd);
    shared->a.ispec = every(0, 500 * MS);
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), 0);
    expect_no_timer();
}
END_TEST

START_TEST(timerfd_is_one_under_all_its_descriptors)
{
    int fd = make_timerfd(), twin = dup(fd), other = make_timerfd();
    child_begins(&child);
    child_begins(&second);
    shared->a.ispec = every(SECOND, 0);
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), 0);
    shared->a.ispec = every(3 * SECOND, 0);
    look(CALL_OF(second, timerfd_settime, (uint64_t)twin, 0, AT(&shared->a.ispec),
                 AT(&shared->b.ispec)));
    EXPECT_ANSWER(0);
    ck_assert_int_eq(ns_of(shared->b.ispec.it_value), SECOND);
    LOOK(timerfd_gettime, (uint64_t)other, AT(&shared->b.ispec));
    EXPECT_NOT();
    expect_next(second.pid, 3 * SECOND);
    ck_assert_uint_eq(vt.n_timers, 1);
}
END_TEST

START_TEST(timerfd_belongs_to_whoever_has_it_open)
{
    int fd = make_timerfd();
    child_begins(&child);
    child_begins(&second);
    shared->a.ispec = every(SECOND, SECOND);
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), 0);
    EXPECT_ANSWER(0);
    expect_next(child.pid, SECOND);
    const pid_t first = child.pid;
    child_ends(&child);
    virtual_time_exit(&vt, first);
    expect_next(second.pid, SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_unread(fd, 1);
    child_ends(&second);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), -1); /* nobody has it any more */
    expect_no_timer();
}
END_TEST

START_TEST(timerfd_call_that_the_kernel_refuses_is_left_to_it)
{
    int fd = make_timerfd(), ends[2], cpu_suspended = timerfd_create(CLOCK_BOOTTIME_ALARM, 0);
    make_pipe(ends);
    child_begins(&child);
    shared->a.ispec = every(SECOND, 0);
    LOOK(timerfd_settime, (uint64_t)ends[0], 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    LOOK(timerfd_settime, 1000, 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    LOOK(timerfd_settime, (uint64_t)fd, 64, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(untouchable), 0);
    EXPECT_NOT();
    LOOK(timerfd_gettime, (uint64_t)fd, AT(&shared->a.ispec));
    EXPECT_NOT();
    if (cpu_suspended >= 0) { /* root's alone */
        LOOK(timerfd_settime, (uint64_t)cpu_suspended, 0, AT(&shared->a.ispec), 0);
        EXPECT_NOT();
    }
    shared->a.ispec.it_value.tv_nsec = SECOND;
    LOOK(timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec), 0);
    EXPECT_NOT();
    expect_no_timer();
}
END_TEST

START_TEST(timers_of_the_same_time_expire_in_their_order)
{
    int fd = make_timerfd();
    child_begins(&child);
    child_begins(&second);
    LOOK(alarm, 1);
    look(CALL_OF(second, alarm, 1));
    shared->a.ispec = every(SECOND, 0);
    look(CALL_OF(second, timerfd_settime, (uint64_t)fd, 0, AT(&shared->a.ispec)));
    expect_next(child.pid, SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_next(second.pid, SECOND);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    ck_assert(is_pending(second.pid, SIGALRM));
    expect_nothing_unread(fd);
    ck_assert_int_eq(virtual_time_expire_timer(&vt), 0);
    expect_unread(fd, 1);
}
END_TEST

int main(void)
{
    return SUITE("virtual_timers", alarm_tells_what_was_left_and_sends_its_signal,
                 interval_timer_expires_again_when_its_signal_is_taken,
                 interval_timer_of_cpu_time_or_of_nonsense_is_left_to_the_kernel,
                 posix_timers_send_their_own_signals,
                 periods_that_go_by_while_the_signal_is_pending_are_overruns,
                 posix_timer_without_a_signal_only_shows_the_time,
                 posix_timers_end_with_delete_exec_and_exit,
                 posix_timers_that_are_not_ours_are_left_to_the_kernel,
                 thread_gets_its_timers_signal, timerfd_expires_when_time_has_come,
                 timerfd_counts_the_periods_that_nobody_reads,
                 timerfd_is_one_under_all_its_descriptors, timerfd_belongs_to_whoever_has_it_open,
                 timerfd_call_that_the_kernel_refuses_is_left_to_it,
                 timers_of_the_same_time_expire_in_their_order);
}
