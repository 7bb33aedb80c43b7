/* check_points.c - tests of the table of scheduling points, of the filter made of it, and of the
 * library that is preloaded.
 *
 * The program is its own subject: started anew with the name of a part, under the filter, with this
 * side answering, or without any. */
#include "link.h"
#include "points.h"

#include <check.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define SELF    BUILD_DIR "/tests/check_points"
#define LIBRARY BUILD_DIR "/points.so"

enum {
    LINK = 100,
    MARK = LIBRARY_FUNCTIONS, /* what the subject says where its part begins and ends */
    CALLS = 1024,
};

/* -- What the subject does. -- */

/* Of each sort some. None of them is made: they are refused. */
static const long held[] = {
    SYS_read,
    SYS_writev,
    SYS_preadv2,
    SYS_splice,
    SYS_openat,
    SYS_close,
    SYS_close_range,
    SYS_dup3,
    SYS_pipe2,
    SYS_ioctl,
    SYS_flock,
    SYS_lseek,
    SYS_ftruncate,
    SYS_newfstatat,
    SYS_statx,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mknodat,
    SYS_fchmodat,
    SYS_getdents64,
    SYS_socketpair,
    SYS_accept4,
    SYS_connect,
    SYS_recvmsg,
    SYS_epoll_pwait,
    SYS_ppoll,
    SYS_pselect6,
    SYS_shmat,
    SYS_semtimedop,
    SYS_msgrcv,
    SYS_mq_timedsend,
    SYS_futex,
    SYS_kill,
    SYS_rt_sigprocmask,
    SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait,
    SYS_set_robust_list,
    SYS_clone,
    SYS_clone3,
    SYS_execve,
    SYS_execveat,
    SYS_exit,
    SYS_exit_group,
    SYS_wait4,
    SYS_waitid,
    SYS_getppid,
    SYS_setsid,
    SYS_pidfd_open,
    SYS_sched_yield,
    SYS_setpriority,
    SYS_sched_setaffinity,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_setitimer,
    SYS_timer_settime,
    SYS_timerfd_settime,
    SYS_clock_gettime,
    SYS_gettimeofday,
#ifdef SYS_open
    SYS_open,
    SYS_pipe,
    SYS_poll,
    SYS_select,
    SYS_pause,
    SYS_fork,
    SYS_vfork,
    SYS_alarm,
    SYS_time,
#endif
};
enum { N_HELD = sizeof held / sizeof held[0] };

static void mark(void)
{
    syscall(POINT_LIBRARY_CALL, MARK, NULL);
}

/* The subject's checks: says where one fails, and fails itself. */
#define MUST(condition)                                                                            \
    do                                                                                             \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            _exit(1);                                                                              \
        }                                                                                          \
    while (0)

/* Whether the call fails so. */
static bool fails(int error, long nr, long a, long b)
{
    errno = 0;
    return syscall(nr, a, b, 0L, 0L, 0L, 0L) == -1 && errno == error;
}

static void part_held(void)
{
    bool refused[N_HELD];
    mark();
    for (int i = 0; i < N_HELD; i++)
        refused[i] = fails(EPERM, held[i], -1, -1);
    mark();
    for (int i = 0; i < N_HELD; i++)
        MUST(refused[i]);
}

static void part_own_affairs(void)
{
    static const long calls[] = {SYS_getpid,  SYS_gettid,       SYS_getuid,     SYS_mmap,
                                 SYS_munmap,  SYS_mprotect,     SYS_madvise,    SYS_brk,
                                 SYS_uname,   SYS_sigaltstack,  SYS_prlimit64,  SYS_getrandom,
                                 SYS_sysinfo, SYS_clock_getres, SYS_prctl,      SYS_chdir,
                                 SYS_getcwd,  SYS_fsync,        SYS_readlinkat, SYS_restart_syscall,
                                 SYS_rseq};
    mark();
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        syscall(calls[i], -1L, -1L, -1L, -1L, -1L, -1L);
    prctl(PR_SET_NAME, "renamed");
    mark();
}

