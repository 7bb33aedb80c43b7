/* task.c - reading proc(5) for the tasks of a world. See task.h. */
#include "task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct tasks *tasks, pid_t pid, pid_t tid)
{
    if (tasks->n == tasks->room) {
        size_t room = tasks->room == 0 ? 16 : tasks->room * 2;
        struct task *more = realloc(tasks->all, room * sizeof(*more));
        if (more == NULL)
            return -1;
        tasks->all = more;
        tasks->room = room;
    }
    tasks->all[tasks->n++] = (struct task){.pid = pid, .tid = tid};
    return 0;
}

/* Calls add() for every number among the names of directory `path`; pid 0 means: the number itself
 * is the pid, and its threads are to be listed. A process that has gone meanwhile lists nothing. */
static int list(const struct view *v, const char *path, pid_t pid, struct tasks *tasks)
{
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ESRCH ? 0 : -1;
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        close(fd);
        return -1;
    }
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(directory)) != NULL) {
        pid_t number = atoi(entry->d_name);
        if (number <= 0 || (pid == 0 && number == 1 && !v->machine))
            continue;
        if (pid == 0) {
            char below[32];
            snprintf(below, sizeof(below), "%d/task", (int)number);
            result = list(v, below, number, tasks);
        } else {
            result = add(tasks, pid, number);
        }
    }
    closedir(directory);
    return result;
}

int tasks_list(const struct view *v, struct tasks *tasks)
{
    tasks->n = 0;
    return list(v, ".", 0, tasks);
}

void tasks_free(struct tasks *tasks)
{
    free(tasks->all);
    *tasks = (struct tasks){0};
}

/* The fields behind "(comm) " of a stat line: comm may hold blanks and parentheses. */
static const char *behind_name(const char *line)
{
    const char *end = strrchr(line, ')');
    return end == NULL || end[1] == '\0' ? NULL : end + 2;
}

static int read_state(const struct view *v, struct task *task)
{
    char line[1024];
    if (view_read_line(v, line, sizeof(line), "%d/task/%d/stat", (int)task->pid, (int)task->tid) <=
        0)
        return -1;
    const char *fields = behind_name(line);
    if (fields == NULL)
        return -1;
    task->state = fields[0];
    return 0;
}

int task_read_switches(const struct view *v, const struct task *task, uint64_t *switches)
{
    char text[4096];
    uint64_t run, waited;
    if (view_read_line(v, text, sizeof(text), "%d/task/%d/schedstat", (int)task->pid,
                       (int)task->tid) > 0 &&
        sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &run, &waited, switches) == 3 &&
        *switches > 0)
        return 0;

    /* A kernel without CONFIG_SCHED_INFO: the same number, three times as dear. */
    uint64_t voluntary, involuntary;
    if (view_read(v, text, sizeof(text), "%d/task/%d/status", (int)task->pid, (int)task->tid) <= 0)
        return -1;
    const char *at = strstr(text, "voluntary_ctxt_switches:");
    if (at == NULL || sscanf(at, "voluntary_ctxt_switches: %" SCNu64, &voluntary) != 1)
        return -1;
    at = strstr(at, "nonvoluntary_ctxt_switches:");
    if (at == NULL || sscanf(at, "nonvoluntary_ctxt_switches: %" SCNu64, &involuntary) != 1)
        return -1;
    *switches = voluntary + involuntary;
    return 0;
}

static uint64_t mask_behind(const char *status, const char *word)
{
    const char *at = strstr(status, word);
    return at == NULL ? 0 : strtoull(at + strlen(word), NULL, 16);
}

int task_signals(const struct view *v, const struct task *task, struct signal_sets *sets)
{
    char text[4096];
    if (view_read(v, text, sizeof(text), "%d/task/%d/status", (int)task->pid, (int)task->tid) <= 0)
        return -1;
    sets->pending = mask_behind(text, "\nSigPnd:") | mask_behind(text, "\nShdPnd:");
    sets->blocked = mask_behind(text, "\nSigBlk:");
    sets->ignored = mask_behind(text, "\nSigIgn:");
    sets->caught = mask_behind(text, "\nSigCgt:");
    return 0;
}

