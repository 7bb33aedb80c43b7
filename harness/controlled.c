/* controlled.c - the tasks of a controlled run, from outside. See controlled.h; proc(5). */
#include "controlled.h"

#include "caller.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_proc(pid_t tid, const char *file)
{
    char path[96];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The head of a file of proc(5), NUL-terminated. Its length, or -1. */
static ssize_t read_proc(pid_t tid, const char *file, char *text, size_t size)
{
    int fd = open_proc(tid, file);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[n < 0 ? 0 : n] = '\0';
    return n;
}

void controlled_forget(struct controlled *task)
{
    if (task->stat >= 0)
        close(task->stat);
    task->stat = -1;
}

void controlled_free(struct controlled_tasks *tasks)
{
    for (size_t i = 0; i < tasks->n; i++)
        controlled_forget(&tasks->all[i]);
    free(tasks->all);
    *tasks = (struct controlled_tasks){0};
}

struct controlled *controlled_find(const struct controlled_tasks *tasks, pid_t tid)
{
    for (size_t i = tasks->n; i-- > 0;)
        if (tasks->all[i].call.tid == tid && tasks->all[i].state != TASK_DEAD)
            return &tasks->all[i];
    return NULL;
}

/* Describes the task that has just been added to `tasks`. */
static int describe(const struct controlled_tasks *tasks, struct schedule *schedule, int parent)
{
    struct schedule_task *more =
        realloc(schedule->tasks, (schedule->n_tasks + 1) * sizeof(*schedule->tasks));
    if (more == NULL)
        return -1;
    schedule->tasks = more;
    const struct controlled *task = &tasks->all[tasks->n - 1];
    struct schedule_task *this = &schedule->tasks[schedule->n_tasks++];
    *this = (struct schedule_task){.pid = task->call.world_tgid, .tid = task->call.world_tid};
    if (parent < 0) {
        strcpy(this->path, "0");
        return 0;
    }
    this->thread = task->call.tgid == tasks->all[parent].call.tgid;
    char path[sizeof(this->path)];
    strcpy(path, schedule->tasks[parent].path);
    snprintf(this->path, sizeof(this->path), "%.36s.%u", path, ++tasks->all[parent].births);
    return 0;
}

struct controlled *controlled_add(struct controlled_tasks *tasks, struct schedule *schedule,
                                  pid_t tid, int parent)
{
    if (tasks->n == tasks->room) {
        size_t room = tasks->room == 0 ? 16 : tasks->room * 2;
        struct controlled *more = realloc(tasks->all, room * sizeof(*more));
        if (more == NULL)
            return NULL;
        tasks->all = more;
        tasks->room = room;
    }
    struct caller caller = caller_find(tid);
    struct controlled *task = &tasks->all[tasks->n++];
    *task = (struct controlled){.call = {.tid = tid,
                                         .tgid = caller.tgid,
                                         .world_tid = caller.world_tid,
                                         .world_tgid = caller.world_tgid},
                                .linker = parent < 0 ? 0 : tasks->all[parent].linker,
                                .stat = open_proc(tid, "stat")};
    return describe(tasks, schedule, parent) == 0 ? task : NULL;
}

void controlled_succeed(struct controlled_tasks *tasks, struct controlled *thread)
{
    struct controlled *old = controlled_find(tasks, thread->call.tgid);
    if (old != NULL) {
        old->state = TASK_DEAD;
        controlled_forget(old);
    }
    thread->call.tid = thread->call.tgid;
    thread->call.world_tid = thread->call.world_tgid;
    controlled_forget(thread);
    thread->stat = open_proc(thread->call.tid, "stat");
}

/* The kernel keeps no more of it: TASK_COMM_LEN, without the NUL. */
enum { NAME_LENGTH = 15 };

bool controlled_is_called(const struct controlled *task, const char *name)
{
    char line[256];
    size_t length = strnlen(name, NAME_LENGTH);
    ssize_t n = task->stat < 0 ? -1 : pread(task->stat, line, sizeof(line) - 1, 0);
    if (n <= 0)
        return false;
    line[n] = '\0';
    const char *start = strchr(line, '('), *end = strrchr(line, ')');
    return start != NULL && end != NULL && end - start - 1 == (ptrdiff_t)length &&
           memcmp(start + 1, name, length) == 0;
}

char controlled_state(const struct controlled *task)
{
    char line[256];
    ssize_t n = task->stat < 0 ? -1 : pread(task->stat, line, sizeof(line) - 1, 0);
    if (n <= 0)
        return 'X';
    line[n] = '\0';
    /* The name before may hold blanks and parentheses; numbers alone come after. */
    const char *end = strrchr(line, ')');
    return end == NULL || end[1] == '\0' ? 'X' : end[2];
}

uint64_t controlled_runs(const struct controlled *task)
{
    char text[64];
    uint64_t runs;
    if (read_proc(task->call.tid, "schedstat", text, sizeof(text)) <= 0 ||
        sscanf(text, "%*u %*u %" SCNu64, &runs) != 1)
        return 0;
    return runs;
}

double controlled_cpu_ms(const struct controlled *task)
{
    char text[64];
    uint64_t run;
    if (read_proc(task->call.tid, "schedstat", text, sizeof(text)) <= 0 ||
        sscanf(text, "%" SCNu64, &run) != 1)
        return 0;
    return (double)run / 1e6;
}

static uint64_t mask_behind(const char *status, const char *word)
{
    const char *at = strstr(status, word);
    return at == NULL ? 0 : strtoull(at + strlen(word), NULL, 16);
}

/* Which signals the other threads of the task's process let through. */
static uint64_t open_elsewhere(const struct controlled_tasks *tasks, const struct controlled *task)
{
    char text[4096];
    uint64_t all = 0;
    for (size_t i = 0; i < tasks->n; i++) {
        const struct controlled *other = &tasks->all[i];
        if (other != task && other->call.tgid == task->call.tgid && other->state != TASK_DEAD &&
            read_proc(other->call.tid, "status", text, sizeof(text)) > 0)
            all |= ~mask_behind(text, "\nSigBlk:");
    }
    return all;
}

/* A signal for the process goes to its main thread if that lets it through, and else to any that
 * does; but the end of a child is told to the thread that made it first. A thread that was not
 * chosen is not interrupted, and must not be told that it was. */
uint64_t controlled_pending(const struct controlled_tasks *tasks, const struct controlled *task)
{
    char text[4096];
    if (read_proc(task->call.tid, "status", text, sizeof(text)) <= 0)
        return 0;
    uint64_t open = ~mask_behind(text, "\nSigBlk:") & ~mask_behind(text, "\nSigIgn:");
    uint64_t own = mask_behind(text, "\nSigPnd:") & open;
    uint64_t shared = mask_behind(text, "\nShdPnd:") & open;
    if (shared == 0)
        return own;
    uint64_t others = open_elsewhere(tasks, task);
    if (task->call.tid == task->call.tgid)
        others &= UINT64_C(1) << (SIGCHLD - 1);
    return own | (shared & ~others);
}

uint64_t controlled_linker(const struct controlled *task)
{
    Elf64_auxv_t all[64];
    int fd = open_proc(task->call.tid, "auxv");
    ssize_t n = fd < 0 ? 0 : read(fd, all, sizeof(all));
    if (fd >= 0)
        close(fd);
    for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(all[0]); i++)
        if (all[i].a_type == AT_BASE)
            return all[i].a_un.a_val;
    return 0;
}

