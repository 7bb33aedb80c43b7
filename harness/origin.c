/* origin.c - noting the calls that make pipes and socket pairs. See origin.h.
 *
 * An origin is noted before its call, which may yet fail, and whose descriptors may be closed or
 * handed on before anybody looks. So each has to find what it made, and tells how certain that is;
 * of several that claim the same inode the one with the best evidence has it, if there is one. */
#include "origin.h"

#include "net.h"
#include "object.h"
#include "task.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MOST = 256,             /* origins that are kept */
    MOST_DESCRIPTORS = 256, /* of a process: listing them takes about half a microsecond each */
    MOST_KIN = 8,           /* processes that are asked for what the maker has closed */
    STACK_BYTES = 8192
};

/* Where execve(2) has put a program's code and stack, which is at random; forks have them there
 * too. */
struct placement {
    uint64_t code_begin, code_end, stack; /* 0 if the process has ended */
};

/* What a call makes. A pipe has one inode, which stands here twice. */
struct channel {
    dev_t device;
    ino_t inodes[2]; /* ascending */
};

enum evidence {
    EVIDENCE_NONE, /* not looked up yet, or in vain */
    EVIDENCE_ONE,  /* one end has its number; the caller was the only thread */
    EVIDENCE_KIN,  /* both ends have, one at least in another process than the maker */
    EVIDENCE_BOTH  /* both ends have, in the maker */
};

struct origin {
    pid_t pid, tid; /* the maker */
    long nr;
    const char *call;
    int fds[2];    /* the numbers that the call was to get */
    bool threads;  /* other threads may open and close descriptors during and after the call */
    bool doubtful; /* another one was within such a call, and may have got these numbers */
    enum evidence evidence;
    struct channel channel;
    struct placement placement;
    struct stack_copy copy;
    pid_t reader; /* a living process with this placement; 0: none, or not known */
};

void origins_init(struct origins *o)
{
    *o = (struct origins){0};
}

static void drop(struct origins *o, size_t i)
{
    free(o->all[i].copy.bytes);
    o->n--;
    memmove(&o->all[i], &o->all[i + 1], (o->n - i) * sizeof(*o->all));
}

void origins_close(struct origins *o)
{
    while (o->n > 0)
        drop(o, o->n - 1);
    free(o->all);
    origins_init(o);
}

/* How a process stands: num_threads, startcode, endcode and startstack in /proc/PID/stat. */
static int read_placement(const struct view *v, pid_t pid, int *threads,
                          struct placement *placement)
{
    char line[1024];
    if (view_read_line(v, line, sizeof(line), "%d/stat", (int)pid) <= 0)
        return -1;
    const char *name_end = strrchr(line, ')');
    if (name_end == NULL)
        return -1;
    int n = sscanf(name_end,
                   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d %*d"
                   " %*u %*u %*d %*u %" SCNu64 " %" SCNu64 " %" SCNu64,
                   threads, &placement->code_begin, &placement->code_end, &placement->stack);
    return n == 4 ? 0 : -1;
}

static bool same_placement(const struct placement *a, const struct placement *b)
{
    return a->code_begin == b->code_begin && a->code_end == b->code_end && a->stack == b->stack;
}

static bool has_placement(const struct view *v, pid_t pid, const struct placement *wanted)
{
    struct placement placement;
    int threads;
    return read_placement(v, pid, &threads, &placement) == 0 && same_placement(&placement, wanted);
}

static bool same_channel(const struct channel *a, const struct channel *b)
{
    return a->device == b->device && a->inodes[0] == b->inodes[0] && a->inodes[1] == b->inodes[1];
}

/* Fills in both sockets of a pair. No other call makes two that are each other's peers and have no
 * names. */