static void part_some_arguments(void)
{
    mark();
    bool on_link = fails(EBADF, SYS_sendmsg, LINK, 0); /* execve(2) has closed it */
    bool on_other = fails(EPERM, SYS_sendmsg, LINK + 1, 0);
    bool descriptor = fails(EPERM, SYS_fcntl, 0, F_GETFD);
    bool parent = fails(EPERM, SYS_prctl, PR_SET_PDEATHSIG, SIGTERM);
    bool reaper = fails(EPERM, SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    mark();
    MUST(on_link && on_other && descriptor && parent && reaper);
}

static void part_refused(void)
{
    static const long upper_half = 1L << 40; /* which the kernel does not look at */
    mark();
    bool io = fails(ENOSYS, SYS_io_uring_setup, 1, 0) && fails(ENOSYS, SYS_io_setup, 1, 0);
    bool perf = fails(EPERM, SYS_perf_event_open, 0, 0);
    bool memory = fails(EPERM, SYS_userfaultfd, 0, 0);
    bool limits = fails(EPERM, SYS_prlimit64, 1, 0) && !fails(EPERM, SYS_prlimit64, 0, 0);
    bool notify =
        fails(EINVAL, SYS_fcntl, 0, F_NOTIFY) && fails(EINVAL, SYS_fcntl, 0, F_NOTIFY | upper_half);
    mark();
    MUST(io && perf && memory && limits && notify);
}

static void note_signal(int signal)
{
    (void)signal;
}

static void part_signal(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    MUST(sigaction(SIGUSR1, &action, NULL) == 0);
    mark();
    syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
    mark();
}

static void part_semaphore(void)
{
    static sem_t first, second;
    int value;
    mark();
    sem_init(&first, 0, 1);
    sem_init(&second, 0, 0);
    sem_wait(&first);
    sem_post(&second);
    sem_getvalue(&second, &value);
    mark();
}

static const struct timespec past = {.tv_sec = 1};

static void all_semaphores(void)
{
    sem_t s;
    int value = -1;
    MUST(sem_init(&s, 0, 4) == 0);
    MUST(sem_wait(&s) == 0 && sem_trywait(&s) == 0);
    MUST(sem_timedwait(&s, &past) == 0 && sem_clockwait(&s, CLOCK_MONOTONIC, &past) == 0);
    MUST(sem_trywait(&s) == -1 && errno == EAGAIN);
    MUST(sem_timedwait(&s, &past) == -1 && errno == ETIMEDOUT);
    MUST(sem_clockwait(&s, CLOCK_MONOTONIC, &past) == -1 && errno == ETIMEDOUT);
    MUST(sem_post(&s) == 0 && sem_getvalue(&s, &value) == 0 && value == 1);
    MUST(sem_destroy(&s) == 0);
}

static void all_mutexes(void)
{
    pthread_mutex_t m;
    MUST(pthread_mutex_init(&m, NULL) == 0);
    MUST(pthread_mutex_lock(&m) == 0 && pthread_mutex_trylock(&m) == EBUSY);
    MUST(pthread_mutex_timedlock(&m, &past) == ETIMEDOUT);
    MUST(pthread_mutex_clocklock(&m, CLOCK_MONOTONIC, &past) == ETIMEDOUT);
    MUST(pthread_mutex_unlock(&m) == 0 && pthread_mutex_destroy(&m) == 0);
}

struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t changed, again;
    bool here;
};

static void *arrive(void *at)
{
    struct meeting *meeting = at;
    MUST(pthread_mutex_lock(&meeting->mutex) == 0);
    meeting->here = true;
    MUST(pthread_cond_signal(&meeting->changed) == 0);
    MUST(pthread_cond_broadcast(&meeting->again) == 0);
    MUST(pthread_mutex_unlock(&meeting->mutex) == 0);
    return NULL;
}

static void all_conditions(void)
{
    struct meeting here = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread;
    MUST(pthread_cond_init(&here.changed, NULL) == 0 && pthread_cond_init(&here.again, NULL) == 0);
    MUST(pthread_mutex_lock(&here.mutex) == 0);
    MUST(pthread_cond_timedwait(&here.changed, &here.mutex, &past) == ETIMEDOUT);
    MUST(pthread_cond_clockwait(&here.changed, &here.mutex, CLOCK_MONOTONIC, &past) == ETIMEDOUT);
    MUST(pthread_create(&thread, NULL, arrive, &here) == 0);
    while (!here.here)
        MUST(pthread_cond_wait(&here.changed, &here.mutex) == 0);
    MUST(pthread_mutex_unlock(&here.mutex) == 0 && pthread_join(thread, NULL) == 0);
    MUST(pthread_cond_destroy(&here.changed) == 0 && pthread_cond_destroy(&here.again) == 0);
}