/* Not if it has ended, or waits for somebody to let it go: a tracer, or SIGCONT. */
static bool comes_by_itself(pid_t tid)
{
    struct controlled stranger = {.stat = open_proc(tid, "stat")};
    char state = controlled_state(&stranger);
    if (stranger.stat >= 0)
        close(stranger.stat);
    return strchr("ZXTt", state) == NULL;
}

/* Dead or not: a zombie keeps its number. */
static bool is_known(const struct controlled_tasks *tasks, pid_t tid)
{
    for (size_t i = tasks->n; i-- > 0;)
        if (tasks->all[i].call.tid == tid)
            return true;
    return false;
}

static bool misses_child(const struct controlled_tasks *tasks, const struct controlled *task)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "task/%d/children", (int)task->call.tid);
    if (read_proc(task->call.tid, path, text, sizeof(text)) <= 0)
        return false;
    int n;
    pid_t pid;
    for (const char *at = text; sscanf(at, "%d%n", &pid, &n) == 1; at += n)
        if (!is_known(tasks, pid) && comes_by_itself(pid))
            return true;
    return false;
}

static bool misses_thread(const struct controlled_tasks *tasks, const struct controlled *task)
{
    char path[64];
    bool missing = false;
    snprintf(path, sizeof(path), "/proc/%d/task", (int)task->call.tgid);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory != NULL && !missing && (entry = readdir(directory)) != NULL) {
        pid_t tid = atoi(entry->d_name);
        missing = tid > 0 && !is_known(tasks, tid) && comes_by_itself(tid);
    }
    if (directory != NULL)
        closedir(directory);
    return missing;
}

bool controlled_misses_newborn(const struct controlled_tasks *tasks, const struct controlled *task)
{
    return misses_child(tasks, task) || misses_thread(tasks, task);
}

bool controlled_lives(const struct controlled_tasks *tasks, pid_t tgid)
{
    for (size_t i = 0; i < tasks->n; i++)
        if (tasks->all[i].call.tgid == tgid && tasks->all[i].state != TASK_DEAD)
            return true;
    return false;
}
