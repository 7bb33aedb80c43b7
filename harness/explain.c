/* explain.c - describes what each living task of a world waits for. See explain.h.
 *
 * A description has two texts: the detail, for who wants the numbers, and the phrase that ends the
 * sentence "NAME waits in CALL ...", as a teacher would say it. */
#include "explain.h"

#include "call.h"
#include "holders.h"
#include "net.h"
#include "task.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One description in the making. */
struct story {
    struct view *view;
    const struct task *task;
    const struct holders *holders;
    struct call call;
    struct object object; /* behind call.fd */
    FILE *detail, *phrase;
    struct wait *wait;
};

static void set_state(struct story *s, const char *state)
{
    snprintf(s->wait->state, sizeof(s->wait->state), "%s", state);
}

static bool writes(const struct story *s)
{
    return (s->call.access & ACCESS_WRITE) != 0;
}

/* "a full pipe that only parent can read" */
static void tell_pipe(struct story *s)
{
    const struct object *o = &s->object;
    unsigned other = writes(s) ? ACCESS_READ : ACCESS_WRITE;
    int copy = view_getfd(s->view, s->task->pid, s->call.fd), queued;

    set_state(s, writes(s) ? "full" : "empty");
    fprintf(s->detail, "fd %d: %s", s->call.fd, o->link);
    if (copy >= 0) {
        int capacity = fcntl(copy, F_GETPIPE_SZ);
        if (ioctl(copy, FIONREAD, &queued) == 0 && capacity > 0)
            fprintf(s->detail, ", %d of %d bytes queued", queued, capacity);
        close(copy);
    }
    fprintf(s->detail, "; %s end held by ", writes(s) ? "read" : "write");
    holders_write_fds(s->holders, s->detail, o->device, o->inode, other);

    if (o->kind == OBJECT_FIFO)
        fprintf(s->phrase, "on the %s FIFO %s that only ", s->wait->state, o->link);
    else
        fprintf(s->phrase, "on %s %s pipe that only ", writes(s) ? "a" : "an", s->wait->state);
    if (holders_write(s->holders, s->phrase, o->device, o->inode, other, s->task->pid) == 0)
        fprintf(s->phrase, "what lies in a socket's queue");
    fprintf(s->phrase, " can %s", writes(s) ? "read" : "write");
}

static void tell_open(struct story *s)
{
    char path[256];
    const char *peer = s->call.access == ACCESS_READ ? "writer" : "reader";
    uint64_t address = s->task->args[s->task->nr == SYS_openat ? 1 : 0];
    if (task_string(s->view, s->task->pid, address, path, sizeof(path)) != 0)
        snprintf(path, sizeof(path), "?");
    set_state(s, s->call.access == ACCESS_READ ? "no-writer" : "no-reader");
    fprintf(s->detail, "FIFO %s has no %s", path, peer);
    fprintf(s->phrase, "for a %s of the FIFO %s", peer, path);
}

/* The queue's name; the kernel adds a word to that of one that has been unlinked, as to a file's.
 */
static void cut_deleted(char *link)
{
    char *end = strstr(link, " (deleted)");
    if (end != NULL)
        *end = '\0';
}

static void tell_mqueue(struct story *s)
{
    struct mq_attr attr;
    cut_deleted(s->object.link);
    int copy = view_getfd(s->view, s->task->pid, s->call.fd);
    set_state(s, writes(s) ? "full" : "empty");
    fprintf(s->detail, "fd %d: message queue %s", s->call.fd, s->object.link);
    if (copy >= 0 && mq_getattr(copy, &attr) == 0)
        fprintf(s->detail, ", %ld of %ld messages", attr.mq_curmsgs, attr.mq_maxmsg);
    if (copy >= 0)
        close(copy);
    fprintf(s->phrase, "on the %s message queue %s", s->wait->state, s->object.link);
}

/* The line of /proc/sysvipc/msg about queue `id`. */
static bool read_sysv_queue(const struct story *s, int id, int *key, unsigned long *bytes,
                            unsigned long *messages)
{
    char *text = view_read_all(s->view, VIEW_SYSV_MSG), *rest;
    bool known = false;
    for (char *line = text == NULL ? NULL : strtok_r(text, "\n", &rest); line != NULL && !known;
         line = strtok_r(NULL, "\n", &rest)) {
        int found;
        known = sscanf(line, "%d %d %*o %lu %lu", key, &found, bytes, messages) == 4 && found == id;
    }
    free(text);
    return known;
}