static void all_rwlocks(void)
{
    pthread_rwlock_t l;
    MUST(pthread_rwlock_init(&l, NULL) == 0);
    MUST(pthread_rwlock_rdlock(&l) == 0 && pthread_rwlock_tryrdlock(&l) == 0);
    MUST(pthread_rwlock_timedrdlock(&l, &past) == 0);
    MUST(pthread_rwlock_trywrlock(&l) == EBUSY);
    MUST(pthread_rwlock_timedwrlock(&l, &past) == ETIMEDOUT);
    for (int i = 0; i < 3; i++)
        MUST(pthread_rwlock_unlock(&l) == 0);
    MUST(pthread_rwlock_wrlock(&l) == 0 && pthread_rwlock_unlock(&l) == 0);
    MUST(pthread_rwlock_destroy(&l) == 0);
}

static int routines;

static void routine(void)
{
    routines++;
}

static void all_others(void)
{
    pthread_barrier_t b;
    pthread_spinlock_t l;
    pthread_once_t once = PTHREAD_ONCE_INIT;
    once_flag flag = ONCE_FLAG_INIT;
    MUST(pthread_barrier_init(&b, NULL, 1) == 0);
    MUST(pthread_barrier_wait(&b) == PTHREAD_BARRIER_SERIAL_THREAD);
    MUST(pthread_barrier_destroy(&b) == 0);
    MUST(pthread_spin_init(&l, PTHREAD_PROCESS_PRIVATE) == 0);
    MUST(pthread_spin_lock(&l) == 0 && pthread_spin_trylock(&l) == EBUSY);
    MUST(pthread_spin_unlock(&l) == 0);
    MUST(pthread_once(&once, routine) == 0 && pthread_once(&once, routine) == 0);
    call_once(&flag, routine);
    MUST(routines == 2);
}

struct c11_meeting {
    mtx_t mutex;
    cnd_t changed, again;
    bool here;
};

static int c11_arrive(void *at)
{
    struct c11_meeting *meeting = at;
    MUST(mtx_lock(&meeting->mutex) == thrd_success);
    meeting->here = true;
    MUST(cnd_signal(&meeting->changed) == thrd_success);
    MUST(cnd_broadcast(&meeting->again) == thrd_success);
    MUST(mtx_unlock(&meeting->mutex) == thrd_success);
    return 0;
}

static void all_of_c11(void)
{
    struct c11_meeting here = {.here = false};
    thrd_t thread;
    MUST(mtx_init(&here.mutex, mtx_timed) == thrd_success);
    MUST(cnd_init(&here.changed) == thrd_success && cnd_init(&here.again) == thrd_success);
    MUST(mtx_lock(&here.mutex) == thrd_success && mtx_trylock(&here.mutex) == thrd_busy);
    MUST(mtx_timedlock(&here.mutex, &past) == thrd_timedout);
    MUST(cnd_timedwait(&here.changed, &here.mutex, &past) == thrd_timedout);
    MUST(thrd_create(&thread, c11_arrive, &here) == thrd_success);
    while (!here.here)
        MUST(cnd_wait(&here.changed, &here.mutex) == thrd_success);
    MUST(mtx_unlock(&here.mutex) == thrd_success && thrd_join(thread, NULL) == thrd_success);
}

static void part_all_functions(void)
{
    mark();
    all_semaphores();
    all_mutexes();
    all_conditions();
    all_rwlocks();
    all_others();
    all_of_c11();
    mark();
}

static void part_clocks(void)
{
    struct timespec monotonic, realtime, utc;
    struct timeval now;
    mark();
    int clock =
        clock_gettime(CLOCK_MONOTONIC, &monotonic) + clock_gettime(CLOCK_REALTIME, &realtime);
    int day = gettimeofday(&now, NULL), base = timespec_get(&utc, TIME_UTC);
    time_t seconds, returned = time(&seconds);
    mark();
    MUST(clock == 0 && day == 0 && base == TIME_UTC && monotonic.tv_sec > 0);
    MUST(now.tv_sec - realtime.tv_sec <= 1 && utc.tv_sec - realtime.tv_sec <= 1);
    MUST(returned == seconds && labs(seconds - realtime.tv_sec) <= 1);
    MUST(clock_gettime(-1, &utc) == -1 && errno == EINVAL);
    MUST(timespec_get(&utc, -1) == 0);
}

