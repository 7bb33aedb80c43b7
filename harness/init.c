/* init.c - pid 1 of a world: sets it up, starts the program, reaps, answers. See init.h. */
#include "init.h"

#include "clock.h"
#include "drain.h"
#include "error.h"
#include "files.h"
#include "link.h"
#include "rootfs.h"
#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Tells the harness that the run cannot be made, and ends. */
static _Noreturn void give_up(const struct init_plan *plan, const struct error *err)
{
    struct link_message message = {.kind = LINK_FAILED};
    snprintf(message.text, sizeof(message.text), "%s", err->text);
    link_send(plan->link, &message);
    _exit(1);
}

static _Noreturn void give_up_errno(const struct init_plan *plan, const char *doing)
{
    struct error err;
    error_errno(&err, "%s", doing);
    give_up(plan, &err);
}

/* The maps make INIT_ID of the user who runs the harness, or of nobody if that is root: then this
 * process is root's still, and has to become the other. */
static void take_identity(const struct init_plan *plan)
{
    if (getegid() != INIT_ID &&
        (setgroups(0, NULL) != 0 || setresgid(INIT_ID, INIT_ID, INIT_ID) != 0))
        give_up_errno(plan, "cannot take the world's group id");
    if (geteuid() != INIT_ID && setresuid(INIT_ID, INIT_ID, INIT_ID) != 0)
        give_up_errno(plan, "cannot take the world's user id");
}

static double cpu_used_ms(void)
{
    struct rusage used;
    return getrusage(RUSAGE_SELF, &used) == 0 ? clock_used_ms(&used) : 0;
}

/* What of /proc/sys can still be reached when it is covered. */
struct sysctls {
    int all;      /* the directory */
    int last_pid; /* the pid that was given away last, proc_sys_kernel(5); -1: not offered */
};

static int open_sysctls(struct sysctls *sysctls)
{
    sysctls->all = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
    sysctls->last_pid = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
    return sysctls->all < 0 ? -1 : 0;
}

/* Sets the namespaces up and hands the view out. */
static void set_up(const struct init_plan *plan, struct sysctls *sysctls)
{
    struct error err;
    struct link_message view = {.kind = LINK_VIEW, .n_fds = VIEW_FDS};

    take_identity(plan);
    if (rootfs_enter(plan, view.fds, &err) != 0)
        give_up(plan, &err);
    if (bring_up_loopback() != 0)
        give_up_errno(plan, "cannot bring up the world's loopback interface");
    if (open_sysctls(sysctls) != 0 || turn_knobs(&plan->spec->knobs, sysctls->all) != 0)
        give_up_errno(plan, "cannot turn the world's knobs");
    /* The program's user is the owner of the namespaces' sysctls too, so that they have to be
     * read-only: a knob must stay as it was turned. */
    if (rootfs_cover("/proc/sys") != 0)
        give_up_errno(plan, "cannot fix the world's knobs");
    if (sethostname("world", 5) != 0)
        give_up_errno(plan, "cannot name the world");
    view.cpu_ms = cpu_used_ms();
    view.start_ms = clock_now_ms();
    if (link_send(plan->link, &view) != 0)
        _exit(1);
    for (int i = 0; i < VIEW_FDS; i++)
        close(view.fds[i]);
}

static rlim_t smaller(rlim_t a, rlim_t b)
{
    return a < b ? a : b;
}

static int limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return -1;
    limit.rlim_max = smaller(limit.rlim_max, hard);
    limit.rlim_cur = smaller(limit.rlim_max, soft);
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

/* These are walls behind the watcher, which sees a limit crossed and names it: the number of
 * processes has room for the one too many that the watcher must see, and for init. */
