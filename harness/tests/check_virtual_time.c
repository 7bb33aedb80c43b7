/* check_virtual_time.c - tests of sleeps, clocks and time limits in a controlled run. */
#include "held.h"

#include <mqueue.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

/* -- Sleeps and clocks. -- */

START_TEST(relative_sleep_ends_after_its_time)
{
    child_begins(&child);
    virtual_time_pass(&vt, 7 * SECOND);
    shared->a.spec = timespec_of(1500 * MS);
    LOOK(nanosleep, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 8500 * MS, 0);
    LOOK(clock_nanosleep, CLOCK_REALTIME, 0, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 8500 * MS, 0);
    LOOK(clock_nanosleep, CLOCK_BOOTTIME, 0, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 8500 * MS, 0);

    shared->a.spec = (struct timespec){0};
    LOOK(nanosleep, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 7 * SECOND, 0);
    shared->a.spec.tv_sec = LONG_MAX;
    LOOK(nanosleep, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, NEVER, 0);
}
END_TEST

START_TEST(absolute_sleep_ends_at_its_time)
{
    child_begins(&child);
    virtual_time_pass(&vt, 7 * SECOND);
    shared->a.spec = timespec_of(MONOTONIC + 9 * SECOND);
    LOOK(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 9 * SECOND, 0);
    shared->a.spec = timespec_of(REALTIME + 9 * SECOND);
    LOOK(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, 9 * SECOND, 0);
    shared->a.spec = timespec_of(REALTIME - SECOND); /* long past */
    LOOK(clock_nanosleep, CLOCK_TAI, TIMER_ABSTIME, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, -SECOND, 0);
    shared->a.spec.tv_sec = LONG_MAX;
    LOOK(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, AT(&shared->a.spec), 0);
    EXPECT_UNTIL(TIMED_SLEEP, NEVER, 0);
}
END_TEST

START_TEST(what_the_kernel_refuses_is_left_to_it)
{
    child_begins(&child);
    shared->a.spec = timespec_of(SECOND);
    LOOK(clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, AT(&shared->a.spec), 0);
    EXPECT_NOT();
    LOOK(clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, AT(&shared->a.spec), 0);
    EXPECT_NOT();
    LOOK(nanosleep, AT(untouchable), 0);
    EXPECT_NOT();
    shared->a.spec = (struct timespec){.tv_nsec = SECOND};
    LOOK(nanosleep, AT(&shared->a.spec), 0);
    EXPECT_NOT();
    shared->a.spec = (struct timespec){.tv_sec = -1};
    LOOK(nanosleep, AT(&shared->a.spec), 0);
    EXPECT_NOT();
}
END_TEST

START_TEST(clocks_show_the_time_of_the_run)
{
    static const struct {
        clockid_t clock;
        int64_t start;
    } clocks[] = {{CLOCK_REALTIME, REALTIME},         {CLOCK_MONOTONIC, MONOTONIC},
                  {CLOCK_BOOTTIME, MONOTONIC},        {CLOCK_TAI, REALTIME},
                  {CLOCK_REALTIME_COARSE, REALTIME},  {CLOCK_MONOTONIC_RAW, MONOTONIC},
                  {CLOCK_MONOTONIC_COARSE, MONOTONIC}};
    child_begins(&child);
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        LOOK(clock_gettime, (uint64_t)clocks[i].clock, AT(&shared->a.spec));
        EXPECT_ANSWER(0);
        ck_assert_int_eq(ns_of(shared->a.spec), clocks[i].start + vt.now_ns);
        ck_assert_int_eq(vt.now_ns, (int64_t)(i + 1) * READING);
    }
    LOOK(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, AT(&shared->a.spec));
    EXPECT_NOT();
    LOOK(clock_gettime, CLOCK_REALTIME, AT(constant));
    EXPECT_ANSWER(-EFAULT);
}
END_TEST

