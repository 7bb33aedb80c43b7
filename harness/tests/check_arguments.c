/* check_arguments.c - tests that calls are decoded for people: what is shown of each argument, by
 * which name a call goes, and that nothing a program hands over can do harm. The memory that is
 * read is this program's own. */
#include "arguments.h"

#include "preload/library_call.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY(a) (a), (sizeof(a) / sizeof((a)[0]))

static struct view view;
static struct stacks *stacks;

static void begin(void)
{
    ck_assert_int_eq(view_open_machine(&view), 0);
    stacks = stacks_open(&view);
    ck_assert_ptr_nonnull(stacks);
}

static void end(void)
{
    stacks_close(stacks);
    view_close(&view);
}

/* A call, the function that was called for it (or NULL), and what is to be told of both. */
struct example {
    const char *text;
    const char *called;
    long nr;
    uint64_t args[6];
};

#define AT(object) ((uintptr_t)(object))

static struct task task_in(const struct example *e)
{
    struct task task = {.pid = getpid(), .tid = getpid(), .nr = e->nr};
    memcpy(task.args, e->args, sizeof task.args);
    return task;
}

static void expect(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct task task = task_in(&examples[i]);
        char *text = arguments_tell(&view, stacks, &task, examples[i].called);
        ck_assert_ptr_nonnull(text);
        ck_assert_str_eq(text, examples[i].text);
        free(text);
    }
}

START_TEST(data_are_told)
{
    static const char line[] = "hello\n", quoted[] = "say \"a\\b\"\t",
                      longer[] = "abcdefghijklmnopqrstuvwxyz",
                      umlauts[] = "\303\244\303\266\303\274\303\244\303\266\303\274\303\244\303\266"
                                  "\303\274\303\244\303\266\303\274\303\244\303\266\303\274\303\244"
                                  "\303\266\303\274\303\244\303\266\303\274\303\244\303\266\303\274"
                                  "\303\244\303\266\303\274";
    static const int numbers[] = {1, -1};
    static const struct iovec parts[] = {
        {(void *)longer, 0}, {(void *)line, 6}, {(void *)quoted, 3}};
    static const struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = 2};
    static const struct {
        long type;
        char text[8];
    } typed = {7, "job 12"};
    const struct example examples[] = {
        {"write(1, \"hello\\n\", 6)", "write", SYS_write, {1, AT(line), 6}},
        {"write(1, \"\", 0)", "write", SYS_write, {1, AT(line), 0}},
        {"write(1, \"say \\\"a\\\\b\\\"\\t\", 10)", "write", SYS_write, {1, AT(quoted), 10}},
        {"write(1, \"abcdefghijklmnopqrstuvwx\"..., 26)", "write", SYS_write, {1, AT(longer), 26}},
        {"write(1, \"\\1\\0\\0\\0\\377\\377\\377\\377\", 8)",
         "write",
         SYS_write,
         {1, AT(numbers), 8}},
        {"write(1, \"\303\244\303\266\303\274\", 6)", "write", SYS_write, {1, AT(umlauts), 6}},
        {"write(1, \"\\303\\244\\303\", 3)", "write", SYS_write, {1, AT(umlauts), 3}},
        {"write(1, NULL, 6)", "write", SYS_write, {1, 0, 6}},
        {"write(1, ..., 6)", "write", SYS_write, {1, 16, 6}}, /* nothing is there */
        {"write(1, \"hello\\n\", 6) in puts", "puts", SYS_write, {1, AT(line), 6}},
        {"read(3, ..., 64)", "read", SYS_read, {3, AT(line), 64}},
        {"pwrite(3, \"hello\\n\", 6, 512)", "pwrite", SYS_pwrite64, {3, AT(line), 6, 512}},
        {"writev(1, [\"hello\\n\", ...], 3)", "writev", SYS_writev, {1, AT(parts), 3}},
        {"sendmsg(3, [\"hello\\n\"], MSG_NOSIGNAL)",
         "sendmsg",
         SYS_sendmsg,
         {3, AT(&message), MSG_NOSIGNAL}},
        {"send(3, \"hello\\n\", 6, 0)", "send", SYS_sendto, {3, AT(line), 6}},
        {"msgsnd(0, {7, \"job 12\"}, 6, IPC_NOWAIT)",
         "msgsnd",
         SYS_msgsnd,
         {0, AT(&typed), 6, IPC_NOWAIT}},
        {"mq_send(3, \"hello\\n\", 6, 1)", "mq_send", SYS_mq_timedsend, {3, AT(line), 6, 1}},
    };
    expect(ARRAY(examples));
}
END_TEST

