/* stuck-poll STATE - tasks that are stuck over sets of descriptors, and over descriptors that the
 * kernel makes for events. */
#include "stuck.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* The read end of a pipe whose write end only a new, idle child holds. */
static int pipe_from(const char *name)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle(name);
    EXPECT(close(ends[1]) == 0);
    return ends[0];
}

/* server: for left or right to write. */
static void poll_any(void)
{
    int from_left = pipe_from("left"), from_right = pipe_from("right");
    struct pollfd set[] = {{.fd = from_left, .events = POLLIN},
                           {.fd = from_right, .events = POLLIN}};
    be("server");
    HERE();
    EXPECT(poll(set, 2, -1) > 0);
}

/* server: the same, with select(2). */
static void select_any(void)
{
    int from_left = pipe_from("left"), from_right = pipe_from("right");
    fd_set set;
    FD_ZERO(&set);
    FD_SET(from_left, &set);
    FD_SET(from_right, &set);
    be("server");
    HERE();
    EXPECT(select(from_right + 1, &set, NULL, NULL, NULL) > 0);
}

static void watch_for(int epoll, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events};
    EXPECT(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void watch(int epoll, int fd)
{
    watch_for(epoll, fd, EPOLLIN);
}

/* server: the same, with epoll(7). */
static void epoll_any(void)
{
    struct epoll_event event;
    int from_left = pipe_from("left"), from_right = pipe_from("right"), epoll = epoll_create1(0);
    EXPECT(epoll != -1);
    watch(epoll, from_left);
    watch(epoll, from_right);
    be("server");
    HERE();
    EXPECT(epoll_wait(epoll, &event, 1, -1) > 0);
}

/* server: for left, through a set within its set. */
static void epoll_nested(void)
{
    struct epoll_event event;
    int from_left = pipe_from("left"), inner = epoll_create1(0), outer = epoll_create1(0);
    EXPECT(inner != -1 && outer != -1);
    watch(inner, from_left);
    watch(outer, inner);
    be("server");
    HERE();
    EXPECT(epoll_wait(outer, &event, 1, -1) > 0);
}

/* server: for left or right, through a set within its set, and for third. */
static void epoll_mixed(void)
{
    struct epoll_event event;
    int from_left = pipe_from("left"), from_right = pipe_from("right"), inner = epoll_create1(0),
        outer = epoll_create1(0), from_third = pipe_from("third");
    EXPECT(inner != -1 && outer != -1);
    watch(inner, from_left);
    watch(inner, from_right);
    watch(outer, inner);
    watch(outer, from_third);
    be("server");
    HERE();
    EXPECT(epoll_wait(outer, &event, 1, -1) > 0);
}

/* server: for left, through a set that is in two sets within its set. */
static void epoll_shared(void)
{
    struct epoll_event event;
    int from_left = pipe_from("left"), inner = epoll_create1(0), one = epoll_create1(0),
        other = epoll_create1(0), outer = epoll_create1(0);
    EXPECT(inner != -1 && one != -1 && other != -1 && outer != -1);
    watch(inner, from_left);
    watch(one, inner);
    watch(other, inner);
    watch(outer, one);
    watch(outer, other);
    be("server");
    HERE();
    EXPECT(epoll_wait(outer, &event, 1, -1) > 0);
}

/* server: for nothing, through a set within its set. */
static void epoll_of_nothing(void)
{
    struct epoll_event event;
    int inner = epoll_create1(0), outer = epoll_create1(0);
    EXPECT(inner != -1 && outer != -1);
    watch(outer, inner);
    be("server");
    HERE();
    EXPECT(epoll_wait(outer, &event, 1, -1) > 0);
}

/* The read end of such a pipe, with `n` bytes in it. */
static int pipe_with_bytes_from(const char *name, size_t n)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    EXPECT(write(ends[1], "....", n) == (ssize_t)n);
    start_idle(name);
    EXPECT(close(ends[1]) == 0);
    return ends[0];
}

/* A set that has told of `fd` what was to be told of these events. */
static int set_that_told_of(int fd, uint32_t events)
{
    struct epoll_event event;
    int epoll = epoll_create1(0);
    EXPECT(epoll != -1);
    watch_for(epoll, fd, events);
    EXPECT(epoll_wait(epoll, &event, 1, -1) == 1);
    return epoll;
}

