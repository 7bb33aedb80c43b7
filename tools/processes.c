/* processes.c - finds the processes that a person means, in proc(5). See processes.h. */
#include "processes.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int processes_open(struct processes *p, const struct view *v, struct error *err)
{
    *p = (struct processes){.view = v};
    return tasks_list(v, &p->tasks) == 0 ? 0 : error_errno(err, "cannot list the processes");
}

void processes_close(struct processes *p)
{
    tasks_free(&p->tasks);
    free(p->pids);
    *p = (struct processes){0};
}

static bool has(const struct processes *p, pid_t pid)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->pids[i] == pid)
            return true;
    return false;
}

static int add(struct processes *p, pid_t pid, struct error *err)
{
    if (has(p, pid))
        return 0;
    if (p->n == p->room) {
        size_t room = p->room == 0 ? 16 : p->room * 2;
        pid_t *more = realloc(p->pids, room * sizeof *more);
        if (more == NULL)
            return error_errno(err, "cannot note process %d", (int)pid);
        p->pids = more;
        p->room = room;
    }
    p->pids[p->n++] = pid;
    return 0;
}

/* The number behind `word` in the status of the process; -1 if it is gone. */
static long status_number(const struct view *v, pid_t pid, const char *word)
{
    char status[4096];
    if (view_read(v, status, sizeof status, "%d/status", (int)pid) <= 0)
        return -1;
    const char *at = strstr(status, word);
    return at == NULL ? -1 : strtol(at + strlen(word), NULL, 10);
}

static bool is_kernel_thread(const struct view *v, pid_t pid)
{
    struct process process;
    return process_read(v, pid, &process) == 0 && process.state != 'Z' &&
           !process_has_memory(v, pid);
}

/* Whether the i-th task stands for a process that can be meant though nobody has typed its number.
 */
static bool can_be_meant(const struct processes *p, size_t i)
{
    const struct task *task = &p->tasks.all[i];
    return task->tid == task->pid && task->pid != getpid() &&
           process_has_memory(p->view, task->pid);
}

static int parse_number(const char *word, pid_t *pid, struct error *err)
{
    char *end;
    errno = 0;
    long number = strtol(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 || number < 1 ||
        number > INT_MAX)
        return error_set(err, "'%s' is no process id; to find one by its name, use --name", word);
    *pid = (pid_t)number;
    return 0;
}

int processes_add_number(struct processes *p, const char *word, struct error *err)
{
    pid_t pid;
    if (parse_number(word, &pid, err) == -1)
        return -1;
    long leader = status_number(p->view, pid, "\nTgid:");
    if (leader < 0)
        return error_set(err, "there is no process %d", (int)pid);
    if (leader != pid)
        return error_set(err, "%d is no process, but a thread of process %ld", (int)pid, leader);
    if (pid == getpid())
        return error_set(err, "process %d is this command itself", (int)pid);
    if (is_kernel_thread(p->view, pid))
        return error_set(err, "process %d is a thread of the kernel", (int)pid);
    return add(p, pid, err);
}

/* Adds the children of those from number `first` on, and their children: the list grows as it is
 * gone through. */
static int add_descendants(struct processes *p, size_t first, struct error *err)
{
    for (size_t parent = first; parent < p->n; parent++)
        for (size_t i = 0; i < p->tasks.n; i++) {
            struct process process;
            if (can_be_meant(p, i) && process_read(p->view, p->tasks.all[i].pid, &process) == 0 &&
                process.parent == p->pids[parent] && add(p, process.pid, err) == -1)
                return -1;
        }
    return 0;
}

int processes_add_tree(struct processes *p, const char *word, struct error *err)
{
    pid_t root;
    if (processes_add_number(p, word, err) == -1 || parse_number(word, &root, err) == -1)
        return -1;
    size_t first = 0;
    while (p->pids[first] != root)
        first++;
    return add_descendants(p, first, err);
}

static bool is_last_part(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash != NULL ? slash + 1 : path, name) == 0;
}

static bool is_named(const struct view *v, pid_t pid, const char *name)
{
    char text[PATH_MAX], path[32];
    const struct task leader = {.pid = pid, .tid = pid};
    char comm[16];
    task_name(v, &leader, comm);
    if (strcmp(comm, name) == 0)
        return true;
    if (view_read_line(v, text, sizeof text, "%d/cmdline", (int)pid) > 0 &&
        is_last_part(text, name))
        return true;
    snprintf(path, sizeof path, "%d/exe", (int)pid);
    ssize_t n = readlinkat(v->fds[VIEW_PROC], path, text, sizeof text - 1);
    text[n < 0 ? 0 : n] = '\0';
    return n > 0 && is_last_part(text, name);
}

int processes_add_named(struct processes *p, const char *name, struct error *err)
{
    bool found = false;
    for (size_t i = 0; i < p->tasks.n; i++) {
        if (!can_be_meant(p, i) || !is_named(p->view, p->tasks.all[i].pid, name))
            continue;
        found = true;
        if (add(p, p->tasks.all[i].pid, err) == -1)
            return -1;
    }
    return found ? 0 : error_set(err, "no process is called '%s'", name);
}

static int find_user(const char *user, uid_t *uid, struct error *err)
{
    char *end;
    errno = 0;
    const struct passwd *entry = getpwnam(user);
    unsigned long number = strtoul(user, &end, 10);
    bool is_number = user[0] >= '0' && user[0] <= '9' && *end == '\0' && number < UINT_MAX;
    if (entry == NULL && !is_number)
        return error_set(err, "there is no user '%s'", user);
    *uid = entry != NULL ? entry->pw_uid : (uid_t)number;
    return 0;
}

int processes_add_user(struct processes *p, const char *user, struct error *err)
{
    uid_t uid = getuid();
    bool found = false;
    if (user != NULL && find_user(user, &uid, err) == -1)
        return -1;
    for (size_t i = 0; i < p->tasks.n; i++) {
        if (!can_be_meant(p, i) ||
            status_number(p->view, p->tasks.all[i].pid, "\nUid:") != (long)uid)
            continue;
        found = true;
        if (add(p, p->tasks.all[i].pid, err) == -1)
            return -1;
    }
    return found ? 0
                 : error_set(err, "no other process belongs to %s", user != NULL ? user : "you");
}

char *processes_owner(const struct processes *p, pid_t pid, char *name, size_t size)
{
    long uid = status_number(p->view, pid, "\nUid:");
    const struct passwd *entry = uid < 0 ? NULL : getpwuid((uid_t)uid);
    if (entry != NULL)
        snprintf(name, size, "%s", entry->pw_name);
    else if (uid >= 0)
        snprintf(name, size, "user %ld", uid);
    else
        snprintf(name, size, "nobody any more");
    return name;
}
