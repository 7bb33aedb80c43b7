/* semset.c - asking the kernel about System V objects from within their namespaces. See semset.h.
 *
 * semctl(2) and msgctl(2) know the objects of the caller's ipc namespace alone, and tell process
 * ids as the caller's pid namespace numbers them, also those of processes that have ended. So a
 * process that lives for these few calls asks, in both namespaces of the one that waits. */
#include "semset.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 1000 };

/* What the asking process is to do. */
struct question {
    int ipc, pids; /* namespaces to enter, or -1: the harness is in that one itself */
    int (*ask)(const struct question *);
    int id; /* of the object */
    const int *numbers;
    size_t n;
    void *answer; /* in memory that is shared with the harness */
    size_t size;
};

static int open_namespace(const struct view *v, pid_t pid, const char *kind)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/ns/%s", (int)pid, kind);
    return openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
}

static bool is_own(int namespace, const char *path)
{
    struct stat other, own;
    return fstat(namespace, &other) == 0 && stat(path, &own) == 0 && other.st_dev == own.st_dev &&
           other.st_ino == own.st_ino;
}

static void close_namespaces(const struct question *q)
{
    if (q->ipc >= 0)
        close(q->ipc);
    if (q->pids >= 0)
        close(q->pids);
}

static int open_namespaces(const struct view *v, pid_t pid, struct question *q)
{
    q->ipc = open_namespace(v, pid, "ipc");
    if (q->ipc < 0)
        return -1;
    if (is_own(q->ipc, "/proc/self/ns/ipc")) {
        close(q->ipc);
        q->ipc = -1;
    }
    if (v->machine)
        return 0;
    q->pids = open_namespace(v, pid, "pid");
    return q->pids < 0 ? -1 : 0;
}

/* Root may enter at once. Others must first become root of the user namespace that owns the others,
 * which they may if they have made it. */
static int enter(const struct question *q)
{
    int first = q->ipc >= 0 ? q->ipc : q->pids;
    if (first < 0)
        return 0;
    if (setns(first, 0) != 0) {
        int owner = errno == EPERM ? ioctl(first, NS_GET_USERNS) : -1;
        if (owner < 0 || setns(owner, CLONE_NEWUSER) != 0 || setns(first, 0) != 0)
            return -1;
    }
    return q->pids < 0 || setns(q->pids, CLONE_NEWPID) == 0 ? 0 : -1;
}

static int ask_semaphores(const struct question *q)
{
    struct semaphore *all = q->answer;
    for (size_t i = 0; i < q->n; i++) {
        struct semaphore *one = &all[i];
        if ((one->value = semctl(q->id, q->numbers[i], GETVAL)) < 0 ||
            (one->last = semctl(q->id, q->numbers[i], GETPID)) < 0 ||
            (one->rising = semctl(q->id, q->numbers[i], GETNCNT)) < 0 ||
            (one->zeroing = semctl(q->id, q->numbers[i], GETZCNT)) < 0)
            return -1;
    }
    return 0;
}

static int ask_queue_limit(const struct question *q)
{
    struct msqid_ds queue;
    unsigned long *bytes = q->answer;
    if (msgctl(q->id, IPC_STAT, &queue) != 0)
        return -1;
    *bytes = queue.msg_qbytes;
    return 0;
}

/* Dies with its parent, and does not let the programs there look at it. */
static void become_private(void)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        _exit(errno);
}

/* The exit status of `child`, which is an errno; ECHILD if a signal ended it. */
static int result_of(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

/* Entering a pid namespace counts for children only: one more process does the asking there. */
static _Noreturn void ask_inside(const struct question *q)
{
    if (enter(q) != 0)
        _exit(errno);
    become_private();
    pid_t child = q->pids < 0 ? 0 : fork();
    if (child < 0)
        _exit(errno);
    if (child > 0)
        _exit(result_of(child));
    become_private();
    _exit(q->ask(q) == 0 ? 0 : errno);
}

/* Programs that still run could stop or kill the one that asks. Its end shows by the pipe whose
 * other end it has. */
static int ask_from_child(const struct question *q)
{
    int lifeline[2];
    if (pipe2(lifeline, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child < 0) {
        close(lifeline[0]);
        close(lifeline[1]);
        return -1;
    }
    if (child == 0)
        ask_inside(q);
    close(lifeline[1]);
    struct pollfd ended = {.fd = lifeline[0]};
    if (poll(&ended, 1, DEADLINE_MS) <= 0)
        kill(child, SIGKILL);
    close(lifeline[0]);
    errno = result_of(child);
    return errno == 0 ? 0 : -1;
}

/* Has the question asked about an object of process `pid`, and the answer put into `answer`. */
static int inquire(const struct view *v, pid_t pid, struct question *q, void *answer)
{
    q->ipc = q->pids = -1;
    q->answer = mmap(NULL, q->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (q->answer == MAP_FAILED)
        return -1;
    int result = open_namespaces(v, pid, q);
    if (result == 0) {
        result = ask_from_child(q);
        memcpy(answer, q->answer, q->size);
    }
    int saved = errno;
    close_namespaces(q);
    munmap(q->answer, q->size);
    errno = saved;
    return result;
}

int semset_read(struct view *v, pid_t pid, int id, const int *numbers, size_t n,
                struct semaphore *all)
{
    struct question q = {
        .ask = ask_semaphores, .id = id, .numbers = numbers, .n = n, .size = n * sizeof(*all)};
    return n == 0 ? 0 : inquire(v, pid, &q, all);
}

int semset_queue_limit(struct view *v, pid_t pid, int id, unsigned long *bytes)
{
    struct question q = {.ask = ask_queue_limit, .id = id, .size = sizeof(*bytes)};
    return inquire(v, pid, &q, bytes);
}