static bool complete_pair(const struct view *v, struct channel *channel)
{
    struct unix_socket *sockets = NULL;
    const struct unix_socket *own = NULL, *peer = NULL;
    int n = net_unix_sockets(v, &sockets);
    for (int i = 0; i < n; i++)
        if (sockets[i].inode == channel->inodes[0])
            own = &sockets[i];
    for (int i = 0; i < n && own != NULL; i++)
        if (sockets[i].inode == own->peer)
            peer = &sockets[i];
    bool pair =
        peer != NULL && peer->peer == own->inode && own->name[0] == '\0' && peer->name[0] == '\0';
    if (pair) {
        channel->inodes[0] = own->inode < peer->inode ? own->inode : peer->inode;
        channel->inodes[1] = own->inode < peer->inode ? peer->inode : own->inode;
    }
    free(sockets);
    return pair;
}

/* Has process `pid` something under the number of end `which` that can be that end? */
static bool look_at_end(const struct view *v, const struct origin *origin, pid_t pid, int which,
                        struct channel *channel)
{
    char path[64], link[32];
    struct stat stat;
    snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, origin->fds[which]);
    ssize_t n = readlinkat(v->fds[VIEW_PROC], path, link, sizeof(link) - 1);
    if (n < 0 || fstatat(v->fds[VIEW_PROC], path, &stat, 0) != 0)
        return false;
    link[n] = '\0';
    *channel = (struct channel){.device = stat.st_dev, .inodes = {stat.st_ino, stat.st_ino}};
    if (origin->nr == SYS_socketpair)
        return strncmp(link, "socket:", 7) == 0 && complete_pair(v, channel);
    return strncmp(link, "pipe:", 5) == 0 &&
           object_access(v, pid, origin->fds[which]) == (which == 0 ? ACCESS_READ : ACCESS_WRITE);
}

/* What has been found under the two numbers. */
struct ends {
    bool has[2];
    struct channel at[2];
    bool unclear; /* different things under the same number */
};

/* May another call have made what `pid` has as number `fd`? What the same process made and we know
 * is older than this call. A relative may have got this very number from a call of its own, or from
 * that of another maker, of which nothing is known yet. */
static bool is_of_another(const struct origins *o, const struct origin *origin, pid_t pid, int fd,
                          const struct channel *channel)
{
    bool relative = pid != origin->pid;
    for (size_t i = 0; i < o->n; i++) {
        const struct origin *other = &o->all[i];
        bool known = other->evidence != EVIDENCE_NONE;
        if (known && same_channel(&other->channel, channel) &&
            (relative || other->pid == origin->pid))
            return true;
        if (relative && other != origin && (other->pid == pid || !known) &&
            (other->fds[0] == fd || other->fds[1] == fd))
            return true;
    }
    return false;
}

static void add_ends(const struct origins *o, const struct view *v, const struct origin *origin,
                     pid_t pid, struct ends *ends)
{
    for (int which = 0; which < 2; which++) {
        struct channel channel;
        if (!look_at_end(v, origin, pid, which, &channel) ||
            is_of_another(o, origin, pid, origin->fds[which], &channel))
            continue;
        ends->unclear |= ends->has[which] && !same_channel(&ends->at[which], &channel);
        ends->has[which] = true;
        ends->at[which] = channel;
    }
}

/* The youngest children of the maker; if that is gone, those forks of it that init has adopted. */
static int list_kin(const struct view *v, const struct origin *origin, pid_t kin[MOST_KIN])
{
    static const char *const PATH = "%d/task/%d/children";
    char text[4096], *rest;
    int n = 0;
    ssize_t length = view_read(v, text, sizeof(text), PATH, (int)origin->pid, (int)origin->tid);
    bool gone = length < 0;
    if (gone)
        length = view_read(v, text, sizeof(text), PATH, 1, 1);
    if (length < 0 || length == (ssize_t)sizeof(text) - 1)
        return 0; /* cut, perhaps within a number */
    for (char *one = strtok_r(text, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest))
        if (!gone || has_placement(v, atoi(one), &origin->placement))
            kin[n++ % MOST_KIN] = atoi(one);
    return n < MOST_KIN ? n : MOST_KIN;
}