START_TEST(old_calls_show_the_same_time)
{
    child_begins(&child);
    virtual_time_pass(&vt, 3 * SECOND);
    LOOK(gettimeofday, AT(&shared->a.val), 0);
    EXPECT_ANSWER(0);
    ck_assert_int_eq(us_of(shared->a.val), (REALTIME + vt.now_ns) / 1000 * 1000);
    LOOK(gettimeofday, 0, AT(&shared->b));
    EXPECT_ANSWER(0);
    LOOK(gettimeofday, AT(untouchable), 0);
    EXPECT_ANSWER(-EFAULT);
    LOOK(time, AT(&shared->a.seconds));
    EXPECT_ANSWER(REALTIME / SECOND + 3);
    ck_assert_int_eq(shared->a.seconds, REALTIME / SECOND + 3);
    LOOK(time, 0);
    EXPECT_ANSWER(REALTIME / SECOND + 3);
    LOOK(time, AT(untouchable));
    EXPECT_ANSWER(-EFAULT);
}
END_TEST

START_TEST(time_never_goes_back)
{
    virtual_time_pass(&vt, 5);
    virtual_time_pass(&vt, 3);
    ck_assert_int_eq(vt.now_ns, 5);
}
END_TEST

/* -- Sets of descriptors. -- */

START_TEST(poll_is_ready_when_something_is_there)
{
    int ends[2], there;
    make_pipe(ends);
    child_begins(&child);
    struct pollfd *p = shared->a.polled;
    p[0] = (struct pollfd){.fd = -1, .events = POLLIN, .revents = 99};
    p[1] = (struct pollfd){.fd = ends[0], .events = POLLIN, .revents = 99};
    LOOK(poll, AT(p), 2, 250);
    EXPECT_UNTIL(TIMED_LIMIT, 250 * MS, 0);
    ck_assert(!READY(poll, AT(p), 2, 250));
    write_byte(ends[1]);
    ck_assert(READY(poll, AT(p), 2, 250));
    ck_assert_int_eq(ioctl(ends[0], FIONREAD, &there), 0);
    ck_assert_int_eq(there, 1);
    p[1].events = POLLPRI; /* not what is there */
    ck_assert(!READY(poll, AT(p), 2, 250));
    ck_assert_int_eq(p[1].revents, 99);
    EXPIRE(poll, AT(p), 2, 250);
    ck_assert_int_eq(p[0].revents, 0);
    ck_assert_int_eq(p[1].revents, 0);
    ck_assert_int_eq(p[1].fd, ends[0]);
    ck_assert_int_eq(p[1].events, POLLPRI);
}
END_TEST