static int set_limits(const struct world_limits *limits, bool isolated)
{
    const rlim_t processes = (rlim_t)limits->processes + 2, file = (rlim_t)limits->disk_mib << 20;
    const struct {
        int resource;
        rlim_t soft, hard;
    } all[] = {{RLIMIT_FSIZE, file, file},
               {RLIMIT_CORE, 1, 1}, /* 1 also keeps a core_pattern that is a pipe from being run */
               {RLIMIT_MEMLOCK, 8 << 20, 8 << 20},
               {RLIMIT_SIGPENDING, 4096, 4096},
               {RLIMIT_NOFILE, 1024, 4096}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (limit(all[i].resource, all[i].soft, all[i].hard) != 0)
            return -1;
    return isolated ? limit(RLIMIT_NPROC, processes, processes) : 0;
}

/* All of them: signal(2) refuses the two that glibc keeps for itself, and a parent may have left
 * those ignored as well. */
static void reset_signals(void)
{
    enum { KERNEL_SIGNALS = 64, KERNEL_SET_SIZE = 8 };
    static const unsigned long action[4]; /* the kernel's struct sigaction, all 0: SIG_DFL */
    sigset_t none;
    sigemptyset(&none);
    for (int s = 1; s <= KERNEL_SIGNALS; s++) /* fails for SIGKILL and SIGSTOP, rightly */
        syscall(SYS_rt_sigaction, s, action, NULL, KERNEL_SET_SIZE);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* From here on every call that arms an invisible timer waits for the harness's answer. */
static int install_filter(const struct init_plan *plan)
{
    /* So that a signal does not end a call that waits for the answer with EINTR, which the call
     * alone would never do; Linux 5.19. Without it nobody would know whether a pipe has come. */
    enum { WAIT_KILLABLE_RECV = 1 << 5 };
    int listener =
        (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER | WAIT_KILLABLE_RECV, &plan->filter);
    if (listener < 0 && errno == EINVAL && !plan->spec->knobs.small_pipes)
        listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                SECCOMP_FILTER_FLAG_NEW_LISTENER, &plan->filter);
    if (listener < 0)
        return -1;
    struct link_message message = {.kind = LINK_LISTENER, .n_fds = 1, .fds = {listener}};
    int result = link_send(plan->link, &message);
    /* Else execve(2) closes it: close(2) is a scheduling point. */
    if (plan->preload == NULL)
        close(listener);
    return result;
}

/* Whether init runs under the program's filter itself, so as to make calls that the filter stops.
 */
static bool is_marked(const struct init_plan *plan)
{
    return plan->isolated && plan->preload == NULL && plan->spec->knobs.small_pipes;
}

/* A call that the filter stops, and that does nothing: disarms a timer that is not armed. */
static void make_mark(void)
{
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
}

/* The program's own user namespace: an ordinary user without any capability over the world's other
 * namespaces, who cannot make more of them, where nobody would watch. */
static int become_user(int sys)
{
    char map[32];
    snprintf(map, sizeof(map), "%d %d 1", WORLD_ID, INIT_ID);
    /* Changing ids has made init undumpable, and with it what it may write of its own in proc. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
        return -1;
    if (unshare(CLONE_NEWUSER) != 0 || file_write(AT_FDCWD, "/proc/self/setgroups", "deny") != 0 ||
        file_write(AT_FDCWD, "/proc/self/uid_map", map) != 0 ||
        file_write(AT_FDCWD, "/proc/self/gid_map", map) != 0)
        return -1;
    return file_write(sys, "user/max_user_namespaces", "0");
}

/* A library that is to come before all others offends ASan, which checks that it is the first. */
static void choose_environment(const struct init_plan *plan, char *environment[8],
                               char preload[PATH_MAX])
{
    static char *const always[] = {"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=/tmp",
                                   "LC_ALL=C.UTF-8", "TERM=dumb", NULL};
    size_t n = 0;
    for (; always[n] != NULL; n++)
        environment[n] = always[n];
    if (plan->preload != NULL) {
        snprintf(preload, PATH_MAX, "LD_PRELOAD=%s", plan->preload);
        environment[n++] = preload;
        environment[n++] = "ASAN_OPTIONS=verify_asan_link_order=0";
    }
    environment[n] = NULL;
}

/* A controlled run is to be made again just as it was: addresses that a program prints should be
 * the same. */
static void prepare_control(const struct init_plan *plan, struct init_plan *own)
{
    if (personality(ADDR_NO_RANDOMIZE) < 0)
        give_up_errno(plan, "cannot fix the program's addresses");
    /* Not init's, if that is higher; a lower one it may be unable to leave. */
    if (getpriority(PRIO_PROCESS, 0) < 0 && setpriority(PRIO_PROCESS, 0, 0) != 0)
        give_up_errno(plan, "cannot give the program its priority");
    /* What spins at a real-time priority ends some day, even if nobody is left to end it. */
    rlim_t cpu_s = (rlim_t)plan->spec->limits.cpu_s * 2 + 10;
    if (limit(RLIMIT_CPU, cpu_s, cpu_s) != 0)
        give_up_errno(plan, "cannot limit the program's CPU time");
    if (limit(RLIMIT_NOFILE, 1024, 4096) != 0)
        give_up_errno(plan, "cannot set the program's limits");
    own->link = dup2(plan->link, INIT_LINK);
    if (own->link < 0)
        give_up_errno(plan, "cannot prepare the line to the harness");
}

/* The second instance is the first one's brother: it must not be found by its wait(2). Made behind
 * the filter, it is under it too. */
static void start_second(const struct init_plan *plan)
{
    if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) < 0)
        give_up_errno(plan, "cannot start the second instance");
}