START_TEST(files_are_told)
{
    static const struct flock lock = {.l_type = F_WRLCK, .l_start = 100, .l_len = 10};
    const uint64_t here = (uint64_t)AT_FDCWD;
    const struct example examples[] = {
        {"open(\"ready\", O_WRONLY|O_CREAT|O_EXCL, 0600)",
         "open",
         SYS_openat,
         {here, AT("ready"), O_WRONLY | O_CREAT | O_EXCL, 0600}},
        {"open(\"fifo\", O_RDONLY)", "open64", SYS_openat, {here, AT("fifo"), O_RDONLY}},
        {"open(\"fifo\", O_RDONLY)", "__open64_2", SYS_openat, {here, AT("fifo"), O_RDONLY}},
        {"openat(AT_FDCWD, \"fifo\", O_RDONLY) in fopen",
         "fopen",
         SYS_openat,
         {here, AT("fifo"), O_RDONLY}},
        {"openat(5, \"fifo\", O_RDONLY)", NULL, SYS_openat, {5, AT("fifo"), O_RDONLY}},
        {"open(\".../end/of/the/path/to/this/file\", O_RDWR)",
         "open",
         SYS_openat,
         {here, AT("/long/is/the/way/that/is/the/end/of/the/path/to/this/file"), O_RDWR}},
        {"shm_open(\"/board\", O_RDWR|O_CREAT, 0600)",
         "shm_open",
         SYS_openat,
         {here, AT("/dev/shm/board"), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600}},
        {"pipe(...)", "pipe", SYS_pipe2, {AT(&lock)}},
        {"pipe2(..., O_CLOEXEC)", "pipe2", SYS_pipe2, {AT(&lock), O_CLOEXEC}},
        {"close(3)", "close", SYS_close, {3}},
        {"close(3) in fclose", "fclose", SYS_close, {3}},
        {"dup3(4, 1, 0)", "dup3", SYS_dup3, {4, 1}},
        {"flock(3, LOCK_EX|LOCK_NB)", "flock", SYS_flock, {3, LOCK_EX | LOCK_NB}},
        {"fcntl(3, F_SETLKW, {F_WRLCK, 100, 10})", "fcntl64", SYS_fcntl, {3, F_SETLKW, AT(&lock)}},
        {"fcntl(3, F_GETFL)", "fcntl64", SYS_fcntl, {3, F_GETFL}},
        {"fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK)",
         "fcntl",
         SYS_fcntl,
         {3, F_SETFL, O_RDWR | O_NONBLOCK}},
        {"fcntl(3, F_SETPIPE_SZ, 4096)", "fcntl", SYS_fcntl, {3, F_SETPIPE_SZ, 4096}},
        {"ioctl(3, FIONREAD, ...)", "ioctl", SYS_ioctl, {3, FIONREAD, AT(&lock)}},
        {"lseek(3, -10, SEEK_END)", "lseek", SYS_lseek, {3, (uint64_t)-10, SEEK_END}},
        {"ftruncate(3, 4096)", "ftruncate", SYS_ftruncate, {3, 4096}},
        {"unlinkat(AT_FDCWD, \"dir\", AT_REMOVEDIR) in remove",
         "remove",
         SYS_unlinkat,
         {here, AT("dir"), AT_REMOVEDIR}},
        {"stat(\"file\", ...)", "stat", SYS_newfstatat, {here, AT("file"), AT(&lock)}},
        {"fstat(3, ...)", "fstat", SYS_newfstatat, {3, AT(""), AT(&lock), AT_EMPTY_PATH}},
        {"mkfifo(\"fifo\", 0600)", "mkfifo", SYS_mknodat, {here, AT("fifo"), S_IFIFO | 0600}},
        {"faccessat(AT_FDCWD, \"file\", F_OK)", "faccessat", SYS_faccessat, {here, AT("file")}},
        {"execve(\"./worker\", [\"./worker\", \"a b\"])",
         "execve",
         SYS_execve,
         {AT("./worker"), AT(((const char *[]){"./worker", "a b", NULL}))}},
        {"execve(\"/bin/sh\", [\"sh\"]) in execlp",
         "execlp",
         SYS_execve,
         {AT("/bin/sh"), AT(((const char *[]){"sh", NULL}))}},
    };
    expect(ARRAY(examples));
}
END_TEST