START_TEST(poll_is_ready_for_what_it_does_not_ask_for)
{
    int pair[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    child_begins(&child);
    struct pollfd *p = shared->a.polled;
    p[0] = (struct pollfd){.fd = pair[0]};
    ck_assert(!READY(poll, AT(p), 1, 250));
    ck_assert_int_eq(shutdown(pair[1], SHUT_RDWR), 0);
    ck_assert(READY(poll, AT(p), 1, 250)); /* a hangup */
    p[0] = (struct pollfd){.fd = 1000, .events = POLLIN};
    ck_assert(READY(poll, AT(p), 1, 250)); /* POLLNVAL */
    ck_assert(READY(poll, AT(untouchable), 1, 250));
}
END_TEST

START_TEST(poll_without_time_limit_is_not_held)
{
    child_begins(&child);
    LOOK(poll, AT(shared->a.polled), 0, 0);
    EXPECT_NOT();
    LOOK(poll, AT(shared->a.polled), 0, (uint64_t)-1);
    EXPECT_NOT();
    LOOK(ppoll, AT(shared->a.polled), 0, 0);
    EXPECT_NOT();
    shared->b.spec = (struct timespec){0};
    LOOK(ppoll, AT(shared->a.polled), 0, AT(&shared->b.spec));
    EXPECT_NOT();
    shared->b.spec = (struct timespec){.tv_nsec = -1};
    LOOK(ppoll, AT(shared->a.polled), 0, AT(&shared->b.spec));
    EXPECT_NOT();
}
END_TEST

START_TEST(ppoll_has_no_time_left_when_it_expires)
{
    int ends[2];
    make_pipe(ends);
    child_begins(&child);
    shared->a.polled[0] = (struct pollfd){.fd = ends[0], .events = POLLIN, .revents = 99};
    shared->b.spec = timespec_of(3 * SECOND);
    LOOK(ppoll, AT(shared->a.polled), 1, AT(&shared->b.spec));
    EXPECT_UNTIL(TIMED_LIMIT, 3 * SECOND, 0);
    ck_assert(!READY(ppoll, AT(shared->a.polled), 1, AT(&shared->b.spec)));
    EXPIRE(ppoll, AT(shared->a.polled), 1, AT(&shared->b.spec));
    ck_assert_int_eq(shared->a.polled[0].revents, 0);
    ck_assert_int_eq(ns_of(shared->b.spec), 0);
}
END_TEST

START_TEST(select_is_ready_when_something_is_there)
{
    int ends[2];
    make_pipe(ends);
    child_begins(&child);
    const uint64_t end = (uint64_t)ends[1] + 1;
    shared->c.val = (struct timeval){.tv_sec = 1, .tv_usec = 2500000};
    FD_ZERO(&shared->a.set);
    FD_SET(ends[0], &shared->a.set);
    LOOK(select, end, AT(&shared->a.set), 0, 0, AT(&shared->c.val));
    EXPECT_UNTIL(TIMED_LIMIT, 3500 * MS, 0);
    ck_assert(!READY(select, end, AT(&shared->a.set), 0, 0, AT(&shared->c.val)));
    write_byte(ends[1]);
    ck_assert(READY(select, end, AT(&shared->a.set), 0, 0, AT(&shared->c.val)));
    ck_assert(!READY(select, end, 0, AT(&shared->a.set), 0, AT(&shared->c.val)));
    ck_assert(!READY(select, end, 0, 0, AT(&shared->a.set), AT(&shared->c.val)));
    ck_assert(!READY(select, (uint64_t)ends[0], AT(&shared->a.set), 0, 0, AT(&shared->c.val)));
    FD_ZERO(&shared->b.set);
    FD_SET(ends[1], &shared->b.set);
    ck_assert(READY(select, end, 0, AT(&shared->b.set), 0, AT(&shared->c.val)));

    EXPIRE(select, end, AT(&shared->a.set), AT(&shared->b.set), 0, AT(&shared->c.val));
    ck_assert(!FD_ISSET(ends[0], &shared->a.set));
    ck_assert(!FD_ISSET(ends[1], &shared->b.set));
    ck_assert_int_eq(us_of(shared->c.val), 0);
    LOOK(select, end, AT(&shared->a.set), 0, 0, AT(&shared->c.val));
    EXPECT_NOT();
    LOOK(select, end, AT(&shared->a.set), 0, 0, 0);
    EXPECT_NOT();
}
END_TEST

START_TEST(pselect_looks_at_open_descriptors_alone)
{
    child_begins(&child);
    shared->c.spec = timespec_of(SECOND);
    FD_ZERO(&shared->a.set);
    FD_SET(900, &shared->a.set); /* beyond the table: the kernel does not look */
    LOOK(pselect6, 1000, AT(&shared->a.set), 0, 0, AT(&shared->c.spec), 0);
    EXPECT_UNTIL(TIMED_LIMIT, SECOND, 0);
    ck_assert(!READY(pselect6, 1000, AT(&shared->a.set), 0, 0, AT(&shared->c.spec), 0));
    FD_SET(50, &shared->a.set); /* closed: EBADF */
    ck_assert(READY(pselect6, 1000, AT(&shared->a.set), 0, 0, AT(&shared->c.spec), 0));
}
END_TEST

START_TEST(epoll_keeps_the_event_that_was_seen)
{
    int ends[2], set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET | EPOLLONESHOT}, got;
    ck_assert_int_ge(set, 0);
    make_pipe(ends);
    ck_assert_int_eq(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event), 0);
    child_begins(&child);
    const uint64_t fd = (uint64_t)set;
    LOOK(epoll_wait, fd, AT(&shared->a), 1, 40);
    EXPECT_UNTIL(TIMED_LIMIT, 40 * MS, 0);
    LOOK(epoll_pwait, fd, AT(&shared->a), 1, 40, 0, 8);
    EXPECT_UNTIL(TIMED_LIMIT, 40 * MS, 0);
    shared->b.spec = timespec_of(SECOND);
    LOOK(epoll_pwait2, fd, AT(&shared->a), 1, AT(&shared->b.spec), 0, 8);
    EXPECT_UNTIL(TIMED_LIMIT, SECOND, 0);
    ck_assert(!READY(epoll_wait, fd, AT(&shared->a), 1, 40));
    write_byte(ends[1]);
    ck_assert(READY(epoll_wait, fd, AT(&shared->a), 1, 40));
    ck_assert(READY(epoll_wait, fd, AT(&shared->a), 1, 40));
    ck_assert_int_eq(epoll_wait(set, &got, 1, 0), 1);
    ck_assert(!READY(epoll_wait, fd, AT(&shared->a), 1, 40));

    LOOK(epoll_wait, fd, AT(&shared->a), 1, (uint64_t)-1);
    EXPECT_NOT();
    LOOK(epoll_wait, fd, AT(&shared->a), 1, 0);
    EXPECT_NOT();
    LOOK(epoll_wait, (uint64_t)ends[0], AT(&shared->a), 1, 40); /* EINVAL */
    EXPECT_NOT();
}
END_TEST

