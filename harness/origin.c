/* origin.c - noting the calls that make pipes and socket pairs. See origin.h.
 *
 * An origin is noted before its call, which may yet fail, and whose descriptors may be closed or
 * handed on before anybody looks. So what lies under its numbers later is its own only if it can
 * have come from nowhere else:
 * - It was not there before: whenever a call is noted, all that its process has open is remembered.
 * - It was made by no other call of the process: each origin is settled before the next call, and
 *   where threads make something at the same time, nobody can tell whose is whose.
 * - It came from no other process. Only sockets carry descriptors from one to another. Where there
 *   are some, and with what lies not in the maker but in a relative of it, this goes by exclusion:
 *   of every other call it must be known what it made.
 * Left aside are pidfd_getfd(2), opening the files in /proc/PID/fd of others, and descriptors that
 * are shared by processes or not shared by threads, clone(2), unshare(2). */
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
    MOST = 256,        /* origins that are kept */
    MOST_CALLS = 2000, /* that are noted in a run, 0.2 s in all; later ones cost next to nothing */
    MOST_SEEN = 8192,  /* pipes and sockets that are remembered */
    MOST_DESCRIPTORS = 128, /* of a process: looking at them takes about a microsecond each */
    MOST_AT_ONCE = 4,       /* calls of one process: one with more is not looked at again */
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

/* What one process has under the numbers that a call was to get. */
struct ends {
    bool has[2];
    struct channel at[2];
    bool unclear; /* different things under the same number */
};

struct origin {
    pid_t pid, tid; /* the maker */
    long nr;
    const char *call;
    unsigned number; /* of the call, in this run */
    int fds[2];      /* the numbers that it was to get */
    bool threads;    /* other threads may open and close descriptors during and after the call */
    bool doubtful;   /* not read whole, or another thread's call may have got these numbers */
    bool known;      /* what it has made: `channel` */
    struct channel channel;
    struct placement placement;
    struct stack_copy copy;
    pid_t reader; /* a living process with this placement; 0: none, or not known */
};

/* A pipe or a socket that was there before call `number`, and not seen before an earlier one. */
struct seen {
    ino_t inode; /* the kernel numbers pipes and sockets together */
    unsigned number;
};

void origins_init(struct origins *o)
{
    *o = (struct origins){0};
}

static void forget(struct origins *o, size_t i)
{
    free(o->all[i].copy.bytes);
    o->n--;
    memmove(&o->all[i], &o->all[i + 1], (o->n - i) * sizeof(*o->all));
}

/* Forgets an origin, and remembers that there is something of which nobody knows who made it. */
static void lose(struct origins *o, size_t i)
{
    forget(o, i);
    o->lost = true;
}