START_TEST(sockets_are_told)
{
    static const struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "server.sock"},
                                    abstract = {.sun_family = AF_UNIX, .sun_path = "\0server"};
    const struct sockaddr_in ip = {
        .sin_family = AF_INET, .sin_port = htons(7000), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct sockaddr_in6 ip6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const uint64_t abstract_length = offsetof(struct sockaddr_un, sun_path) + 7;
    const struct example examples[] = {
        {"socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0)",
         "socket",
         SYS_socket,
         {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC}},
        {"bind(3, \"server.sock\", 110)", "bind", SYS_bind, {3, AT(&path), sizeof path}},
        {"connect(3, \"@server\", 9)", "connect", SYS_connect, {3, AT(&abstract), abstract_length}},
        {"connect(3, \"\", 2)", "connect", SYS_connect, {3, AT(&path), 2}},
        {"connect(3, 127.0.0.1:7000, 16)", "connect", SYS_connect, {3, AT(&ip), sizeof ip}},
        {"connect(3, [::1]:80, 28)", "connect", SYS_connect, {3, AT(&ip6), sizeof ip6}},
        {"connect(3, ..., 1)", "connect", SYS_connect, {3, AT(&ip), 1}},
        {"sendto(3, \"ping\", 4, 0, 127.0.0.1:7000, 16)",
         "sendto",
         SYS_sendto,
         {3, AT("ping"), 4, 0, AT(&ip), sizeof ip}},
        {"recv(3, ..., 4, MSG_PEEK|MSG_DONTWAIT)",
         "recv",
         SYS_recvfrom,
         {3, AT(&ip), 4, MSG_PEEK | MSG_DONTWAIT}},
        {"accept(3, NULL, NULL)", "accept", SYS_accept, {3}},
        {"shutdown(3, SHUT_WR)", "shutdown", SYS_shutdown, {3, SHUT_WR}},
        {"setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, ...)",
         "setsockopt",
         SYS_setsockopt,
         {3, SOL_SOCKET, SO_RCVTIMEO, AT(&ip), 16}},
        {"listen(3, 5)", "listen", SYS_listen, {3, 5}},
    };
    expect(ARRAY(examples));
}
END_TEST

static sem_t lock;