/* server: in the set, for what has been told already. */
static void wait_again(int epoll)
{
    struct epoll_event event;
    be("server");
    HERE();
    EXPECT(epoll_wait(epoll, &event, 1, -1) > 0);
}

/* server: for client to write, edge-triggered, while 3 of 4 bytes are unread. */
static void epoll_told(void)
{
    int from_client = pipe_with_bytes_from("client", 4);
    int epoll = set_that_told_of(from_client, EPOLLIN | EPOLLET);
    EXPECT(get(from_client) == '.');
    wait_again(epoll);
}

/* server: the same; it has read all there was. */
static void epoll_drained(void)
{
    int from_client = pipe_with_bytes_from("client", 1);
    int epoll = set_that_told_of(from_client, EPOLLIN | EPOLLET);
    EXPECT(get(from_client) == '.');
    wait_again(epoll);
}

/* server: for client to send more after the last byte, of which it was told together with the end.
 */
static void epoll_told_end(void)
{
    int ends[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    put(ends[1], 'x');
    EXPECT(shutdown(ends[1], SHUT_WR) == 0);
    start_idle("client");
    EXPECT(close(ends[1]) == 0);
    int epoll = set_that_told_of(ends[0], EPOLLIN | EPOLLET);
    EXPECT(get(ends[0]) == 'x');
    wait_again(epoll);
}

/* server: for client to read, while there is room. */
static void epoll_told_room(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle("client");
    EXPECT(close(ends[0]) == 0);
    wait_again(set_that_told_of(ends[1], EPOLLOUT | EPOLLET));
}

/* server: for data or room on a socket, of which it was told that there is room. */
static void epoll_told_less(void)
{
    int ends[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    start_idle("client");
    EXPECT(close(ends[1]) == 0);
    wait_again(set_that_told_of(ends[0], EPOLLIN | EPOLLOUT | EPOLLET));
}

/* server: for left or right; 2 bytes of right are unread. */
static void epoll_told_any(void)
{
    int from_left = pipe_from("left"), from_right = pipe_with_bytes_from("right", 2);
    int epoll = set_that_told_of(from_right, EPOLLIN | EPOLLET);
    watch(epoll, from_left);
    wait_again(epoll);
}

/* server: for client, through a set within its set, which has told once of the inner one. */
static void epoll_told_nested(void)
{
    int from_client = pipe_with_bytes_from("client", 2), inner = epoll_create1(0);
    EXPECT(inner != -1);
    watch(inner, from_client);
    wait_again(set_that_told_of(inner, EPOLLIN | EPOLLET));
}

/* server: for client, by a set that tells of it once in all, and has. */
static void epoll_disarmed(void)
{
    int from_client = pipe_with_bytes_from("client", 2);
    wait_again(set_that_told_of(from_client, EPOLLIN | EPOLLONESHOT));
}

/* server: for client, by a set that tells of it once in all, and has not. */
static void epoll_armed(void)
{
    int from_client = pipe_from("client"), epoll = epoll_create1(0);
    EXPECT(epoll != -1);
    watch_for(epoll, from_client, EPOLLIN | EPOLLONESHOT);
    wait_again(epoll);
}

static void *idle_as_worker(void *unused)
{
    be("worker");
    idle();
    return unused;
}

/* server: for worker, a thread, to arm client's pipe again. */
static void epoll_disarmed_for_thread(void)
{
    pthread_t worker;
    int from_client = pipe_with_bytes_from("client", 2);
    int epoll = set_that_told_of(from_client, EPOLLIN | EPOLLONESHOT);
    EXPECT((errno = pthread_create(&worker, NULL, idle_as_worker, NULL)) == 0);
    wait_again(epoll);
}

/* writer: for reader to close the read end; it asks for no event. */
static void poll_hangup(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle("reader");
    EXPECT(close(ends[0]) == 0);
    struct pollfd set = {.fd = ends[1]};
    be("writer");
    HERE();
    EXPECT(poll(&set, 1, -1) > 0);
}

/* server: for one or the other of two pipes, and holds all ends of both. */
static void poll_own(void)
{
    int one[2], two[2];
    EXPECT(pipe(one) == 0 && pipe(two) == 0);
    struct pollfd set[] = {{.fd = one[0], .events = POLLIN}, {.fd = two[0], .events = POLLIN}};
    be("server");
    HERE();
    EXPECT(poll(set, 2, -1) > 0);
}

/* parent: for child to end. */
static void poll_pidfd(void)
{
    pid_t pid = start_idle("child");
    struct pollfd set = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    EXPECT(set.fd != -1);
    be("parent");
    HERE();
    EXPECT(poll(&set, 1, -1) > 0);
}

/* parent: in waitid(2) for the second of its two children. */
static void wait_pidfd(void)
{
    siginfo_t info;
    be("parent");
    start_idle("idler");
    int worker = (int)syscall(SYS_pidfd_open, start_idle("worker"), 0);
    EXPECT(worker != -1);
    HERE();
    EXPECT(waitid(P_PIDFD, (id_t)worker, &info, WEXITED) == 0);
}

/* reader: for worker to add to the counter. bystander has another one. */
static void eventfd_empty(void)
{
    uint64_t count;
    int other = eventfd(0, 0);
    EXPECT(other != -1);
    start_idle("bystander");
    int fd = eventfd(0, 0);
    EXPECT(fd != -1);
    start_idle("worker");
    be("reader");
    HERE();
    EXPECT(read(fd, &count, sizeof count) == sizeof count);
}

/* writer: for itself to take from the counter. */
static void eventfd_full(void)
{
    uint64_t most = UINT64_MAX - 1;
    int fd = eventfd(0, 0);
    EXPECT(fd != -1 && write(fd, &most, sizeof most) == sizeof most);
    be("writer");
    HERE();
    EXPECT(write(fd, &most, sizeof most) == sizeof most);
}

/* reader: for a signal. */
static void signalfd_empty(void)
{
    struct signalfd_siginfo info;
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    int fd = signalfd(-1, &set, 0);
    EXPECT(fd != -1);
    be("reader");
    HERE();
    EXPECT(read(fd, &info, sizeof info) == sizeof info);
}

/* reader: for a file to appear. */
static void inotify_empty(void)
{
    struct inotify_event event;
    int fd = inotify_init1(0);
    EXPECT(fd != -1 && inotify_add_watch(fd, ".", IN_CREATE) != -1);
    be("reader");
    HERE();
    EXPECT(read(fd, &event, sizeof event) > 0);
}

/* 60 tasks "crowd": each for any of 100 pipes, of which all hold both ends. */
static void crowd(void)
{
    enum { PIPES = 100, TASKS = 60 };
    struct pollfd set[PIPES];
    be("crowd");
    for (int i = 0; i < PIPES; i++) {
        int ends[2];
        EXPECT(pipe(ends) == 0);
        set[i] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    }
    for (int i = 1; i < TASKS && start() != 0; i++)
        ;
    EXPECT(poll(set, PIPES, -1) > 0);
}

STUCK({"poll-any", poll_any}, {"select-any", select_any}, {"epoll-any", epoll_any},
      {"epoll-nested", epoll_nested}, {"epoll-mixed", epoll_mixed}, {"epoll-shared", epoll_shared},
      {"epoll-of-nothing", epoll_of_nothing}, {"epoll-told", epoll_told},
      {"epoll-drained", epoll_drained}, {"epoll-told-end", epoll_told_end},
      {"epoll-told-room", epoll_told_room}, {"epoll-told-less", epoll_told_less},
      {"epoll-told-any", epoll_told_any}, {"epoll-told-nested", epoll_told_nested},
      {"epoll-disarmed", epoll_disarmed}, {"epoll-armed", epoll_armed},
      {"epoll-disarmed-for-thread", epoll_disarmed_for_thread}, {"poll-hangup", poll_hangup},
      {"poll-own", poll_own}, {"poll-pidfd", poll_pidfd}, {"wait-pidfd", wait_pidfd},
      {"eventfd-empty", eventfd_empty}, {"eventfd-full", eventfd_full},
      {"signalfd-empty", signalfd_empty}, {"inotify-empty", inotify_empty}, {"crowd", crowd})