/* -- Memory, semaphores, queues, signals. -- */

START_TEST(futex_waits_while_the_word_is_the_same)
{
    child_begins(&child);
    const uint64_t word = AT(&shared->a.word), limit = AT(&shared->b.spec);
    shared->a.word = 7;
    shared->b.spec = timespec_of(2 * SECOND);
    virtual_time_pass(&vt, SECOND);
    LOOK(futex, word, FUTEX_WAIT, 7, limit);
    EXPECT_UNTIL(TIMED_LIMIT, 3 * SECOND, -ETIMEDOUT);
    ck_assert(!READY(futex, word, FUTEX_WAIT, 7, limit));
    shared->a.word = 8;
    ck_assert(READY(futex, word, FUTEX_WAIT, 7, limit));
    ck_assert(READY(futex, AT(untouchable), FUTEX_WAIT, 7, limit));

    shared->b.spec = timespec_of(MONOTONIC + 5 * SECOND);
    LOOK(futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 8, limit, 0, UINT32_MAX);
    EXPECT_UNTIL(TIMED_LIMIT, 5 * SECOND, -ETIMEDOUT);
    shared->b.spec = timespec_of(REALTIME - SECOND); /* past: it expires at once */
    LOOK(futex, word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 8, limit, 0, UINT32_MAX);
    EXPECT_UNTIL(TIMED_LIMIT, -SECOND, -ETIMEDOUT);

    LOOK(futex, word, FUTEX_WAIT, 8, 0);
    EXPECT_NOT();
    LOOK(futex, word, FUTEX_LOCK_PI, 0, limit);
    EXPECT_NOT();
    LOOK(futex, word, FUTEX_WAKE, 1, limit);
    EXPECT_NOT();
}
END_TEST

START_TEST(several_futexes_wait_while_all_are_the_same)
{
    child_begins(&child);
    uint32_t *words = (uint32_t *)shared->c.bytes;
    words[0] = words[1] = 1;
    for (int i = 0; i < 2; i++)
        shared->a.words[i] =
            (struct futex_waitv){.val = 1, .uaddr = AT(&words[i]), .flags = 2 /* 32 bits */};
    shared->b.spec = timespec_of(MONOTONIC + SECOND);
    const uint64_t all = AT(shared->a.words), limit = AT(&shared->b.spec);
    LOOK(futex_waitv, all, 2, 0, limit, CLOCK_MONOTONIC);
    EXPECT_UNTIL(TIMED_LIMIT, SECOND, -ETIMEDOUT);
    ck_assert(!READY(futex_waitv, all, 2, 0, limit, CLOCK_MONOTONIC));
    words[1] = 2;
    ck_assert(READY(futex_waitv, all, 2, 0, limit, CLOCK_MONOTONIC));
    LOOK(futex_waitv, all, 2, 0, 0, CLOCK_MONOTONIC);
    EXPECT_NOT();
}
END_TEST