void origins_close(struct origins *o)
{
    while (o->n > 0)
        forget(o, o->n - 1);
    free(o->all);
    free(o->seen);
    free(o->skipped);
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

/* Where `inode` is, or would be, among those seen. */
static size_t place_of(const struct origins *o, ino_t inode)
{
    size_t low = 0, high = o->n_seen;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (o->seen[middle].inode < inode)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int remember(struct origins *o, ino_t inode)
{
    size_t at = place_of(o, inode);
    if (at < o->n_seen && o->seen[at].inode == inode)
        return 0;
    if (o->seen == NULL)
        o->seen = malloc(MOST_SEEN * sizeof(*o->seen));
    if (o->seen == NULL || o->n_seen == MOST_SEEN)
        return -1;
    memmove(&o->seen[at + 1], &o->seen[at], (o->n_seen - at) * sizeof(*o->seen));
    o->seen[at] = (struct seen){.inode = inode, .number = o->calls};
    o->n_seen++;
    return 0;
}

/* Can the call not have made it? It was there before, or another call has made it. */
static bool is_of_another(const struct origins *o, const struct origin *origin,
                          const struct channel *channel)
{
    for (int i = 0; i < 2; i++) {
        size_t at = place_of(o, channel->inodes[i]);
        if (at < o->n_seen && o->seen[at].inode == channel->inodes[i] &&
            o->seen[at].number <= origin->number)
            return true;
    }
    for (size_t i = 0; i < o->n; i++)
        if (o->all[i].known && same_channel(&o->all[i].channel, channel))
            return true;
    return false;
}

static void add_ends(const struct origins *o, const struct view *v, const struct origin *origin,
                     pid_t pid, struct ends *ends)
{
    for (int which = 0; which < 2; which++) {
        struct channel channel;
        if (!look_at_end(v, origin, pid, which, &channel) || is_of_another(o, origin, &channel))
            continue;
        ends->unclear |= ends->has[which] && !same_channel(&ends->at[which], &channel);
        ends->has[which] = true;
        ends->at[which] = channel;
    }
}

static bool are_one(const struct ends *ends)
{
    return !ends->unclear && ends->has[0] && ends->has[1] &&
           same_channel(&ends->at[0], &ends->at[1]);
}

/* Is it known of every other call that it made something else? */
static bool is_left_over(const struct origins *o, const struct view *v, const struct origin *origin,
                         const struct channel *channel)
{
    enum { MOST_PENDING = 8 };
    int pending = 0;
    for (size_t i = 0; i < o->n; i++) {
        const struct origin *other = &o->all[i];
        struct ends ends = {0};
        if (other == origin || other->known)
            continue;
        if (++pending > MOST_PENDING || other->doubtful)
            return false;
        add_ends(o, v, other, other->pid, &ends);
        if (!are_one(&ends) || same_channel(&ends.at[0], channel))
            return false;
    }
    return !o->lost;
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

/* What did the call make? False if that is not certain. `complete` says whether the maker has both
 * ends. */
static bool look_up(const struct origins *o, const struct view *v, const struct origin *origin,
                    struct channel *channel, bool *complete)
{
    pid_t kin[MOST_KIN];
    struct ends ends = {0};
    add_ends(o, v, origin, origin->pid, &ends);
    *complete = are_one(&ends);
    bool own = *complete || (!origin->threads && ends.has[0] != ends.has[1]);
    int n = own ? 0 : list_kin(v, origin, kin);
    for (int i = 0; i < n; i++)
        add_ends(o, v, origin, kin[i], &ends);

    if (ends.unclear || (!ends.has[0] && !ends.has[1]) ||
        (ends.has[0] && ends.has[1] && !same_channel(&ends.at[0], &ends.at[1])))
        return false;
    *channel = ends.at[ends.has[0] ? 0 : 1];
    return (own && !o->sockets) || is_left_over(o, v, origin, channel);
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
    bool complete = false;
    bool found = !origin->doubtful && look_up(o, v, origin, &channel, &complete);
    if (found && (over || complete)) {
        origin->known = true;
        origin->channel = channel;
    }
    return over || origin->known;
}

/* Looks up what the process has made before: after this call its descriptors will tell less.
 * Returns how many of its threads are still making something: each may get another one's numbers.
 */
static int settle_earlier(struct origins *o, const struct view *v, pid_t pid, pid_t tid)
{
    int making = 0;
    for (size_t i = o->n; i-- > 0;) {
        struct origin *origin = &o->all[i];
        if (origin->pid != pid || origin->known)
            continue;
        if (!settle(o, v, origin, origin->tid == tid || is_over(v, origin))) {
            origin->doubtful = true;
            making++;
        } else if (!origin->known) {
            lose(o, i);
        }
    }
    return making;
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

/* Remembers a pipe or socket that a process has as number `fd`. */
static int look_at(struct origins *o, const struct view *v, pid_t pid, int fd)
{
    char path[32], link[48];
    unsigned long inode;
    snprintf(path, sizeof(path), "%d/fd/%d", (int)pid, fd);
    ssize_t n = readlinkat(v->fds[VIEW_PROC], path, link, sizeof(link) - 1);
    link[n < 0 ? 0 : n] = '\0';
    bool socket = strncmp(link, "socket:", 7) == 0;
    o->sockets |= socket;
    return sscanf(link, socket ? "socket:[%lu]" : "pipe:[%lu]", &inode) == 1 ? remember(o, inode)
                                                                             : 0;
}

/* Remembers all that a process has open. `fds` gets the two numbers that its next descriptors get.
 * -1 if it has too many to look at, or cannot be looked at. */
static int look_through(struct origins *o, const struct view *v, pid_t pid, int fds[2])
{
    char path[32];
    struct stat directory;
    int *open = NULL, free_ones = 0, result = 0;
    snprintf(path, sizeof(path), "%d/fd", (int)pid);
    /* Since Linux 6.2 its size is the number of descriptors, before it was 0. */
    if (fstatat(v->fds[VIEW_PROC], path, &directory, 0) != 0)
        return -1;
    int n = directory.st_size > MOST_DESCRIPTORS ? -1 : object_fds(v, pid, &open);
    if (n < 0 || n > MOST_DESCRIPTORS)
        result = -1;
    for (int i = 0; i < n && result == 0; i++)
        result = look_at(o, v, pid, open[i]);
    o->sockets |= result != 0; /* perhaps it has one */
    for (int fd = 0, i = 0; result == 0 && free_ones < 2; fd++) {
        if (i < n && open[i] == fd)
            i++;
        else
            fds[free_ones++] = fd;
    }
    free(open);
    return result;
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

/* If there are too many, in place of the oldest of which it is known what it made. */
static int add(struct origins *o, struct origin origin)
{
    if (o->n == MOST) {
        size_t oldest = 0;
        while (oldest < o->n && !o->all[oldest].known)
            oldest++;
        if (oldest == o->n)
            return -1;
        lose(o, oldest);
    }
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

/* From now on calls of `pid`, or of all processes if it is 0, are no longer noted. What was not
 * looked up yet can no more be told from what they make. */
static void skip(struct origins *o, pid_t pid)
{
    o->lost = true;
    pid_t *more = pid == 0 ? NULL : realloc(o->skipped, (o->n_skipped + 1) * sizeof(*more));
    if (more == NULL) {
        o->calls = MOST_CALLS;
    } else {
        o->skipped = more;
        o->skipped[o->n_skipped++] = pid;
    }
    for (size_t i = o->n; i-- > 0;)
        if (!o->all[i].known && (more == NULL || o->all[i].pid == pid))
            lose(o, i);
}

static bool is_skipped(const struct origins *o, pid_t pid)
{
    for (size_t i = 0; i < o->n_skipped; i++)
        if (o->skipped[i] == pid)
            return true;
    return false;
}

/* Reads where the caller is. 0 or -1. */
static int read_origin(struct origins *o, const struct view *v, struct origin *origin)
{
    struct task task = {.pid = origin->pid, .tid = origin->tid};
    int threads, fds[2];
    if (read_caller(v, &task) != 0 || task.nr != origin->nr ||
        read_placement(v, origin->pid, &threads, &origin->placement) != 0)
        return -1;
    origin->call = name_call(&task);
    origin->threads = threads > 1;
    /* What another thread moved to a lower number during the first look is there at the second. */
    if (origin->threads && look_through(o, v, origin->pid, fds) != 0)
        return -1;
    return copy_stack(v, &task, &origin->copy);
}

bool origins_full(const struct origins *o)
{
    return o->calls >= MOST_CALLS;
}

void origin_note(struct origins *o, struct view *v, pid_t pid, pid_t tid, long nr)
{
    struct origin origin = {.pid = pid, .tid = tid, .nr = nr, .number = ++o->calls};
    if (origins_full(o) || o->n_seen == MOST_SEEN) {
        skip(o, 0);
        return;
    }
    if (is_skipped(o, pid))
        return;
    int looked = look_through(o, v, pid, origin.fds);
    int making = settle_earlier(o, v, pid, tid);
    origin.doubtful = making > 0 || looked != 0 || read_origin(o, v, &origin) != 0;
    o->lost |= origin.doubtful;
    /* A doubtful one is kept as long as its call is under way. */
    if (making >= MOST_AT_ONCE || add(o, origin) != 0) {
        free(origin.copy.bytes);
        skip(o, pid);
    }
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
    int fds[2];
    o->calls++; /* after the last one */
    for (size_t i = 0; i < o->n; i++)
        if (!o->all[i].known)
            look_through(o, v, o->all[i].pid, fds); /* for sockets */
    for (size_t i = o->n; i-- > 0;)
        if (!o->all[i].known)
            settle(o, v, &o->all[i], is_over(v, &o->all[i]));
    find_readers(o, v);
}

size_t origin_find(const struct origins *o, struct stacks *s, dev_t device, ino_t inode,
                   const char **call, struct frame **frames)
{
    const struct origin *found = NULL;
    for (size_t i = 0; i < o->n && found == NULL; i++) {
        const struct origin *one = &o->all[i];
        if (one->known && one->channel.device == device &&
            (one->channel.inodes[0] == inode || one->channel.inodes[1] == inode))
            found = one;
    }
    if (found == NULL || found->reader == 0)
        return 0;
    const struct task reader = {.pid = found->reader, .tid = found->reader};
    *call = found->call;
    return stack_unwind(s, &reader, &found->copy, frames);
}