/* The functions under test do not touch errno unless they fail. */
static void part_errno(void)
{
    enum { STRANGE = 12345 };
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    sem_t s;
    errno = STRANGE;
    MUST(sem_init(&s, 0, 0) == 0 && sem_post(&s) == 0 && sem_wait(&s) == 0);
    MUST(pthread_mutex_lock(&m) == 0 && pthread_mutex_trylock(&m) == EBUSY);
    MUST(pthread_mutex_unlock(&m) == 0);
    MUST(errno == STRANGE);
}

static sem_t posted;

static void post(int signal)
{
    (void)signal;
    MUST(sem_post(&posted) == 0);
}

static void part_handler(void)
{
    struct sigaction action = {.sa_handler = post};
    MUST(sem_init(&posted, 0, 0) == 0 && sigaction(SIGALRM, &action, NULL) == 0);
    MUST(raise(SIGALRM) == 0 && sem_wait(&posted) == 0);
    const struct itimerval soon = {.it_value.tv_usec = 1000};
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    while (sem_wait(&posted) == -1)
        MUST(errno == EINTR);
}

static void unlock(void *mutex)
{
    MUST(pthread_mutex_unlock(mutex) == 0);
}

static void *wait_for_ever(void *at)
{
    struct meeting *meeting = at;
    MUST(pthread_mutex_lock(&meeting->mutex) == 0);
    pthread_cleanup_push(unlock, &meeting->mutex);
    meeting->here = true;
    MUST(pthread_cond_signal(&meeting->again) == 0);
    for (;;)
        pthread_cond_wait(&meeting->changed, &meeting->mutex);
    pthread_cleanup_pop(1);
}

/* A thread that is cancelled in pthread_cond_wait(3) gets the mutex back and cleans up. */
static void part_cancellation(void)
{
    struct meeting here = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                           .changed = PTHREAD_COND_INITIALIZER,
                           .again = PTHREAD_COND_INITIALIZER};
    pthread_t thread;
    void *result;
    MUST(pthread_create(&thread, NULL, wait_for_ever, &here) == 0);
    MUST(pthread_mutex_lock(&here.mutex) == 0);
    while (!here.here)
        MUST(pthread_cond_wait(&here.again, &here.mutex) == 0);
    MUST(pthread_mutex_unlock(&here.mutex) == 0 && pthread_cancel(thread) == 0);
    MUST(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    MUST(pthread_mutex_trylock(&here.mutex) == 0);
}