/* The program's main process, up to its execve(2). Until then it shares init's memory, vfork(2):
 * what it sets there, the dumpable flag, it sets for init. */
static _Noreturn void start_program(const struct init_plan *inits, const struct sysctls *sysctls)
{
    struct init_plan own = *inits;
    const struct init_plan *plan = &own;
    char *environment[8], preload[PATH_MAX];
    choose_environment(plan, environment, preload);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (setsid() < 0)
        give_up_errno(plan, "cannot make a session for the program");
    if (null < 0 || dup2(null, 0) < 0 || dup2(plan->out, 1) < 0 || dup2(plan->err, 2) < 0)
        give_up_errno(plan, "cannot set the program's standard streams");
    if (plan->preload != NULL)
        prepare_control(inits, &own);
    if (syscall(SYS_close_range, 3U, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */) != 0)
        give_up_errno(plan, "cannot close the harness's descriptors");
    if (plan->isolated && become_user(sysctls->all) != 0)
        give_up_errno(plan, "cannot make a user of the program");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        give_up_errno(plan, "cannot protect the world's init");
    if (set_limits(&plan->spec->limits, plan->isolated) != 0)
        give_up_errno(plan, "cannot set the program's limits");
    reset_signals();
    /* Keys live in keyrings that no namespace separates; a kernel without any shares none. */
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
        give_up_errno(plan, "cannot make a keyring for the program");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        give_up_errno(plan, "cannot forbid new privileges");
    if (plan->isolated && !is_marked(plan) && install_filter(plan) != 0)
        give_up_errno(plan, "cannot install the seccomp filter");
    /* Not before, for init's own are still open, and closed by execve(2). */
    if (plan->spec->knobs.few_descriptors &&
        limit(RLIMIT_NOFILE, WORLD_FEW_DESCRIPTORS, WORLD_FEW_DESCRIPTORS) != 0)
        give_up_errno(plan, "cannot limit the program's descriptors");
    if (plan->spec->knobs.second_instance)
        start_second(plan);
    execve(plan->spec->argv[0], plan->spec->argv, environment);

    struct error err;
    error_errno(&err, "cannot execute %s", plan->spec->argv[0]);
    give_up(plan, &err);
}

/* The program's main processes. */
struct mains {
    bool any;            /* from their start until nobody of the program is left */
    pid_t first, second; /* 0: there is none, or it has ended */
    int status;          /* the worse one of those that have ended */
};