START_TEST(semaphores_are_ready_when_all_operations_are)
{
    int set = semget(IPC_PRIVATE, 2, 0600);
    ck_assert_int_ge(set, 0);
    ck_assert_int_eq(semctl(set, 0, SETVAL, 1), 0);
    ck_assert_int_eq(semctl(set, 1, SETVAL, 0), 0);
    child_begins(&child);
    shared->b.spec = timespec_of(SECOND);
    struct sembuf *o = shared->a.operations;
    const uint64_t id = (uint64_t)set, limit = AT(&shared->b.spec);
    o[0] = (struct sembuf){.sem_num = 0, .sem_op = -1};
    o[1] = (struct sembuf){.sem_num = 1, .sem_op = -1};
    LOOK(semtimedop, id, AT(o), 2, limit);
    EXPECT_UNTIL(TIMED_LIMIT, SECOND, -EAGAIN);
    ck_assert(READY(semtimedop, id, AT(o), 1, limit));
    ck_assert(!READY(semtimedop, id, AT(o), 2, limit));
    o[1].sem_flg = IPC_NOWAIT;
    ck_assert(READY(semtimedop, id, AT(o), 2, limit));
    o[1] = (struct sembuf){.sem_num = 0, .sem_op = 0}; /* 0 after the first */
    ck_assert(READY(semtimedop, id, AT(o), 2, limit));
    ck_assert(!READY(semtimedop, id, AT(&o[1]), 1, limit));
    o[1] = (struct sembuf){.sem_num = 0, .sem_op = -1};
    ck_assert(!READY(semtimedop, id, AT(o), 2, limit));
    ck_assert_int_eq(semctl(set, 0, GETVAL), 1);
    ck_assert_int_eq(semctl(set, 0, IPC_RMID), 0);
    ck_assert(READY(semtimedop, id, AT(o), 2, limit));
    LOOK(semtimedop, id, AT(o), 2, 0);
    EXPECT_NOT();
}
END_TEST

START_TEST(message_queues_wait_for_room_or_a_message)
{
    char name[64];
    snprintf(name, sizeof name, "/brokenpipe-virtual-time-%d", (int)getpid());
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    ck_assert_int_ge(queue, 0);
    ck_assert_int_eq(mq_unlink(name), 0);
    child_begins(&child);
    const uint64_t fd = (uint64_t)queue, bytes = AT(&shared->a), limit = AT(&shared->b.spec);
    shared->b.spec = timespec_of(REALTIME + 4 * SECOND);
    LOOK(mq_timedreceive, fd, bytes, 8, 0, limit);
    EXPECT_UNTIL(TIMED_LIMIT, 4 * SECOND, -ETIMEDOUT);
    LOOK(mq_timedsend, fd, bytes, 8, 0, limit);
    EXPECT_UNTIL(TIMED_LIMIT, 4 * SECOND, -ETIMEDOUT);
    ck_assert(!READY(mq_timedreceive, fd, bytes, 8, 0, limit));
    ck_assert(READY(mq_timedsend, fd, bytes, 8, 0, limit));
    ck_assert_int_eq(mq_send(queue, "x", 1, 0), 0);
    ck_assert(READY(mq_timedreceive, fd, bytes, 8, 0, limit));
    ck_assert(!READY(mq_timedsend, fd, bytes, 8, 0, limit));
    ck_assert_int_eq(mq_getattr(queue, &attributes), 0);
    ck_assert_int_eq(attributes.mq_curmsgs, 1);

    LOOK(mq_timedsend, fd, bytes, 9, 0, limit); /* EMSGSIZE */
    EXPECT_NOT();
    LOOK(mq_timedreceive, fd, bytes, 7, 0, limit);
    EXPECT_NOT();
    LOOK(mq_timedreceive, fd, bytes, 8, 0, 0);
    EXPECT_NOT();
    attributes.mq_flags = O_NONBLOCK;
    ck_assert_int_eq(mq_setattr(queue, &attributes, NULL), 0);
    LOOK(mq_timedreceive, fd, bytes, 8, 0, limit);
    EXPECT_NOT();
}
END_TEST

START_TEST(signals_are_waited_for_until_one_is_pending)
{
    child_begins(&child);
    shared->b.spec = timespec_of(SECOND);
    sigemptyset(&shared->a.signals);
    sigaddset(&shared->a.signals, SIGUSR1);
    const uint64_t set = AT(&shared->a.signals), limit = AT(&shared->b.spec);
    LOOK(rt_sigtimedwait, set, 0, limit, 8);
    EXPECT_UNTIL(TIMED_LIMIT, SECOND, -EAGAIN);
    ck_assert(!READY(rt_sigtimedwait, set, 0, limit, 8));
    ck_assert_int_eq(kill(child.pid, SIGUSR2), 0);
    ck_assert(!READY(rt_sigtimedwait, set, 0, limit, 8));
    ck_assert_int_eq(kill(child.pid, SIGUSR1), 0);
    ck_assert(READY(rt_sigtimedwait, set, 0, limit, 8));
    ck_assert(READY(rt_sigtimedwait, set, 0, limit, 8));
    LOOK(rt_sigtimedwait, set, 0, 0, 8);
    EXPECT_NOT();
    shared->b.spec = (struct timespec){0};
    LOOK(rt_sigtimedwait, set, 0, limit, 8);
    EXPECT_NOT();
}
END_TEST

