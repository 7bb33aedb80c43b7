/* virtual_expiry.c - timers whose time has come. See virtual_time.h.
 *
 * As in the kernel, a periodic timer whose last expiry has not been noticed yet (its signal is
 * pending, its descriptor unread) does not expire again, but counts the periods that go by. */
#include "object.h"
#include "task.h"
#include "virtual_parts.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#ifndef TFD_IOC_SET_TICKS
#define TFD_IOC_SET_TICKS _IOW('T', 0, uint64_t)
#endif

static bool is_readable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, 0) > 0;
}

static bool is_pending(const struct virtual_time *t, const struct virtual_timer *timer)
{
    const struct task task = {.pid = timer->world_tgid,
                              .tid = timer->world_tid != 0 ? timer->world_tid : timer->world_tgid};
    struct signal_sets signals;
    return task_signals(t->view, &task, &signals) == 0 &&
           (signals.pending >> (timer->signal - 1) & 1) != 0;
}

static bool has_signal(const struct virtual_timer *timer)
{
    return timer->kind != VIRTUAL_DESCRIPTOR && timer->signal != 0;
}

/* Of another sender's signal of the same number this cannot be told apart. */
static bool is_unnoticed(const struct virtual_time *t, const struct virtual_timer *timer)
{
    if (!timer->has_expired)
        return false;
    return has_signal(timer) ? is_pending(t, timer) : is_readable(timer->fd);
}

/* Moves a timer whose time has come on to its next one that is still to come, if there is one.
 * Returns how often it has expired. */
static uint64_t forward(const struct virtual_time *t, struct virtual_timer *timer)
{
    if (timer->interval_ns == 0) {
        timer->deadline_ns = NEVER_NS;
        return 1;
    }
    int64_t periods = 1 + (t->now_ns - timer->deadline_ns) / timer->interval_ns;
    timer->deadline_ns += (periods - 1) * timer->interval_ns; /* not beyond now */
    timer->deadline_ns = later_by(timer->deadline_ns, timer->interval_ns);
    return (uint64_t)periods;
}

/* Makes the descriptor readable, with timer->count expiries. A kernel without
 * CONFIG_CHECKPOINT_RESTORE can only be made to count one, by a timer that expires at once. */
static void show_count(const struct virtual_timer *timer)
{
    static const struct itimerspec at_once = {.it_value = {.tv_nsec = 1}};
    enum { PATIENCE_MS = 1000 };
    struct pollfd readable = {.fd = timer->fd, .events = POLLIN};
    if (ioctl(timer->fd, TFD_IOC_SET_TICKS, &timer->count) != 0 &&
        timerfd_settime(timer->fd, 0, &at_once, NULL) == 0)
        poll(&readable, 1, PATIENCE_MS);
}

/* The expiries of a timer without a signal are seen by nobody. */
static bool is_silent(const struct virtual_timer *timer)
{
    return timer->kind == VIRTUAL_POSIX && timer->signal == 0;
}

void virtual_timers_count(struct virtual_time *t)
{
    for (size_t i = 0; i < t->n_timers; i++) {
        struct virtual_timer *timer = &t->timers[i];
        if (timer->deadline_ns > t->now_ns)
            continue;
        if (is_silent(timer)) {
            forward(t, timer);
        } else if (timer->interval_ns > 0 && is_unnoticed(t, timer)) {
            timer->count += forward(t, timer);
            if (timer->kind == VIRTUAL_DESCRIPTOR)
                show_count(timer);
        }
    }
}

static const struct virtual_timer *find_next(const struct virtual_time *t)
{
    const struct virtual_timer *next = NULL;
    for (size_t i = 0; i < t->n_timers; i++) {
        const struct virtual_timer *timer = &t->timers[i];
        if (timer->deadline_ns < (next == NULL ? NEVER_NS : next->deadline_ns) &&
            !is_silent(timer) && !(timer->interval_ns > 0 && is_unnoticed(t, timer)))
            next = timer;
    }
    return next;
}

pid_t virtual_time_next(const struct virtual_time *t, int64_t *deadline_ns)
{
    const struct virtual_timer *next = find_next(t);
    *deadline_ns = next == NULL ? NEVER_NS : next->deadline_ns;
    return next == NULL ? 0 : next->tgid;
}

/* The number behind `key` in the text, its last one of several on the line; or -1. */
static int last_number(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    int number = -1;
    at = at == NULL ? "" : at + strlen(key);
    for (int n; sscanf(at, "%*[ \t]%d%n", &number, &n) == 1;)
        at += n;
    return number;
}

static bool read_text(char *text, size_t size, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
    return true;
}