START_TEST(ipc_is_told)
{
    static const struct sembuf one = {0, -1, SEM_UNDO}, both[] = {{0, -1, 0}, {1, 2, IPC_NOWAIT}};
    static const struct pollfd set[] = {{3, POLLIN, 0}, {4, POLLIN | POLLOUT, 0}};
    static const struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    fd_set readers;
    FD_ZERO(&readers);
    FD_SET(3, &readers);
    FD_SET(5, &readers);
    const struct example examples[] = {
        {"semget(IPC_PRIVATE, 2, 0600)", "semget", SYS_semget, {IPC_PRIVATE, 2, 0600}},
        {"semget(0x1234, 1, IPC_CREAT|IPC_EXCL|0600)",
         "semget",
         SYS_semget,
         {0x1234, 1, IPC_CREAT | IPC_EXCL | 0600}},
        {"msgget(0x1234, 0)", "msgget", SYS_msgget, {0x1234, 0}},
        {"semctl(7, 0, SETVAL, 1)", "semctl", SYS_semctl, {7, 0, SETVAL, 1}},
        {"semctl(7, 0, IPC_RMID)", "semctl", SYS_semctl, {7, 0, IPC_RMID}},
        {"semop(7, [{0, -1, SEM_UNDO}], 1)", "semop", SYS_semtimedop, {7, AT(&one), 1}},
        {"semtimedop(7, [{0, -1}, {1, +2, IPC_NOWAIT}], 2, NULL)",
         NULL,
         SYS_semtimedop,
         {7, AT(both), 2}},
        {"shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600)",
         "shmget",
         SYS_shmget,
         {IPC_PRIVATE, 4096, IPC_CREAT | 0600}},
        {"shmat(7, NULL, SHM_RDONLY)", "shmat", SYS_shmat, {7, 0, SHM_RDONLY}},
        {"shmctl(7, IPC_RMID, NULL)", "shmctl", SYS_shmctl, {7, IPC_RMID}},
        {"msgrcv(7, ..., 8, -5, MSG_NOERROR)",
         "msgrcv",
         SYS_msgrcv,
         {7, AT(&one), 8, (uint64_t)-5, MSG_NOERROR}},
        {"mq_open(\"/jobs\", O_RDWR|O_CREAT, 0600)",
         "mq_open",
         SYS_mq_open,
         {AT("jobs"), O_RDWR | O_CREAT, 0600}},
        {"poll([{fd=3, POLLIN}, {fd=4, POLLIN|POLLOUT}], 2, -1)",
         "poll",
         SYS_poll,
         {AT(set), 2, (uint64_t)-1}},
        {"select(6, [3 5], NULL, NULL, NULL)", "select", SYS_pselect6, {6, AT(&readers)}},
        {"epoll_ctl(3, EPOLL_CTL_ADD, 4, EPOLLIN|EPOLLET)",
         "epoll_ctl",
         SYS_epoll_ctl,
         {3, EPOLL_CTL_ADD, 4, AT(&event)}},
        {"futex(&lock, FUTEX_WAIT, 2) in sem_wait",
         "sem_wait",
         SYS_futex,
         {AT(&lock), FUTEX_WAIT_PRIVATE, 2}},
        {"sem_wait(&lock)", "sem_wait", POINT_LIBRARY_CALL, {LIBRARY_SEM_WAIT, AT(&lock)}},
        {"sem_post(&lock+0x8)", "sem_post", POINT_LIBRARY_CALL, {LIBRARY_SEM_POST, AT(&lock) + 8}},
        {"?(0x10)", NULL, POINT_LIBRARY_CALL, {99999, 16}},
    };
    expect(ARRAY(examples));
}
END_TEST

static void on_alarm(int signal)
{
    (void)signal;
}