/* What did the call make, and how certain is that? */
static enum evidence look_up(const struct origins *o, const struct view *v,
                             const struct origin *origin, struct channel *channel)
{
    pid_t kin[MOST_KIN];
    struct ends ends = {0};
    add_ends(o, v, origin, origin->pid, &ends);
    bool own = ends.has[0] && ends.has[1];
    int n = own ? 0 : list_kin(v, origin, kin);
    for (int i = 0; i < n; i++)
        add_ends(o, v, origin, kin[i], &ends);

    if (ends.unclear || (!ends.has[0] && !ends.has[1]))
        return EVIDENCE_NONE;
    *channel = ends.at[ends.has[0] ? 0 : 1];
    if (!ends.has[0] || !ends.has[1])
        return origin->threads ? EVIDENCE_NONE : EVIDENCE_ONE;
    if (!same_channel(&ends.at[0], &ends.at[1]))
        return EVIDENCE_NONE;
    return own ? EVIDENCE_BOTH : EVIDENCE_KIN;
}

/* Has the caller been seen after the call, or is it gone? */
static bool is_over(const struct view *v, const struct origin *origin)
{
    struct task task = {.pid = origin->pid, .tid = origin->tid};
    if (task_read(v, &task) != 0)
        return true;
    return task.blocked && (!task.in_call || task.nr != origin->nr);
}

/* Looks up what `origin` made. Returns whether its call is over: it is, if both ends are there. */
static bool settle(const struct origins *o, const struct view *v, struct origin *origin, bool over)
{
    struct channel channel;
    enum evidence evidence = EVIDENCE_NONE;
    if (!origin->doubtful)
        evidence = look_up(o, v, origin, &channel);
    if (!over && evidence != EVIDENCE_BOTH)
        return false;
    if (evidence != EVIDENCE_NONE) {
        origin->evidence = evidence;
        origin->channel = channel;
    }
    return true;
}

/* Looks up what the process has made before: after this call its descriptors will tell less. False
 * if another thread is still making something: either may get the other's numbers. */
static bool settle_earlier(struct origins *o, const struct view *v, pid_t pid, pid_t tid)
{
    bool all_over = true;
    for (size_t i = o->n; i-- > 0;) {
        struct origin *origin = &o->all[i];
        if (origin->pid != pid || origin->evidence != EVIDENCE_NONE)
            continue;
        if (!settle(o, v, origin, origin->tid == tid || is_over(v, origin))) {
            origin->doubtful = true;
            all_over = false;
        } else if (origin->evidence == EVIDENCE_NONE) {
            drop(o, i);
        }
    }
    return all_over;
}

/* Reads the call that the caller waits in, as task_read() does, for a third of the price. */
static int read_caller(const struct view *v, struct task *task)
{
    enum { TRIES = 20 };
    char line[256];
    for (int i = 0; i < TRIES; i++) {
        if (view_read_line(v, line, sizeof(line), "%d/task/%d/syscall", (int)task->pid,
                           (int)task->tid) <= 0)
            return -1;
        int n = sscanf(line, "%ld %*x %" SCNx64 " %*x %*x %*x %*x %" SCNx64 " %" SCNx64, &task->nr,
                       &task->args[1], &task->sp, &task->pc);
        if (n == 4)
            return 0;
        sched_yield(); /* "running": it has sent its notification, and is not yet asleep */
    }
    return -1;
}

/* The C library's pipe(3) may be pipe2(2) without flags. */
static const char *name_call(const struct task *task)
{
    if (task->nr == SYS_socketpair)
        return "socketpair";
    return task->nr == SYS_pipe2 && (unsigned)task->args[1] != 0 ? "pipe2" : "pipe";
}

/* The two numbers that the process's next descriptors get. */
static int lowest_free(const struct view *v, pid_t pid, int fds[2])
{
    char path[32];
    struct stat directory;
    int *open = NULL, found = 0;
    snprintf(path, sizeof(path), "%d/fd", (int)pid);
    /* Since Linux 6.2 its size is the number of descriptors, before it was 0. */
    if (fstatat(v->fds[VIEW_PROC], path, &directory, 0) != 0 ||
        directory.st_size > MOST_DESCRIPTORS)
        return -1;
    int n = object_fds(v, pid, &open);
    for (int fd = 0, i = 0; n >= 0 && found < 2; fd++) {
        if (i < n && open[i] == fd)
            i++;
        else
            fds[found++] = fd;
    }
    free(open);
    return found == 2 ? 0 : -1;
}

