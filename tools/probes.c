/* probes.c - tries one feature of the host after the other: see probes.h.
 *
 * Nothing here changes the host: what must be changed to be tried is changed in a child. */
#include "probes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* Waits for the child `pid`. Did it exit with 0? */
static bool child_succeeded(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) == -1)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool probe_namespace(const struct feature *feature)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(unshare(CLONE_NEWUSER | feature->flag) == -1);
    return pid != -1 && child_succeeded(pid);
}

static bool probe_seccomp(const struct feature *feature)
{
    (void)feature;
    unsigned action = SECCOMP_RET_USER_NOTIF;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* Starts a child that only waits to be killed; -1 if that fails. */
static pid_t start_sleeper(void)
{
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static void end_sleeper(pid_t pid)
{
    kill(pid, SIGKILL);
    child_succeeded(pid); /* reaped; that it did not succeed is no news */
}

/* Reads what /proc/PID/`name` says. */
static bool read_proc(pid_t pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool read = fgets(text, (int)size, file) != NULL;
    fclose(file);
    return read;
}

static bool probe_proc_syscall(const struct feature *feature)
{
    (void)feature;
    char text[256];
    pid_t pid = start_sleeper();
    if (pid == -1)
        return false;
    bool readable = read_proc(pid, "syscall", text, sizeof text);
    end_sleeper(pid);
    return readable;
}

static bool probe_schedstat(const struct feature *feature)
{
    (void)feature;
    char text[256];
    unsigned long long on_cpu, waiting, times;
    return read_proc(getpid(), "schedstat", text, sizeof text) &&
           sscanf(text, "%llu %llu %llu", &on_cpu, &waiting, &times) == 3 && times > 0;
}

static bool probe_pidfd_getfd(const struct feature *feature)
{
    (void)feature;
    pid_t pid = start_sleeper();
    if (pid == -1)
        return false;
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int copy = pidfd == -1 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, STDERR_FILENO, 0);
    if (copy != -1)
        close(copy);
    if (pidfd != -1)
        close(pidfd);
    end_sleeper(pid);
    return copy != -1;
}

static bool probe_fifo_scheduling(const struct feature *feature)
{
    (void)feature;
    pid_t pid = fork();
    if (pid == 0)
        _exit(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}) == -1);
    return pid != -1 && child_succeeded(pid);
}

/* Asks for a queue that nobody has: a kernel without queues says something else than ENOENT. */
static bool probe_mqueue(const struct feature *feature)
{
    (void)feature;
    mqd_t queue = mq_open("/brokenpipe-doctor-asks-for-no-queue", O_RDONLY);
    if (queue == (mqd_t)-1)
        return errno == ENOENT;
    mq_close(queue);
    return true;
}

static bool probe_cgroup2(const struct feature *feature)
{
    (void)feature;
    struct statfs fs;
    return (statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC) ||
           (statfs("/sys/fs/cgroup/unified", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC);
}

/* Yama lets an ordinary user look at the system calls of descendants alone, ptrace(2). */
static bool probe_ptrace_scope(const struct feature *feature)
{
    (void)feature;
    FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
    int scope = 0;
    bool read = file != NULL && fscanf(file, "%d", &scope) == 1;
    if (file != NULL)
        fclose(file);
    return !read || scope == 0 || (scope < 3 && geteuid() == 0);
}

static bool probe_tool(const struct feature *feature)
{
    const char *path = getenv("PATH");
    for (path = path != NULL ? path : "/usr/bin:/bin"; *path != '\0'; path += *path == ':') {
        char candidate[4096];
        size_t length = strcspn(path, ":");
        int written =
            snprintf(candidate, sizeof candidate, "%.*s/%s", (int)length, path, feature->tool);
        if (written < (int)sizeof candidate && access(candidate, X_OK) == 0)
            return true;
        path += length;
    }
    return false;
}

/* There is another parallel(1), in moreutils. */
static bool probe_gnu_parallel(const struct feature *feature)
{
    if (!probe_tool(feature))
        return false;
    FILE *output = popen("parallel --version 2>&1", "r");
    if (output == NULL)
        return false;
    char line[256];
    bool gnu = fgets(line, sizeof line, output) != NULL && strncmp(line, "GNU parallel", 12) == 0;
    pclose(output);
    return gnu;
}

#define NO_NAMESPACE "`run` isolates nothing and proves nothing; nothing is judged"

const struct feature features[] = {
    {"user namespaces", NO_NAMESPACE, probe_namespace, 0, NULL},
    {"pid namespaces", NO_NAMESPACE, probe_namespace, CLONE_NEWPID, NULL},
    {"ipc namespaces", NO_NAMESPACE, probe_namespace, CLONE_NEWIPC, NULL},
    {"net namespaces", NO_NAMESPACE, probe_namespace, CLONE_NEWNET, NULL},
    {"mount namespaces", NO_NAMESPACE, probe_namespace, CLONE_NEWNS, NULL},
    {"uts namespaces", NO_NAMESPACE, probe_namespace, CLONE_NEWUTS, NULL},
    {"seccomp user notification", "armed timers stay unseen, so no deadlock is proved",
     probe_seccomp, 0, NULL},
    {"/proc/PID/syscall", "no deadlock is proved; what hangs is a timeout", probe_proc_syscall, 0,
     NULL},
    {"/proc/PID/schedstat", "the same number is read from /proc/PID/status, which takes longer",
     probe_schedstat, 0, NULL},
    {"pidfd_getfd", "sockets cannot be examined, so no wait for one is proved", probe_pidfd_getfd,
     0, NULL},
    {"ptrace access", "`why` has to be run as root; in worlds nothing is missing",
     probe_ptrace_scope, 0, NULL},
    {"SCHED_FIFO", "nothing is missing: judging does not use it", probe_fifo_scheduling, 0, NULL},
    {"POSIX message queues", "no world can be made; nothing is judged", probe_mqueue, 0, NULL},
    {"cgroup v2", "nothing is missing: the harness itself counts processes and memory",
     probe_cgroup2, 0, NULL},
    {"valgrind", "no `make check-valgrind`; the rest works", probe_tool, 0, "valgrind"},
    {"GNU parallel", "no `make check`; `brokenpipe check` works", probe_gnu_parallel, 0,
     "parallel"},
    {"dot", "`--graph` writes .dot files alone (package graphviz)", probe_tool, 0, "dot"},
    {"gdb", "nothing is missing; the READMEs use it to diagnose", probe_tool, 0, "gdb"},
};

const size_t n_features = sizeof features / sizeof features[0];