/* -- Sockets. -- */

static void set_limit(int fd, int option, int seconds)
{
    struct timeval limit = {.tv_sec = seconds};
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, option, &limit, sizeof limit), 0);
}

START_TEST(receiving_waits_for_data_or_the_end)
{
    int pair[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    child_begins(&child);
    const uint64_t fd = (uint64_t)pair[0], bytes = AT(&shared->a);
    LOOK(recvfrom, fd, bytes, 8, 0);
    EXPECT_NOT();
    set_limit(pair[0], SO_RCVTIMEO, 2);
    LOOK(recvfrom, fd, bytes, 8, 0);
    EXPECT_UNTIL(TIMED_LIMIT, 2 * SECOND, -EAGAIN);
    LOOK(read, fd, bytes, 8);
    EXPECT_UNTIL(TIMED_LIMIT, 2 * SECOND, -EAGAIN);
    LOOK(recvmsg, fd, bytes, MSG_DONTWAIT);
    EXPECT_NOT();
    LOOK(sendto, fd, bytes, 8, 0);
    EXPECT_NOT();
    LOOK(recvfrom, (uint64_t)pair[1], bytes, 8, 0);
    EXPECT_NOT();
    LOOK(recvfrom, 1000, bytes, 8, 0);
    EXPECT_NOT();
    ck_assert(!READY(recvfrom, fd, bytes, 8, 0));
    write_byte(pair[1]);
    ck_assert(READY(recvfrom, fd, bytes, 8, 0));
    ck_assert_int_eq(recv(pair[0], shared->a.bytes, 8, MSG_DONTWAIT), 1);
    ck_assert(!READY(read, fd, bytes, 8));
    ck_assert_int_eq(shutdown(pair[1], SHUT_WR), 0);
    ck_assert(READY(read, fd, bytes, 8));
    ck_assert_int_eq(fcntl(pair[0], F_SETFL, O_NONBLOCK), 0);
    LOOK(read, fd, bytes, 8);
    EXPECT_NOT();
}
END_TEST

static void limit_sending(int fd)
{
    set_limit(fd, SO_SNDTIMEO, 2);
    LOOK(sendto, (uint64_t)fd, AT(&shared->a), 8, 0);
    EXPECT_UNTIL(TIMED_LIMIT, 2 * SECOND, -EAGAIN);
    LOOK(write, (uint64_t)fd, AT(&shared->a), 8);
    EXPECT_UNTIL(TIMED_LIMIT, 2 * SECOND, -EAGAIN);
}

/* As long as it is ready, the kernel takes something. */
static void fill(int fd)
{
    static const char some[512];
    for (int taken = 0; READY(sendto, (uint64_t)fd, AT(&shared->a), 8, 0); taken++) {
        ck_assert_int_gt(send(fd, some, sizeof some, MSG_DONTWAIT), 0);
        ck_assert_int_lt(taken, 10000);
    }
}

START_TEST(sending_waits_for_room)
{
    static const int kinds[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    int pair[2];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const int small = 4608;
        ck_assert_int_eq(socketpair(AF_UNIX, kinds[i], 0, pair), 0);
        ck_assert_int_eq(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
        child_begins(&child);
        limit_sending(pair[0]);
        fill(pair[0]);
        ck_assert_int_eq(send(pair[0], "x", 1, MSG_DONTWAIT), -1);
        ck_assert_int_eq(errno, EAGAIN);
        while (recv(pair[1], shared->a.bytes, sizeof shared->a.bytes, MSG_DONTWAIT) > 0)
            continue;
        ck_assert(READY(sendto, (uint64_t)pair[0], AT(&shared->a), 8, 0));
        child_ends(&child);
    }
}
END_TEST

START_TEST(accepting_waits_for_a_connection)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int small = 4608;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(client, 0);
    ck_assert_int_eq(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    ck_assert_int_eq(setsockopt(client, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    set_limit(listener, SO_RCVTIMEO, 3);
    child_begins(&child);
    LOOK(accept, (uint64_t)listener, 0, 0); /* it does not listen yet: EINVAL */
    EXPECT_NOT();
    ck_assert_int_eq(listen(listener, 1), 0);
    LOOK(accept, (uint64_t)listener, 0, 0);
    EXPECT_UNTIL(TIMED_LIMIT, 3 * SECOND, -EAGAIN);
    LOOK(recvfrom, (uint64_t)listener, AT(&shared->a), 8, 0); /* ENOTCONN */
    EXPECT_NOT();
    ck_assert(!READY(accept4, (uint64_t)listener, 0, 0, 0));
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, size), 0);
    ck_assert(READY(accept4, (uint64_t)listener, 0, 0, 0));
    limit_sending(client);
    fill(client); /* acknowledgements that come late could make room again */
}
END_TEST

/* -- Signals that interrupt. -- */

/* As the kernel's calls return it to the kernel. */
enum { RESTART_PERHAPS = -512, RESTART_WITHOUT_HANDLER = -514 };

#define INTERRUPT(number, ...) interrupt(CALL(number, __VA_ARGS__))
static long interrupt(struct held_call call)
{
    look(call);
    virtual_time_pass(&vt, vt.now_ns + SECOND);
    return virtual_time_interrupt(&vt, &call, &timed);
}

START_TEST(interrupted_call_tells_what_was_left)
{
    child_begins(&child);
    const uint64_t limit = AT(&shared->a.spec), left = AT(&shared->b.spec);
    shared->a.spec = timespec_of(3 * SECOND);
    ck_assert_int_eq(INTERRUPT(nanosleep, limit, left), RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(ns_of(shared->b.spec), 2 * SECOND);
    ck_assert_int_eq(INTERRUPT(nanosleep, limit, 0), RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(INTERRUPT(nanosleep, limit, AT(constant)), -EFAULT);
    shared->b.spec = (struct timespec){0};
    ck_assert_int_eq(INTERRUPT(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, limit, left),
                     RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(ns_of(shared->b.spec), 0);
    ck_assert_int_eq(INTERRUPT(ppoll, 0, 0, limit, 0), RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(ns_of(shared->a.spec), 2 * SECOND);
    shared->c.val = (struct timeval){.tv_sec = 3};
    ck_assert_int_eq(INTERRUPT(select, 0, 0, 0, 0, AT(&shared->c.val)), RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(us_of(shared->c.val), 2 * SECOND);
}
END_TEST

START_TEST(each_call_is_interrupted_as_the_kernel_does_it)
{
    child_begins(&child);
    ck_assert_int_eq(INTERRUPT(poll, 0, 0, 3000), RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(INTERRUPT(futex, AT(&shared->a.word), FUTEX_WAIT, 0, 0),
                     RESTART_WITHOUT_HANDLER);
    ck_assert_int_eq(INTERRUPT(mq_timedreceive, 0), RESTART_PERHAPS);
    ck_assert_int_eq(INTERRUPT(epoll_wait, 0), -EINTR);
    ck_assert_int_eq(INTERRUPT(semtimedop, 0), -EINTR);
    ck_assert_int_eq(INTERRUPT(rt_sigtimedwait, 0), -EINTR);
    ck_assert_int_eq(INTERRUPT(recvfrom, 0), -EINTR);
}
END_TEST

int main(void)
{
    return SUITE(
        "virtual_time", relative_sleep_ends_after_its_time, absolute_sleep_ends_at_its_time,
        what_the_kernel_refuses_is_left_to_it, clocks_show_the_time_of_the_run,
        old_calls_show_the_same_time, time_never_goes_back, poll_is_ready_when_something_is_there,
        poll_is_ready_for_what_it_does_not_ask_for, poll_without_time_limit_is_not_held,
        ppoll_has_no_time_left_when_it_expires, select_is_ready_when_something_is_there,
        pselect_looks_at_open_descriptors_alone, epoll_keeps_the_event_that_was_seen,
        futex_waits_while_the_word_is_the_same, several_futexes_wait_while_all_are_the_same,
        semaphores_are_ready_when_all_operations_are, message_queues_wait_for_room_or_a_message,
        signals_are_waited_for_until_one_is_pending, receiving_waits_for_data_or_the_end,
        sending_waits_for_room, accepting_waits_for_a_connection,
        interrupted_call_tells_what_was_left, each_call_is_interrupted_as_the_kernel_does_it);
}