static void tell_sysv_msg(struct story *s)
{
    int id = (int)s->task->args[0], key = 0;
    unsigned long bytes = 0, messages = 0;
    bool known = read_sysv_queue(s, id, &key, &bytes, &messages);
    bool sends = s->task->nr == SYS_msgsnd;
    long type = (long)s->task->args[3];

    set_state(s, sends ? "full" : known && messages > 0 ? "no-match" : "empty");
    fprintf(s->detail, "message queue %d (key 0x%x): %lu messages, %lu bytes", id, (unsigned)key,
            messages, bytes);
    if (sends)
        fprintf(s->phrase, "on the full message queue %d", id);
    else if (type == 0)
        fprintf(s->phrase, "on the empty message queue %d", id);
    else
        fprintf(s->phrase, "for a message of type %ld in message queue %d", type, id);
}

static void tell_sysv_sem(struct story *s)
{
    struct sembuf ops[16];
    size_t n = s->task->args[2] < 16 ? s->task->args[2] : 16;
    int id = (int)s->task->args[0];
    if (task_memory(s->view, s->task->pid, s->task->args[1], ops, n * sizeof(ops[0])) != 0)
        n = 0;
    fprintf(s->detail, "semaphore set %d:", id);
    const char *between = "for semaphore ";
    for (size_t i = 0; i < n; i++) {
        fprintf(s->detail, " {semaphore %d, %+d}", ops[i].sem_num, ops[i].sem_op);
        if (ops[i].sem_op > 0)
            continue;
        fprintf(s->phrase, "%s%d", between, ops[i].sem_num);
        between = " and ";
    }
    fprintf(s->phrase, " of set %d", id);
}

/* The present name of a file in the world's /dev/shm. sem_open(3) maps a new semaphore under a name
 * of its own and then gives it the right one. */
static void find_name_in_shm(const struct view *v, unsigned long inode, char *name, size_t size)
{
    int fd = openat(v->fds[VIEW_ROOT], "dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL)
        if (entry->d_ino == inode)
            snprintf(name, size, "/dev/shm/%s", entry->d_name);
    closedir(directory);
}

/* The line of /proc/PID/maps that holds `address`: where the futex lives. */
static bool read_mapping(const struct story *s, uint64_t address, char *name, size_t size,
                         bool *shared)
{
    enum { SIZE = 1 << 18 };
    char *text = malloc(SIZE), *rest;
    bool found = false;
    if (text == NULL || view_read(s->view, text, SIZE, "%d/maps", (int)s->task->pid) < 0) {
        free(text);
        return false;
    }
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && !found;
         line = strtok_r(NULL, "\n", &rest)) {
        unsigned long from, to, inode;
        char permissions[8], path[512] = "";
        if (sscanf(line, "%lx-%lx %7s %*x %*s %lu %511[^\n]", &from, &to, permissions, &inode,
                   path) < 4 ||
            address < from || address >= to)
            continue;
        found = true;
        *shared = permissions[3] == 's';
        snprintf(name, size, "%s", path);
        if (strncmp(path, "/dev/shm/", 9) == 0)
            find_name_in_shm(s->view, inode, name, size);
    }
    free(text);
    return found;
}

static void tell_futex(struct story *s)
{
    char where[512] = "";
    bool shared = false;
    uint32_t word = 0;
    read_mapping(s, s->task->args[0], where, sizeof(where), &shared);
    if (strncmp(where, "/dev/zero", 9) == 0)
        where[0] = '\0'; /* an anonymous shared mapping */
    bool known = task_memory(s->view, s->task->pid, s->task->args[0], &word, sizeof(word)) == 0;
    fprintf(s->detail, "futex at 0x%llx%s%s", (unsigned long long)s->task->args[0],
            where[0] == '\0' ? "" : " in ", where);
    if (known)
        fprintf(s->detail, ", value %u", word);
    fprintf(s->phrase, "for a semaphore, lock or condition in %s%s%s",
            shared ? "shared memory" : "its own memory", where[0] == '\0' || !shared ? "" : " ",
            shared ? where : "");
}