/* The first version of pthread_cond_wait knew no condition of several processes. */
static void part_shared_condition(void)
{
    struct meeting *here =
        mmap(NULL, sizeof *here, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t shared_mutex;
    pthread_condattr_t shared_condition;
    MUST(here != MAP_FAILED);
    MUST(pthread_mutexattr_init(&shared_mutex) == 0 &&
         pthread_condattr_init(&shared_condition) == 0);
    MUST(pthread_mutexattr_setpshared(&shared_mutex, PTHREAD_PROCESS_SHARED) == 0);
    MUST(pthread_condattr_setpshared(&shared_condition, PTHREAD_PROCESS_SHARED) == 0);
    MUST(pthread_mutex_init(&here->mutex, &shared_mutex) == 0);
    MUST(pthread_cond_init(&here->changed, &shared_condition) == 0);
    MUST(pthread_cond_init(&here->again, &shared_condition) == 0);
    MUST(pthread_mutex_lock(&here->mutex) == 0);
    pid_t child = fork();
    MUST(child >= 0);
    if (child == 0) {
        arrive(here);
        _exit(0);
    }
    while (!here->here)
        MUST(pthread_cond_wait(&here->changed, &here->mutex) == 0);
    int status;
    MUST(pthread_mutex_unlock(&here->mutex) == 0);
    MUST(waitpid(child, &status, 0) == child && status == 0);
}

static char **stack;
static int depth;

static void look_at_stack(void)
{
    void *frames[64];
    depth = backtrace(frames, 64);
    stack = backtrace_symbols(frames, depth);
}

/* Whoever reads the stack of a task that waits finds the C library called by the program. */
static void part_stack(void)
{
    pthread_once_t once = PTHREAD_ONCE_INIT;
    MUST(pthread_once(&once, look_at_stack) == 0);
    MUST(stack != NULL && depth > 2);
    for (int i = 0; i < depth; i++)
        MUST(strstr(stack[i], "points.so") == NULL);
    free(stack);
}

static const struct part {
    const char *name;
    void (*act)(void);
} parts[] = {
    {"held", part_held},
    {"own-affairs", part_own_affairs},
    {"some-arguments", part_some_arguments},
    {"refused", part_refused},
    {"signal", part_signal},
    {"semaphore", part_semaphore},
    {"all-functions", part_all_functions},
    {"clocks", part_clocks},
    {"errno", part_errno},
    {"handler", part_handler},
    {"cancellation", part_cancellation},
    {"shared-condition", part_shared_condition},
    {"stack", part_stack},
};
enum { N_PARTS = sizeof parts / sizeof parts[0], FIRST_WITHOUT_FILTER = 6 };

static int act(const char *name)
{
    for (int i = 0; i < N_PARTS; i++)
        if (strcmp(parts[i].name, name) == 0) {
            parts[i].act();
            return 0;
        }
    return 2;
}

/* -- How the subject is run. -- */

/* What is left of a program with the preloaded library: ASan wants to be the first. */
static char *const plain[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
static char *const preloaded[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "LD_PRELOAD=" LIBRARY,
                                  "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0", NULL};

static struct {
    long nr;
    unsigned long long args[2];
} seen[CALLS]; /* between the marks */
static int n_seen, n_marks, n_starts;

static void subject(const struct sock_fprog *filter, char *const argv[], char *const environment[])
{
    struct link_message message = {.kind = LINK_LISTENER, .n_fds = 1};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        _exit(2);
    message.fds[0] = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                  SECCOMP_FILTER_FLAG_NEW_LISTENER, filter);
    if (message.fds[0] < 0 || link_send(LINK, &message) != 0)
        _exit(2);
    execve(argv[0], argv, environment);
    _exit(2);
}

static pid_t start_subject(char *const argv[], char *const environment[], int *listener)
{
    struct sock_fprog filter;
    struct error err;
    struct link_message message;
    int line[2];
    ck_assert_msg(points_filter(&filter, LINK, &err) == 0, "%s", err.text);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (dup3(line[1], LINK, O_CLOEXEC) != LINK)
            _exit(2);
        subject(&filter, argv, environment);
    }
    close(line[1]);
    ck_assert_int_eq(link_receive(line[0], &message), 0);
    ck_assert_int_eq(message.n_fds, 1);
    *listener = message.fds[0];
    close(line[0]);
    free(filter.filter);
    return child;
}

/* Whether it is one of those that count. */
static bool note(const struct seccomp_data *call)
{
    if (call->nr == POINT_LIBRARY_CALL && call->args[0] == MARK) {
        n_marks++;
        return false;
    }
    if (call->nr == POINT_LIBRARY_CALL && call->args[0] == LIBRARY_STARTED)
        n_starts++;
    if (n_marks != 1)
        return false;
    ck_assert_int_lt(n_seen, CALLS);
    seen[n_seen].nr = call->nr;
    memcpy(seen[n_seen++].args, call->args, sizeof seen[0].args);
    return true;
}