/* The thread that its world numbers `world_tid`, as the harness does; -1 if it is gone. */
static pid_t find_thread(pid_t tgid, pid_t world_tid)
{
    char path[64], status[4096];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)tgid);
    DIR *threads = opendir(path);
    pid_t found = -1;
    const struct dirent *entry;
    while (threads != NULL && found < 0 && (entry = readdir(threads)) != NULL) {
        snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", (int)tgid, entry->d_name);
        if (entry->d_name[0] != '.' && read_text(status, sizeof(status), path) &&
            last_number(status, "\nNSpid:") == world_tid)
            found = atoi(entry->d_name);
    }
    if (threads != NULL)
        closedir(threads);
    return found;
}

/* Its thread may have ended: then nobody gets the signal. 0, or -1 if the process is gone. */
static int send_signal(struct virtual_time *t, const struct virtual_timer *timer)
{
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    info.si_signo = timer->signal;
    info.si_code = SI_TIMER;
    info.si_timerid = timer->id;
    info.si_overrun = (int)timer->count;
    info.si_value = timer->value;
    int pidfd = view_pidfd(t->view, timer->world_tgid);
    if (pidfd < 0)
        return -1;
    if (timer->world_tid == 0)
        return (int)syscall(SYS_pidfd_send_signal, pidfd, timer->signal, &info, 0);
    pid_t tid = find_thread(timer->tgid, timer->world_tid);
    if (tid > 0)
        syscall(SYS_rt_tgsigqueueinfo, timer->tgid, tid, timer->signal, &info);
    return 0;
}

/* Whether the process has the timerfd open. */
static bool is_open_in(struct virtual_time *t, const struct virtual_timer *timer, pid_t world_pid)
{
    static const char timerfd[] = "anon_inode:[timerfd]";
    char path[64], link[sizeof(timerfd)];
    int *fds;
    int n = object_fds(t->view, world_pid, &fds);
    bool found = false;
    for (int i = 0; i < n && !found; i++) {
        snprintf(path, sizeof(path), "%d/fd/%d", (int)world_pid, fds[i]);
        if (readlinkat(t->view->fds[VIEW_PROC], path, link, sizeof(link)) !=
                (ssize_t)strlen(timerfd) ||
            memcmp(link, timerfd, strlen(timerfd)) != 0)
            continue;
        int fd = view_getfd(t->view, world_pid, fds[i]);
        found = fd >= 0 && virtual_same_file(fd, timer->fd);
        if (fd >= 0)
            close(fd);
    }
    if (n >= 0)
        free(fds);
    return found;
}

/* The harness's number of the world's process; -1 if it is gone. */
static pid_t number_of(struct virtual_time *t, pid_t world_pid)
{
    char path[64], info[1024];
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", view_pidfd(t->view, world_pid));
    return read_text(info, sizeof(info), path) ? last_number(info, "\nPid:") : -1;
}

/* Makes a timerfd that of a process that has it open. False if there is none. (One on its way
 * through a socket is in no process.) */
static bool find_holder(struct virtual_time *t, struct virtual_timer *timer)
{
    if (is_open_in(t, timer, timer->world_tgid))
        return true;
    struct tasks tasks = {0};
    bool found = false;
    tasks_list(t->view, &tasks);
    for (size_t i = 0; i < tasks.n && !found; i++) {
        const struct task *task = &tasks.all[i];
        if (task->pid != task->tid || (t->view->machine && task->pid == getpid()) ||
            !is_open_in(t, timer, task->pid))
            continue;
        timer->world_tgid = task->pid;
        timer->tgid = number_of(t, task->pid);
        found = timer->tgid > 0;
    }
    tasks_free(&tasks);
    return found;
}

int virtual_time_expire_timer(struct virtual_time *t)
{
    const struct virtual_timer *next = find_next(t);
    if (next == NULL)
        return -1;
    const size_t i = (size_t)(next - t->timers);
    struct virtual_timer *timer = &t->timers[i];
    virtual_time_pass(t, timer->deadline_ns);
    timer->has_expired = true;
    const uint64_t expiries = forward(t, timer);
    bool noticed;
    if (timer->kind == VIRTUAL_DESCRIPTOR) {
        timer->count = expiries;
        show_count(timer);
        noticed = find_holder(t, timer);
    } else {
        timer->count = expiries - 1;
        noticed = send_signal(t, timer) == 0;
    }
    if (!noticed)
        virtual_timer_drop(t, i);
    return noticed ? 0 : -1;
}

void virtual_time_exec(struct virtual_time *t, pid_t tgid)
{
    for (size_t i = t->n_timers; i-- > 0;)
        if (t->timers[i].tgid == tgid && t->timers[i].kind == VIRTUAL_POSIX)
            virtual_timer_drop(t, i);
}

void virtual_time_exit(struct virtual_time *t, pid_t tgid)
{
    for (size_t i = t->n_timers; i-- > 0;) {
        struct virtual_timer *timer = &t->timers[i];
        if (timer->tgid == tgid && (timer->kind != VIRTUAL_DESCRIPTOR || !find_holder(t, timer)))
            virtual_timer_drop(t, i);
    }
}