static void tell_child(struct story *s)
{
    bool waits = s->task->nr == SYS_wait4 || s->task->nr == SYS_waitid;
    pid_t wanted = s->task->nr == SYS_wait4 ? (pid_t)s->task->args[0] : -1;
    fprintf(s->phrase, "for ");
    int n = holders_write_children(s->holders, s->phrase, s->task->pid, wanted);
    if (n == 0)
        fprintf(s->phrase, "a child");
    fprintf(s->detail, "%s", waits ? "children: " : "vfork: waits until the child executes: ");
    holders_write_children(s->holders, s->detail, s->task->pid, wanted);
}

static void tell_lock(struct story *s)
{
    struct object o;
    bool known = object_of_fd(s->view, s->task->pid, s->call.fd, &o) == 0;
    fprintf(s->detail, "fd %d: %s", s->call.fd, known ? o.link : "?");
    fprintf(s->phrase, "for a lock on %s", known ? o.link : "a file");
}

/* The inode at the other end of the connection; 0: none or not known. */
static ino_t peer_of(const struct story *s)
{
    ino_t peer = 0;
    if (s->object.kind == OBJECT_UNIX) {
        struct unix_socket *all = NULL;
        int n = net_unix_sockets(s->view, &all);
        for (int i = 0; i < n; i++)
            if (all[i].inode == s->object.inode)
                peer = all[i].peer;
        free(all);
    } else if (s->object.kind == OBJECT_TCP) {
        struct tcp_socket *all = NULL;
        int n = net_tcp_sockets(s->view, &all);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n && all[i].inode == s->object.inode; j++)
                if (strcmp(all[i].local, all[j].remote) == 0 &&
                    strcmp(all[i].remote, all[j].local) == 0)
                    peer = all[j].inode;
        free(all);
    }
    return peer;
}

static void tell_socket(struct story *s)
{
    static const char *const names[] = {[OBJECT_UNIX] = "Unix socket",
                                        [OBJECT_TCP] = "TCP connection",
                                        [OBJECT_UDP] = "UDP socket"};
    const char *kind = names[s->object.kind];
    bool accepts = s->task->nr == SYS_accept || s->task->nr == SYS_accept4;

    bool connects = s->task->nr == SYS_connect;

    set_state(s, accepts ? "no-client" : connects ? "backlog-full" : writes(s) ? "full" : "empty");
    fprintf(s->detail, "fd %d: %s %s", s->call.fd, kind, s->object.link);
    if (accepts || connects) {
        fprintf(s->phrase, "for %s",
                accepts ? "a client to connect" : "its connection to be taken");
        return;
    }
    ino_t peer = peer_of(s);
    fprintf(s->phrase, "on %s %s %s", writes(s) ? "a" : "an", s->wait->state, kind);
    if (peer == 0)
        return;
    fprintf(s->phrase, " to ");
    holders_write(s->holders, s->phrase, s->object.device, peer, ACCESS_READ | ACCESS_WRITE,
                  s->task->pid);
    fprintf(s->detail, "; other end held by ");
    holders_write_fds(s->holders, s->detail, s->object.device, peer, ACCESS_READ | ACCESS_WRITE);
}

static void tell_set(struct story *s)
{
    struct polled *set;
    int n = call_polled(s->view, s->task, &set);
    fprintf(s->phrase, "for any of %d descriptors", n < 0 ? 0 : n);
    for (int i = 0; i < n; i++) {
        struct object o;
        if (object_of_fd(s->view, s->task->pid, set[i].fd, &o) != 0)
            continue;
        fprintf(s->detail, "%sfd %d: %s to %s", i == 0 ? "" : ", ", set[i].fd, o.link,
                set[i].access & ACCESS_WRITE ? "write" : "read");
    }
    free(set);
}

static void tell_other(struct story *s)
{
    const char *kind = object_kind_name(s->wait->object);
    switch (s->wait->object) {
    case OBJECT_SIGNAL:
        fprintf(s->phrase, "for a signal");
        break;
    case OBJECT_TIME:
        fprintf(s->phrase, "for time to pass");
        break;
    case OBJECT_UNKNOWN:
        break;
    default:
        fprintf(s->phrase, "on fd %d (%s)", s->call.fd,
                s->object.link[0] == '\0' ? kind : s->object.link);
        fprintf(s->detail, "fd %d: %s", s->call.fd, s->object.link);
        break;
    }
}