static int end_of(pid_t child)
{
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

/* Runs it under the filter; calls between the marks are made, or fail with EPERM. */
static void watch(bool made, char *const argv[], char *const environment[])
{
    int listener;
    n_seen = n_marks = n_starts = 0;
    pid_t child = start_subject(argv, environment, &listener);
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    while (poll(&ready, 1, -1) == 1 && (ready.revents & POLLIN) != 0) {
        struct seccomp_notif call;
        memset(&call, 0, sizeof call);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
            continue;
        bool refuse = note(&call.data) && !made;
        struct seccomp_notif_resp answer = {.id = call.id,
                                            .error = refuse ? -EPERM : 0,
                                            .flags = refuse ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    close(listener);
    ck_assert_int_eq(end_of(child), 0);
}

static void watch_part(bool made, const char *part, char *const environment[])
{
    watch(made, (char *[]){SELF, (char *)part, NULL}, environment);
    ck_assert_int_eq(n_marks, 2);
}

static void run(char *const argv[], char *const environment[])
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        execve(argv[0], argv, environment);
        _exit(2);
    }
    ck_assert_int_eq(end_of(child), 0);
}

static void expect_calls(const long *calls, int n)
{
    for (int i = 0; i < n && i < n_seen; i++)
        ck_assert_msg(seen[i].nr == calls[i], "call %d is %ld, not %ld", i, seen[i].nr, calls[i]);
    ck_assert_int_eq(n_seen, n);
}

/* -- The tests. -- */

START_TEST(kinds_are_told)
{
    ck_assert_int_eq(point_kind(SYS_read), POINT_CALL);
    ck_assert_int_eq(point_kind(SYS_set_robust_list), POINT_BIRTH);
    ck_assert_int_eq(point_kind(SYS_clone3), POINT_CLONE);
    ck_assert_int_eq(point_kind(SYS_execveat), POINT_EXEC);
    ck_assert_int_eq(point_kind(SYS_exit_group), POINT_EXIT);
    ck_assert_int_eq(point_kind(SYS_clock_nanosleep), POINT_SLEEP);
    ck_assert_int_eq(point_kind(SYS_sched_yield), POINT_YIELD);
    ck_assert_int_eq(point_kind(SYS_futex), POINT_TIMED);
    ck_assert_int_eq(point_kind(SYS_recvfrom), POINT_TIMED);
    ck_assert_int_eq(point_kind(SYS_timerfd_settime), POINT_TIMER);
    ck_assert_int_eq(point_kind(SYS_clock_gettime), POINT_CLOCK);
    ck_assert_int_eq(point_kind(SYS_sched_setscheduler), POINT_SCHEDULING);
    ck_assert_int_eq(point_kind(POINT_LIBRARY_CALL), POINT_LIBRARY);
    ck_assert_int_eq(point_kind(-1), POINT_CALL);
    ck_assert_int_eq(point_kind(1L << 40), POINT_CALL);
}
END_TEST

START_TEST(blocking_calls_are_told)
{
    static const long blocking[] = {SYS_read,   SYS_openat,        SYS_fcntl, SYS_wait4,
                                    SYS_msgsnd, SYS_rt_sigsuspend, SYS_futex, SYS_nanosleep};
    static const long at_once[] = {SYS_close,      SYS_pipe2,  SYS_kill,           SYS_clone,
                                   SYS_exit_group, SYS_getpid, POINT_LIBRARY_CALL, -1};
    for (size_t i = 0; i < sizeof blocking / sizeof blocking[0]; i++)
        ck_assert_msg(point_may_block(blocking[i]), "%ld", blocking[i]);
    for (size_t i = 0; i < sizeof at_once / sizeof at_once[0]; i++)
        ck_assert_msg(!point_may_block(at_once[i]), "%ld", at_once[i]);
}
END_TEST

START_TEST(points_are_held)
{
    watch_part(false, "held", plain);
    expect_calls(held, N_HELD);
}
END_TEST

START_TEST(own_affairs_pass)
{
    watch_part(true, "own-affairs", plain);
    expect_calls(NULL, 0);
}
END_TEST

START_TEST(some_arguments_make_a_point)
{
    static const long calls[] = {SYS_sendmsg, SYS_fcntl, SYS_prctl, SYS_prctl};
    watch_part(false, "some-arguments", plain);
    expect_calls(calls, 4);
}
END_TEST

START_TEST(what_cannot_be_controlled_is_refused)
{
    watch_part(true, "refused", plain);
    expect_calls(NULL, 0);
}
END_TEST

START_TEST(return_from_a_handler_passes)
{
    static const long calls[] = {SYS_tgkill};
    watch_part(true, "signal", plain);
    expect_calls(calls, 1);
}
END_TEST

/* The filter is run for every call, and made for every program that is explored. */
START_TEST(filter_is_a_search)
{
    struct sock_fprog filter;
    struct error err;
    ck_assert_int_eq(points_filter(&filter, LINK, &err), 0);
    ck_assert_uint_lt(filter.len, BPF_MAXINSNS);
    int jumps = 0;
    for (int i = 0; i < filter.len; i++)
        jumps +=
            BPF_OP(filter.filter[i].code) == BPF_JGT || BPF_OP(filter.filter[i].code) == BPF_JGE;
    ck_assert_int_gt(jumps, 32);
    free(filter.filter);
}
END_TEST

START_TEST(library_says_when_main_begins)
{
    watch_part(true, "own-affairs", preloaded);
    ck_assert_int_eq(n_starts, 1);
    watch_part(true, "own-affairs", plain);
    ck_assert_int_eq(n_starts, 0);
}
END_TEST

START_TEST(library_announces_function_and_object)
{
    static const enum library_function functions[] = {LIBRARY_SEM_INIT, LIBRARY_SEM_INIT,
                                                      LIBRARY_SEM_WAIT, LIBRARY_SEM_POST,
                                                      LIBRARY_SEM_GETVALUE};
    watch_part(true, "semaphore", preloaded);
    ck_assert_int_eq(n_seen, 5);
    for (int i = 0; i < n_seen; i++) {
        ck_assert_int_eq(seen[i].nr, POINT_LIBRARY_CALL);
        ck_assert_uint_eq(seen[i].args[0], functions[i]);
    }
    ck_assert(seen[0].args[1] != 0 && seen[0].args[1] != seen[1].args[1]);
    ck_assert_uint_eq(seen[2].args[1], seen[0].args[1]);
    ck_assert_uint_eq(seen[3].args[1], seen[1].args[1]);
    ck_assert_uint_eq(seen[4].args[1], seen[1].args[1]);
}
END_TEST

START_TEST(library_announces_every_function)
{
    static const char *const names[] = {LIBRARY_FUNCTION_NAMES};
    bool announced[LIBRARY_FUNCTIONS] = {[LIBRARY_STARTED] = true};
    ck_assert_uint_eq(sizeof names / sizeof names[0], LIBRARY_FUNCTIONS);
    watch_part(true, "all-functions", preloaded);
    for (int i = 0; i < n_seen; i++)
        if (seen[i].nr == POINT_LIBRARY_CALL)
            announced[seen[i].args[0]] = true;
    for (int f = 0; f < LIBRARY_FUNCTIONS; f++)
        ck_assert_msg(announced[f], "%s is not announced", names[f]);
}
END_TEST

START_TEST(library_asks_the_kernel_for_the_time)
{
    static const long calls[] = {SYS_clock_gettime, SYS_clock_gettime, SYS_gettimeofday,
                                 SYS_clock_gettime, SYS_clock_gettime};
    watch_part(true, "clocks", preloaded);
    expect_calls(calls, 5);
}
END_TEST

START_TEST(program_notices_nothing)
{
    char *argv[] = {SELF, (char *)parts[FIRST_WITHOUT_FILTER + _i].name, NULL};
    run(argv, plain);
    run(argv, preloaded);
}
END_TEST

/* Programs of other people's making: processes, threads, signals, vfork(2). */
START_TEST(other_programs_notice_nothing)
{
    static char *const programs[][4] = {
        {"/bin/bash", "-c",
         "trap 'x=1' USR1; kill -USR1 $$;"
         "[ \"$x$(printf 'b\\na\\n' | sort | tr -d '\\n')\" = 1ab ] && (exit 3); [ $? = 3 ]"},
        {"/usr/bin/python3", "-c",
         "import queue, subprocess, threading, time\n"
         "q = queue.Queue()\n"
         "threads = [threading.Thread(target=q.put, args=(i,)) for i in range(4)]\n"
         "for t in threads: t.start()\n"
         "for t in threads: t.join()\n"
         "assert sorted(q.get() for t in threads) == [0, 1, 2, 3]\n"
         "assert subprocess.run(['true']).returncode == 0\n"
         "assert abs(time.time() - time.clock_gettime(time.CLOCK_REALTIME)) < 60\n"},
    };
    run(programs[_i], plain);
    run(programs[_i], preloaded);
    watch(true, programs[_i], preloaded);
    ck_assert_int_gt(n_starts, 0);
}
END_TEST

int main(int argc, char *argv[])
{
    if (argc > 1)
        return act(argv[1]);
    TCase *tcase = tcase_create("points");
    tcase_set_timeout(tcase, 20);
    tcase_add_test(tcase, kinds_are_told);
    tcase_add_test(tcase, blocking_calls_are_told);
    tcase_add_test(tcase, points_are_held);
    tcase_add_test(tcase, own_affairs_pass);
    tcase_add_test(tcase, some_arguments_make_a_point);
    tcase_add_test(tcase, what_cannot_be_controlled_is_refused);
    tcase_add_test(tcase, return_from_a_handler_passes);
    tcase_add_test(tcase, filter_is_a_search);
    tcase_add_test(tcase, library_says_when_main_begins);
    tcase_add_test(tcase, library_announces_function_and_object);
    tcase_add_test(tcase, library_announces_every_function);
    tcase_add_test(tcase, library_asks_the_kernel_for_the_time);
    tcase_add_loop_test(tcase, program_notices_nothing, 0, N_PARTS - FIRST_WITHOUT_FILTER);
    tcase_add_loop_test(tcase, other_programs_notice_nothing, 0, 2);
    Suite *suite = suite_create("points");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