double task_cpu_ms(const struct view *v, const struct task *task)
{
    char text[256];
    uint64_t run;
    if (view_read_line(v, text, sizeof(text), "%d/task/%d/schedstat", (int)task->pid,
                       (int)task->tid) <= 0 ||
        sscanf(text, "%" SCNu64, &run) != 1)
        return 0;
    return (double)run / 1e6;
}

/* "running", "-1 SP PC", or "NR A0 A1 A2 A3 A4 A5 SP PC". */
static int read_call(const struct view *v, struct task *task)
{
    char line[256];
    if (view_read_line(v, line, sizeof(line), "%d/task/%d/syscall", (int)task->pid,
                       (int)task->tid) <= 0)
        return -1;
    task->blocked = strncmp(line, "running", 7) != 0;
    task->in_call = false;
    if (!task->blocked)
        return 0;
    char *rest;
    task->nr = strtol(line, &rest, 10);
    task->in_call = task->nr >= 0;
    uint64_t values[8];
    int n = 0;
    for (; n < 8 && *rest == ' '; n++)
        values[n] = strtoull(rest + 1, &rest, 16);
    if (n != (task->in_call ? 8 : 2))
        return -1;
    if (task->in_call)
        memcpy(task->args, values, sizeof(task->args));
    task->sp = values[n - 2];
    task->pc = values[n - 1];
    return 0;
}

int task_read(const struct view *v, struct task *task)
{
    if (read_state(v, task) != 0)
        return -1;
    if (task->state == 'Z') {
        /* Nothing of it will ever run again, and it has no system call to show. */
        task->blocked = true;
        task->in_call = false;
        task->switches = 0;
        return 0;
    }
    if (task_read_switches(v, task, &task->switches) != 0 || read_call(v, task) != 0)
        return -1;
    /* A wake-up on its way to another CPU (TASK_WAKING) is not counted yet, and the system call is
     * still shown; only the state tells. */
    if (task->state == 'R')
        task->blocked = false;
    return 0;
}

int process_read(const struct view *v, pid_t pid, struct process *process)
{
    char line[1024];
    if (view_read_line(v, line, sizeof(line), "%d/stat", (int)pid) <= 0)
        return -1;
    const char *fields = behind_name(line);
    if (fields == NULL)
        return -1;
    uint64_t user, system;
    int64_t child_user, child_system;
    int n = sscanf(fields,
                   "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64 " %" SCNd64
                   " %" SCNd64 " %*d %*d %d",
                   &process->state, &process->parent, &user, &system, &child_user, &child_system,
                   &process->threads);
    if (n != 7)
        return -1;
    process->pid = pid;
    process->cpu_ticks = user + system + (uint64_t)child_user + (uint64_t)child_system;
    return 0;
}

bool process_has_memory(const struct view *v, pid_t pid)
{
    char pages[64];
    return view_read_line(v, pages, sizeof(pages), "%d/statm", (int)pid) > 0 && pages[0] != '0';
}

bool process_is_numbered_elsewhere(const struct view *v, pid_t pid)
{
    char status[4096];
    if (view_read(v, status, sizeof(status), "%d/status", (int)pid) <= 0)
        return true;
    const char *at = strstr(status, "\nNSpid:");
    int own, inner;
    return at == NULL || sscanf(at, "\nNSpid: %d%*[ \t]%d", &own, &inner) != 1;
}

void task_name(const struct view *v, const struct task *task, char name[16])
{
    char text[32];
    if (view_read_line(v, text, sizeof(text), "%d/task/%d/comm", (int)task->pid, (int)task->tid) <
        0)
        text[0] = '\0';
    size_t length = strlen(text); /* the name may hold a newline itself */
    if (length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    snprintf(name, 16, "%.15s", text);
}

static ssize_t read_memory(const struct view *v, pid_t pid, uint64_t address, void *to, size_t size)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/mem", (int)pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = pread(fd, to, size, (off_t)address);
    close(fd);
    return n;
}

int task_memory(const struct view *v, pid_t pid, uint64_t address, void *to, size_t size)
{
    return read_memory(v, pid, address, to, size) == (ssize_t)size ? 0 : -1;
}

int task_string(const struct view *v, pid_t pid, uint64_t address, char *to, size_t size)
{
    /* Short at the end of the mapping, where the string has ended before. */
    ssize_t n = read_memory(v, pid, address, to, size - 1);
    if (n <= 0)
        return -1;
    to[n] = '\0';
    return 0;
}