/* By a signal is worse than by a status, and a higher one than a lower. */
static bool is_worse(int status, int than)
{
    if (WIFSIGNALED(status) != WIFSIGNALED(than))
        return WIFSIGNALED(status);
    return WIFEXITED(status) && WEXITSTATUS(status) > WEXITSTATUS(than);
}

/* Reaps what has ended; returns false once no child is left. */
static bool reap(struct mains *mains, struct link_message *ended)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0)
            return pid == 0;
        if (pid != mains->first && pid != mains->second)
            continue;
        *(pid == mains->first ? &mains->first : &mains->second) = 0;
        if (is_worse(status, mains->status))
            mains->status = status;
        if (mains->first == 0 && mains->second == 0) {
            ended->kind = LINK_MAIN_ENDED;
            ended->value = mains->status;
        }
    }
}

/* Without a pid namespace nobody else ends the program's processes. They become init's children,
 * one by one, as their parents end. */
static void kill_children(void)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
        if (fd >= 0)
            close(fd);
        if (n < 0)
            return; /* a kernel without CONFIG_PROC_CHILDREN */
        text[n] = '\0';
        char *rest;
        for (char *child = strtok_r(text, " ", &rest); child != NULL;
             child = strtok_r(NULL, " ", &rest))
            kill((pid_t)atoi(child), SIGKILL);
        nanosleep(&(const struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

/* The harness is gone, or wants the end. */
static _Noreturn void end(const struct init_plan *plan)
{
    if (!plan->isolated)
        kill_children();
    _exit(1);
}

static void hand_out_pidfd(const struct init_plan *plan, struct link_message *message)
{
    int pidfd = (int)syscall(SYS_pidfd_open, message->value, 0);
    message->n_fds = pidfd >= 0;
    message->fds[0] = pidfd;
    if (link_send(plan->service, message) != 0)
        _exit(1);
    if (pidfd >= 0)
        close(pidfd);
}

/* Of two instances the second may be let go before the first has left init's memory, which keeps
 * init waiting: then each has its own. */
static struct mains start(const struct init_plan *plan, const struct sysctls *sysctls)
{
    bool two = plan->spec->knobs.second_instance;
    struct mains mains = {.any = true, .first = two ? fork() : vfork()};
    if (mains.first < 0)
        give_up_errno(plan, "cannot start the program");
    if (mains.first == 0)
        start_program(plan, sysctls);
    mains.second = two ? mains.first + 1 : 0; /* nobody else makes processes yet */
    return mains;
}

/* Nothing is left of the program. The next one gets the same pids, or the world is of no use for
 * it: a program may print them. */
static void sum_up(const struct sysctls *sysctls, struct link_message *message)
{
    char last[16];
    int length = snprintf(last, sizeof(last), "%d", INIT_FIRST_CHILD - 1);
    struct rusage used;
    message->again = pwrite(sysctls->last_pid, last, (size_t)length, 0) == length;
    message->cpu_ms = getrusage(RUSAGE_CHILDREN, &used) == 0 ? clock_used_ms(&used) : 0;
}

static void clear(const struct init_plan *plan, const struct sysctls *sysctls,
                  struct link_message *message)
{
    kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
    sum_up(sysctls, message);
    if (link_send(plan->service, message) != 0)
        _exit(1);
}

/* Namespaces as they were when the world was new, and the view into them. */
static void renew(const struct init_plan *plan, const struct sysctls *sysctls,
                  struct link_message *message)
{
    struct error err;
    if (unshare(message->value) != 0)
        give_up_errno(plan, "cannot renew the world's namespaces");
    if ((message->value & CLONE_NEWNET) != 0 && bring_up_loopback() != 0)
        give_up_errno(plan, "cannot bring up the world's loopback interface");
    if (turn_knobs(&plan->spec->knobs, sysctls->all) != 0)
        give_up_errno(plan, "cannot turn the world's knobs");
    if (rootfs_renew(message->fds, &err) != 0)
        give_up(plan, &err);
    message->n_fds = VIEW_RENEWED;
    if (link_send(plan->service, message) != 0)
        _exit(1);
    for (int i = 0; i < VIEW_RENEWED; i++)
        close(message->fds[i]);
}

static void answer(const struct init_plan *plan, const struct sysctls *sysctls, struct mains *mains)
{
    struct link_message message;
    if (link_receive(plan->service, &message) != 0)
        _exit(1);
    switch (message.kind) {
    case LINK_PIDFD:
        hand_out_pidfd(plan, &message);
        break;
    case LINK_MARK:
        make_mark();
        if (link_send(plan->service, &message) != 0)
            _exit(1);
        break;
    case LINK_CLEAR:
        clear(plan, sysctls, &message);
        *mains = (struct mains){0};
        break;
    case LINK_AGAIN:
        if (message.value != 0)
            renew(plan, sysctls, &message);
        *mains = start(plan, sysctls);
        break;
    default:
        _exit(1);
    }
}

/* Reaps and answers until the harness kills the world, or no process of the program is left. */
static _Noreturn void serve(const struct init_plan *plan, const struct sysctls *sysctls,
                            struct mains mains, int signals)
{
    struct pollfd watched[] = {{.fd = signals, .events = POLLIN},
                               {.fd = plan->service, .events = POLLIN}};
    for (;;) {
        if (poll(watched, 2, -1) < 0 && errno != EINTR)
            _exit(1);
        if (watched[0].revents != 0) {
            struct signalfd_siginfo drained;
            struct link_message ended = {.kind = LINK_ALL_ENDED};
            if (read(signals, &drained, sizeof(drained)) < 0 && errno != EAGAIN)
                _exit(1);
            bool children = reap(&mains, &ended);
            ended.others = children;
            if (!children && plan->preload != NULL)
                sum_up(sysctls, &ended);
            if (mains.any && (ended.kind == LINK_MAIN_ENDED || !children))
                link_send(plan->link, &ended);
            if (!children && plan->preload == NULL && !is_marked(plan))
                _exit(0); /* the harness takes stock while the kernel tears the world down */
            if (!children)
                mains = (struct mains){0};
        }
        if ((watched[1].revents & ~POLLIN) != 0)
            end(plan);
        if (watched[1].revents != 0)
            answer(plan, sysctls, &mains);
    }
}

/* Standard output that is no file: the harness gets the end that is read. */
static int make_stdout(const struct init_plan *plan)
{
    int ends[2];
    struct link_message message = {.kind = LINK_STDOUT, .n_fds = 1};
    if (drain_make(plan->spec->knobs.stdout_kind, ends) != 0)
        give_up_errno(plan, "cannot make the program's standard output");
    message.fds[0] = ends[0];
    if (link_send(plan->link, &message) != 0)
        _exit(1);
    close(ends[0]);
    return ends[1];
}

_Noreturn void init_main(const struct init_plan *given)
{
    struct init_plan own = *given;
    const struct init_plan *plan = &own;
    struct link_message go;
    sigset_t all;

    if (link_receive(plan->link, &go) != 0)
        _exit(1);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    struct sysctls sysctls = {.all = -1, .last_pid = -1};
    if (plan->isolated)
        set_up(plan, &sysctls);
    else if (chdir(plan->start) != 0)
        give_up_errno(plan, "cannot enter the run's directory");
    /* After the change of identity, which clears it. */
    if (plan->isolated && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        give_up_errno(plan, "cannot tie the world to the harness");
    if (!plan->isolated && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        give_up_errno(plan, "cannot adopt the program's orphans");

    if (plan->preload == NULL && plan->spec->knobs.stdout_kind != STDOUT_FILE)
        own.out = make_stdout(plan);
    if (is_marked(plan) && install_filter(plan) != 0)
        give_up_errno(plan, "cannot install the seccomp filter");

    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        give_up_errno(plan, "cannot wait for the program");
    serve(plan, &sysctls, start(plan, &sysctls), signals);
}