/* The inner part of the stack, as much as there is of it. */
static int copy_stack(const struct view *v, const struct task *task, struct stack_copy *copy)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/mem", (int)task->pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    unsigned char *bytes = malloc(STACK_BYTES);
    ssize_t n = bytes == NULL ? -1 : pread(fd, bytes, STACK_BYTES, (off_t)task->sp);
    close(fd);
    if (n <= 0) {
        free(bytes);
        return -1;
    }
    *copy =
        (struct stack_copy){.sp = task->sp, .pc = task->pc, .bytes = bytes, .length = (size_t)n};
    return 0;
}

/* In place of the oldest if there are too many. */
static int add(struct origins *o, struct origin origin)
{
    if (o->n == MOST)
        drop(o, 0);
    if (o->n == o->room) {
        size_t room = o->room == 0 ? 16 : o->room * 2;
        struct origin *more = realloc(o->all, room * sizeof(*more));
        if (more == NULL)
            return -1;
        o->all = more;
        o->room = room;
    }
    o->all[o->n++] = origin;
    return 0;
}

void origin_note(struct origins *o, struct view *v, pid_t pid, pid_t tid, long nr)
{
    struct origin origin = {.pid = pid, .tid = tid, .nr = nr};
    struct task task = {.pid = pid, .tid = tid};
    int threads;
    origin.doubtful = !settle_earlier(o, v, pid, tid);
    if (read_caller(v, &task) != 0 || task.nr != nr || lowest_free(v, pid, origin.fds) != 0 ||
        read_placement(v, pid, &threads, &origin.placement) != 0 ||
        copy_stack(v, &task, &origin.copy) != 0)
        return;
    origin.call = name_call(&task);
    origin.threads = threads > 1;
    if (add(o, origin) != 0)
        free(origin.copy.bytes);
}

/* Finds for each origin a process whose code lies where the maker's did: best the maker, unless it
 * has executed another program since. */
static void find_readers(struct origins *o, const struct view *v)
{
    struct tasks tasks = {0};
    if (tasks_list(v, &tasks) != 0)
        tasks.n = 0;
    for (size_t i = 0; i < tasks.n; i++) {
        pid_t pid = tasks.all[i].pid;
        struct placement placement;
        int threads;
        if (tasks.all[i].tid != pid || read_placement(v, pid, &threads, &placement) != 0)
            continue;
        for (size_t j = 0; j < o->n; j++)
            if (o->all[j].reader != o->all[j].pid &&
                same_placement(&o->all[j].placement, &placement))
                o->all[j].reader = pid;
    }
    tasks_free(&tasks);
}

void origins_settle(struct origins *o, struct view *v)
{
    for (size_t i = o->n; i-- > 0;)
        if (o->all[i].evidence == EVIDENCE_NONE)
            settle(o, v, &o->all[i], is_over(v, &o->all[i]));
    find_readers(o, v);
}

size_t origin_find(const struct origins *o, struct stacks *s, dev_t device, ino_t inode,
                   const char **call, struct frame **frames)
{
    const struct origin *best = NULL;
    bool alone = false;
    for (size_t i = 0; i < o->n; i++) {
        const struct origin *one = &o->all[i];
        if (one->evidence == EVIDENCE_NONE || one->channel.device != device ||
            (one->channel.inodes[0] != inode && one->channel.inodes[1] != inode))
            continue;
        alone = best == NULL || one->evidence > best->evidence ||
                (alone && one->evidence < best->evidence);
        if (best == NULL || one->evidence > best->evidence)
            best = one;
    }
    if (best == NULL || !alone || best->reader == 0)
        return 0;
    const struct task reader = {.pid = best->reader, .tid = best->reader};
    *call = best->call;
    return stack_unwind(s, &reader, &best->copy, frames);
}