START_TEST(processes_and_signals_are_told)
{
    /* As the kernel has it: handler, flags, restorer, mask. */
    static uint64_t action[4] = {0, SA_RESTART | 0x04000000}, ignore[4] = {1, 0};
    static const uint64_t mask = 1 << (SIGUSR1 - 1) | 1 << (SIGCHLD - 1), none = 0;
    static const struct clone_args thread = {.flags = CLONE_VM | CLONE_FS | CLONE_THREAD},
                                   spawn = {.flags = CLONE_VM | CLONE_VFORK,
                                            .exit_signal = SIGCHLD};
    action[0] = (uintptr_t)on_alarm;
    const struct example examples[] = {
        {"fork()", "fork", SYS_clone, {CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD}},
        {"clone(SIGCHLD)", NULL, SYS_clone, {CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD}},
        {"pthread_create(...)", "pthread_create", SYS_clone3, {AT(&thread), sizeof thread}},
        {"clone3(CLONE_THREAD)", NULL, SYS_clone3, {AT(&thread), sizeof thread}},
        {"clone3(CLONE_VM|CLONE_VFORK|SIGCHLD) in posix_spawn",
         "posix_spawn",
         SYS_clone3,
         {AT(&spawn), sizeof spawn}},
        {"exit(1)", "__libc_start_main", SYS_exit_group, {1}},
        {"_exit(1)", "_exit", SYS_exit_group, {1}},
        {"exit_group(1)", NULL, SYS_exit_group, {1}},
        {"pthread_exit(...)", NULL, SYS_exit, {0}},
        {"wait(NULL)", "wait", SYS_wait4, {(uint64_t)-1}},
        {"waitpid(3, ..., WNOHANG)", "waitpid", SYS_wait4, {3, AT(&thread), WNOHANG}},
        {"waitid(P_PID, 3, ..., WEXITED|WNOWAIT)",
         "waitid",
         SYS_waitid,
         {P_PID, 3, AT(&thread), WEXITED | WNOWAIT}},
        {"kill(3, SIGUSR1)", "kill", SYS_kill, {3, SIGUSR1}},
        {"kill(-1, 0)", "kill", SYS_kill, {(uint64_t)-1, 0}},
        {"raise(SIGUSR1)", "raise", SYS_tgkill, {3, 3, SIGUSR1}},
        {"tgkill(3, 4, SIGUSR1) in pthread_kill", "pthread_kill", SYS_tgkill, {3, 4, SIGUSR1}},
        {"sigaction(SIGALRM, {on_alarm, SA_RESTART}, NULL)",
         "sigaction",
         SYS_rt_sigaction,
         {SIGALRM, AT(action)}},
        {"signal(SIGPIPE, SIG_IGN)", "signal", SYS_rt_sigaction, {SIGPIPE, AT(ignore)}},
        {"sigprocmask(SIG_BLOCK, [USR1 CHLD], NULL)",
         "sigprocmask",
         SYS_rt_sigprocmask,
         {SIG_BLOCK, AT(&mask), 0, 8}},
        {"sigsuspend([])", "sigsuspend", SYS_rt_sigsuspend, {AT(&none), 8}},
        {"getppid()", "getppid", SYS_getppid, {0}},
        {"getppid()", "syscall", SYS_getppid, {0}},
        {"prctl(PR_SET_PDEATHSIG, SIGKILL)", "prctl", SYS_prctl, {PR_SET_PDEATHSIG, SIGKILL}},
        {"sched_yield()", "sched_yield", SYS_sched_yield, {0}},
    };
    expect(ARRAY(examples));
}
END_TEST

START_TEST(time_is_told)
{
    static const struct timespec moment = {0, 20000000}, longer = {3, 500000000};
    static const struct itimerspec spec = {{0, 250000000}, {1, 0}};
    static const struct itimerval val = {{0, 0}, {0, 1500}};
    const struct example examples[] = {
        {"nanosleep(0.02 s, NULL)", "nanosleep", SYS_nanosleep, {AT(&moment)}},
        {"usleep(0.02 s)", "usleep", SYS_clock_nanosleep, {0, 0, AT(&moment)}},
        {"clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, 3.5 s, NULL)",
         "clock_nanosleep",
         SYS_clock_nanosleep,
         {CLOCK_MONOTONIC, TIMER_ABSTIME, AT(&longer)}},
        {"timerfd_settime(3, 0, 1 s every 0.25 s, NULL)",
         "timerfd_settime",
         SYS_timerfd_settime,
         {3, 0, AT(&spec)}},
        {"setitimer(ITIMER_REAL, 0.0015 s, NULL)", "setitimer", SYS_setitimer, {0, AT(&val)}},
        {"alarm(2)", "alarm", SYS_alarm, {2}},
        {"clock_gettime(CLOCK_MONOTONIC, ...)",
         "clock_gettime",
         SYS_clock_gettime,
         {CLOCK_MONOTONIC, AT(&val)}},
    };
    expect(ARRAY(examples));
}
END_TEST