static void tell(struct story *s)
{
    switch (s->wait->object) {
    case OBJECT_PIPE:
        tell_pipe(s);
        break;
    case OBJECT_FIFO:
        if (s->call.fd < 0)
            tell_open(s);
        else
            tell_pipe(s);
        break;
    case OBJECT_MQUEUE:
        tell_mqueue(s);
        break;
    case OBJECT_SYSV_MSG:
        tell_sysv_msg(s);
        break;
    case OBJECT_SYSV_SEM:
        tell_sysv_sem(s);
        break;
    case OBJECT_FUTEX:
        tell_futex(s);
        break;
    case OBJECT_CHILD:
        if (s->call.fd < 0)
            tell_child(s);
        else
            tell_other(s);
        break;
    case OBJECT_LOCK:
        tell_lock(s);
        break;
    case OBJECT_UNIX:
    case OBJECT_TCP:
    case OBJECT_UDP:
        tell_socket(s);
        break;
    case OBJECT_POLL:
    case OBJECT_EPOLL:
        tell_set(s);
        break;
    default:
        tell_other(s);
        break;
    }
}

/* Which object it is: by the call, or by what is behind its descriptor. */
static void find_object(struct story *s)
{
    s->wait->object = s->call.object;
    if (s->call.fd < 0 || s->call.object == OBJECT_LOCK || s->call.object == OBJECT_EPOLL)
        return;
    if (object_of_fd(s->view, s->task->pid, s->call.fd, &s->object) == 0 &&
        s->call.object == OBJECT_FILE)
        s->wait->object = s->object.kind;
}

/* Ends "NAME waits in CALL" with `phrase`, and stores the texts in the wait. */
static int finish(struct wait *wait, char *phrase, char *detail, const char *verb)
{
    wait->detail = detail;
    if (asprintf(&wait->sentence, "%s %s%s%s%s", wait->name, verb, wait->call,
                 phrase[0] == '\0' || wait->call[0] == '\0' ? "" : " ", phrase) < 0)
        wait->sentence = NULL;
    free(phrase);
    return wait->sentence == NULL ? -1 : 0;
}

static int describe(struct view *v, const struct task *task, const struct holders *holders,
                    struct wait *wait)
{
    struct story story = {.view = v, .task = task, .holders = holders, .wait = wait};
    char *detail = NULL, *phrase = NULL;
    size_t detail_size, phrase_size;
    const char *verb = "runs";

    story.detail = open_memstream(&detail, &detail_size);
    story.phrase = open_memstream(&phrase, &phrase_size);
    if (story.detail == NULL || story.phrase == NULL) {
        if (story.detail != NULL)
            fclose(story.detail);
        if (story.phrase != NULL)
            fclose(story.phrase);
        free(detail);
        free(phrase);
        return -1;
    }
    if (task->state == 'T' || task->state == 't') {
        wait->object = OBJECT_STOPPED;
        verb = "is stopped and waits for SIGCONT";
    } else if (task->blocked && task->in_call) {
        call_decode(v, task, &story.call);
        snprintf(wait->call, sizeof(wait->call), "%s", story.call.name);
        find_object(&story);
        tell(&story);
        verb = "waits in ";
    }
    fclose(story.detail);
    fclose(story.phrase);
    return finish(wait, phrase, detail, verb);
}

int explain_waits(struct view *v, struct observation *o, struct error *err)
{
    struct tasks tasks = {0};
    struct holders holders = {0};
    int result = 0;

    if (tasks_list(v, &tasks) != 0)
        return error_errno(err, "cannot list the world's tasks");
    if (tasks.n > 0 && (holders_take(v, &tasks, &holders) != 0 ||
                        (o->waits = calloc(tasks.n, sizeof(*o->waits))) == NULL))
        result = error_set(err, "cannot describe the world's tasks: out of memory");
    for (size_t i = 0; i < tasks.n && result == 0; i++) {
        struct task *task = &tasks.all[i];
        if (task_read(v, task) != 0 || task->state == 'Z' || task->state == 'X')
            continue;
        struct wait *wait = &o->waits[o->n_waits];
        *wait = (struct wait){.pid = task->pid, .tid = task->tid};
        task_name(v, task, wait->name);
        o->n_waits++;
        if (describe(v, task, &holders, wait) != 0)
            result = error_set(err, "cannot describe the world's tasks: out of memory");
    }
    holders_free(&holders);
    tasks_free(&tasks);
    return result;
}