/* A named object in shared memory goes by its name, whatever its address is here. */
START_TEST(shared_objects_go_by_their_names)
{
    char name[64], expected[128];
    snprintf(name, sizeof name, "/brokenpipe-check-%d", (int)getpid());
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, 4096), 0);
    char *board = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    const struct example at_start = {
        NULL, "sem_wait", POINT_LIBRARY_CALL, {LIBRARY_SEM_WAIT, AT(board)}};
    const struct example further = {
        NULL, "sem_wait", POINT_LIBRARY_CALL, {LIBRARY_SEM_WAIT, AT(board + 64)}};
    const struct task first = task_in(&at_start), second = task_in(&further);
    char *texts[] = {arguments_tell(&view, stacks, &first, NULL),
                     arguments_tell(&view, stacks, &second, NULL)};
    ck_assert_int_eq(munmap(board, 4096), 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(shm_unlink(name), 0);
    snprintf(expected, sizeof expected, "sem_wait(/dev/shm%s)", name);
    ck_assert_str_eq(texts[0], expected);
    snprintf(expected, sizeof expected, "sem_wait(/dev/shm%s+0x40)", name);
    ck_assert_str_eq(texts[1], expected);
    free(texts[0]);
    free(texts[1]);
}
END_TEST

/* Explanations of blocked calls keep to what strace(1) shows when a call begins to wait. */
START_TEST(blocked_calls_show_addresses)
{
    static const struct timespec moment = {1, 0};
    static const struct {
        const char *format; /* of the address */
        const char *name;
        struct example call;
    } blocked[] = {
        {"read(3, %#lx, 64)", "read", {NULL, NULL, SYS_read, {3, AT(&lock), 64}}},
        {"write(4, %#lx, 4096)", "write", {NULL, NULL, SYS_write, {4, AT(&lock), 4096}}},
        {"wait4(-1, %#lx, 0)", "wait4", {NULL, NULL, SYS_wait4, {(uint64_t)-1, AT(&lock)}}},
        {"connect(3, %#lx, 110)", "connect", {NULL, NULL, SYS_connect, {3, AT(&lock), 110}}},
        {"futex(%#lx, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 2)",
         "futex",
         {NULL, NULL, SYS_futex, {AT(&lock), FUTEX_WAIT_PRIVATE, 2}}},
        {"fcntl(3, F_SETLKW, %#lx)", "fcntl", {NULL, NULL, SYS_fcntl, {3, F_SETLKW, AT(&lock)}}},
        {"nanosleep(%#lx, NULL)", "nanosleep", {NULL, NULL, SYS_nanosleep, {AT(&moment)}}},
    };
    for (size_t i = 0; i < sizeof blocked / sizeof blocked[0]; i++) {
        char expected[128];
        const struct task task = task_in(&blocked[i].call);
        const uint64_t address = blocked[i].call.nr == SYS_nanosleep ? AT(&moment) : AT(&lock);
        char *text = arguments_format(&view, &task, blocked[i].name);
        ck_assert_ptr_nonnull(text);
        snprintf(expected, sizeof expected, blocked[i].format, address);
        ck_assert_str_eq(text, expected);
        free(text);
    }
}
END_TEST

/* Numbers that no program would pass on purpose, and memory that is not there. */
START_TEST(nothing_can_do_harm)
{
    const uint64_t strange[] = {0, 1, 16, UINT64_MAX, UINT64_MAX / 2, AT(&lock)};
    for (long nr = 0; nr < 512; nr++)
        for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
            const uint64_t s = strange[i];
            const struct example call = {NULL, NULL, nr, {s, s, s, s, s, s}};
            const struct task task = task_in(&call);
            char *told = arguments_tell(&view, stacks, &task, "function"),
                 *shown = arguments_format(&view, &task, "call");
            ck_assert_ptr_nonnull(told);
            ck_assert_ptr_nonnull(shown);
            ck_assert_uint_lt(strlen(told), 1000);
            free(told);
            free(shown);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arguments");
    TCase *cases = tcase_create("arguments");
    tcase_add_checked_fixture(cases, begin, end);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, data_are_told);
    tcase_add_test(cases, files_are_told);
    tcase_add_test(cases, sockets_are_told);
    tcase_add_test(cases, ipc_is_told);
    tcase_add_test(cases, processes_and_signals_are_told);
    tcase_add_test(cases, time_is_told);
    tcase_add_test(cases, shared_objects_go_by_their_names);
    tcase_add_test(cases, blocked_calls_show_addresses);
    tcase_add_test(cases, nothing_can_do_harm);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
