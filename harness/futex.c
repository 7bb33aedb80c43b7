/* futex.c - which of glibc's objects a word of memory belongs to, and what it says. See futex.h.
 *
 * The layouts and waits are those of glibc since 2.34. Its headers tell how mutexes, conditions and
 * rwlocks are made; what they hide of semaphores and barriers is repeated here, as it is on 64-bit
 * little-endian machines. All of these objects are aligned to 8 bytes. */
#include "futex.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct semaphore_words {
    uint32_t value, waiters;
};

struct barrier_words {
    uint32_t entered, round_start, count; /* tasks that ever came; those of rounds now over */
};

/* Bits of pthread_mutex_t's kind, the owner's number in one whose owner has died, and a bit of
 * pthread_rwlock_t's readers. */
enum {
    MUTEX_TYPE = 3,
    MUTEX_ROBUST = 16,
    MUTEX_PRIO_INHERIT = 32,
    MUTEX_SHARED = 128,
    MUTEX_INCONSISTENT = INT_MAX,
    MUTEX_NOT_RECOVERABLE = INT_MAX - 1,
    RWLOCK_READERS_WAIT = 4
};

/* The functions that wait, and for what. */
static const struct function {
    const char *name;
    enum futex_kind kind;
} FUNCTIONS[] = {
    {"sem_wait", FUTEX_SEMAPHORE},
    {"sem_timedwait", FUTEX_SEMAPHORE},
    {"sem_clockwait", FUTEX_SEMAPHORE},
    {"pthread_mutex_lock", FUTEX_MUTEX},
    {"pthread_mutex_timedlock", FUTEX_MUTEX},
    {"pthread_mutex_clocklock", FUTEX_MUTEX},
    {"mtx_lock", FUTEX_MUTEX},
    {"mtx_timedlock", FUTEX_MUTEX},
    {"pthread_cond_wait", FUTEX_CONDITION},
    {"pthread_cond_timedwait", FUTEX_CONDITION},
    {"pthread_cond_clockwait", FUTEX_CONDITION},
    {"cnd_wait", FUTEX_CONDITION},
    {"cnd_timedwait", FUTEX_CONDITION},
    {"pthread_join", FUTEX_THREAD},
    {"pthread_timedjoin_np", FUTEX_THREAD},
    {"pthread_clockjoin_np", FUTEX_THREAD},
    {"thrd_join", FUTEX_THREAD},
    {"pthread_barrier_wait", FUTEX_BARRIER},
    {"pthread_rwlock_rdlock", FUTEX_RWLOCK},
    {"pthread_rwlock_timedrdlock", FUTEX_RWLOCK},
    {"pthread_rwlock_clockrdlock", FUTEX_RWLOCK},
    {"pthread_rwlock_wrlock", FUTEX_RWLOCK},
    {"pthread_rwlock_timedwrlock", FUTEX_RWLOCK},
    {"pthread_rwlock_clockwrlock", FUTEX_RWLOCK},
};

/* Where in its object the word is that tasks wait on; of two words beside each other, the first. */
static const size_t WORDS[] = {
    [FUTEX_UNKNOWN] = 0,
    [FUTEX_SEMAPHORE] = offsetof(struct semaphore_words, value),
    [FUTEX_MUTEX] = offsetof(pthread_mutex_t, __data.__lock),
    [FUTEX_CONDITION] = offsetof(pthread_cond_t, __data.__g_signals),
    [FUTEX_THREAD] = 0,
    [FUTEX_BARRIER] = offsetof(struct barrier_words, round_start),
    [FUTEX_RWLOCK] = offsetof(pthread_rwlock_t, __data.__wrphase_futex),
};

const char *futex_kind_name(enum futex_kind kind)
{
    static const char *const names[] = {
        [FUTEX_UNKNOWN] = "futex", [FUTEX_SEMAPHORE] = "semaphore",
        [FUTEX_MUTEX] = "mutex",   [FUTEX_CONDITION] = "condition",
        [FUTEX_THREAD] = "thread", [FUTEX_BARRIER] = "barrier",
        [FUTEX_RWLOCK] = "rwlock",
    };
    return names[kind];
}

/* The name that programs know a symbol of the C library by: "pthread_mutex_lock" for
 * "___pthread_mutex_lock@@GLIBC_2.34", "sem_wait" for "__new_sem_wait", and for what that jumps to
 * as its last act. */
static void plain_name(const char *symbol, char *name, size_t size)
{
    static const char *const prefixes[] = {"__GI_", "__new_", "_"};
    static const char *const last_acts[][2] = {{"sem_wait_slow64", "sem_wait"},
                                               {"pthread_mutex_lock_full", "pthread_mutex_lock"},
                                               {"pthread_clockjoin_ex", "pthread_join"}};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]);) {
        size_t length = strlen(prefixes[i]);
        bool starts = strncmp(symbol, prefixes[i], length) == 0;
        symbol += starts ? length : 0;
        i = starts ? 0 : i + 1;
    }
    snprintf(name, size, "%.*s", (int)strcspn(symbol, "@."), symbol);
    for (size_t i = 0; i < sizeof(last_acts) / sizeof(last_acts[0]); i++)
        if (strcmp(name, last_acts[i][0]) == 0)
            snprintf(name, size, "%s", last_acts[i][1]);
}

static const struct function *find_function(const char *name)
{
    for (size_t i = 0; i < sizeof(FUNCTIONS) / sizeof(FUNCTIONS[0]); i++)
        if (strcmp(FUNCTIONS[i].name, name) == 0)
            return &FUNCTIONS[i];
    return NULL;
}

/* The first waiting function among the frames, or the one that called it, if that is one too:
 * mtx_lock(3) calls pthread_mutex_lock(3). */
static const struct function *named_function(const struct frame *frames, size_t n)
{
    const struct function *found = NULL;
    for (size_t i = 0; i < n; i++) {
        char name[64] = "";
        if (frames[i].function != NULL)
            plain_name(frames[i].function, name, sizeof(name));
        const struct function *function = find_function(name);
        if (function == NULL && found != NULL)
            break;
        found = function == NULL ? found : function;
    }
    return found;
}

/* Which function of the C library was called; its name, as far as it is known, also where it is
 * none of those above. The call in the first frame outside tells for certain. The frames' names are
 * needed where that was a call of the program's own, which jumped on into the library as its last
 * act, and in a program that is linked statically: there all frames are in the one module. */
static const struct function *called_function(struct stacks *stacks, pid_t pid,
                                              const struct frame *frames, size_t n, char *name,
                                              size_t size)
{
    size_t outside = stack_outside(frames, n);
    char symbol[128];
    name[0] = '\0';
    if (outside > 0 && outside < n && stacks != NULL &&
        stack_called(stacks, pid, frames[outside].pc, symbol, sizeof(symbol)) == 0)
        plain_name(symbol, name, size);
    else if (outside > 0 && frames[outside - 1].function != NULL)
        plain_name(frames[outside - 1].function, name, size);

    const struct function *function = find_function(name);
    if (function == NULL)
        function = named_function(frames, outside == 0 ? n : outside);
    if (function != NULL)
        snprintf(name, size, "%s", function->name);
    return function;
}

/* What the function waits for at this moment. pthread_cond_wait(3) takes the mutex again before it
 * returns, and that never uses the operation with which it waits for the signal. */
static enum futex_kind kind_of_wait(const struct task *task, const struct function *function)
{
    if (function == NULL)
        return FUTEX_UNKNOWN;
    if (function->kind == FUTEX_CONDITION &&
        (task->args[1] & (uint64_t)FUTEX_CMD_MASK) != FUTEX_WAIT_BITSET)
        return FUTEX_MUTEX;
    return function->kind;
}

/* Whether the kernel would not let the task begin to wait now. (It compares with no word for a
 * mutex with priority inheritance.) */
static bool has_changed(const struct task *task, uint32_t word)
{
    uint64_t operation = task->args[1] & (uint64_t)FUTEX_CMD_MASK;
    return (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET) &&
           word != (uint32_t)task->args[2];
}

/* Where the object begins that the word waited for is in. */
static uint64_t object_address(const struct task *task, enum futex_kind kind)
{
    uint64_t address = task->args[0] - WORDS[kind];
    if (kind == FUTEX_RWLOCK && (task->args[2] & RWLOCK_READERS_WAIT) != 0)
        return task->args[0] - offsetof(pthread_rwlock_t, __data.__readers);
    /* The second word of two: the object is aligned, so that its place tells. */
    bool two = kind == FUTEX_CONDITION || kind == FUTEX_RWLOCK;
    return two && address % 8 != 0 ? address - sizeof(uint32_t) : address;
}

static int look_at_semaphore(const struct view *v, pid_t pid, struct futex *futex)
{
    struct semaphore_words words;
    if (task_memory(v, pid, futex->address, &words, sizeof(words)) != 0)
        return -1;
    futex->value = words.value;
    futex->waiters = words.waiters;
    return 0;
}

static int look_at_barrier(const struct view *v, pid_t pid, struct futex *futex)
{
    struct barrier_words words;
    if (task_memory(v, pid, futex->address, &words, sizeof(words)) != 0)
        return -1;
    futex->value = words.entered - words.round_start;
    futex->needed = words.count;
    return 0;
}

/* Where the kernel refuses a mutex with priority inheritance, because the task itself owns it or
 * the owner has ended, glibc lets the task sleep for ever on a zero in its own stack frame. Nobody
 * waits for a free mutex, so that zero is none. */
static bool is_refused(const struct task *task, const struct futex *futex)
{
    enum { FRAMES = 1024 };
    return futex->kind == FUTEX_MUTEX && futex->value == 0 && task->args[3] == 0 &&
           task->args[0] - task->sp < FRAMES;
}

/* A robust mutex has the bit of a shared one in every case: the kernel's wake-up needs it. */
static int look_at_mutex(const struct view *v, pid_t pid, struct futex *futex)
{
    pthread_mutex_t mutex;
    if (task_memory(v, pid, futex->address, &mutex, sizeof(mutex)) != 0)
        return -1;
    uint32_t word = (uint32_t)mutex.__data.__lock;
    if (word == 0)
        return 0; /* nobody waits for a free one: this is none */
    int kind = mutex.__data.__kind, owner = mutex.__data.__owner;
    futex->recursive = (kind & MUTEX_TYPE) == PTHREAD_MUTEX_RECURSIVE;
    futex->robust = (kind & MUTEX_ROBUST) != 0;
    futex->process_shared = (kind & MUTEX_SHARED) != 0;
    /* Of these two the word itself holds the owner, for the kernel to see. */
    if ((kind & (MUTEX_ROBUST | MUTEX_PRIO_INHERIT)) != 0) {
        futex->owner_died = (word & FUTEX_OWNER_DIED) != 0 || owner == MUTEX_INCONSISTENT ||
                            owner == MUTEX_NOT_RECOVERABLE;
        owner = (int)(word & FUTEX_TID_MASK);
    }
    futex->owner = owner;
    return 0;
}

static int look_at_rwlock(const struct view *v, pid_t pid, struct futex *futex)
{
    pthread_rwlock_t rwlock;
    if (task_memory(v, pid, futex->address, &rwlock, sizeof(rwlock)) != 0)
        return -1;
    futex->owner = rwlock.__data.__cur_writer;
    futex->value = rwlock.__data.__readers >> 3; /* the lower bits say which phase it is in */
    return 0;
}

static int look_at_object(const struct view *v, pid_t pid, struct futex *futex)
{
    switch (futex->kind) {
    case FUTEX_SEMAPHORE:
        return look_at_semaphore(v, pid, futex);
    case FUTEX_MUTEX:
        return look_at_mutex(v, pid, futex);
    case FUTEX_BARRIER:
        return look_at_barrier(v, pid, futex);
    case FUTEX_RWLOCK:
        return look_at_rwlock(v, pid, futex);
    case FUTEX_THREAD: /* the kernel clears the word when the thread ends */
        futex->owner = (pid_t)futex->value;
        return 0;
    default:
        return 0;
    }
}

enum {
    LINE_SIZE = PATH_MAX + 128, /* of /proc/PID/maps */
    LINES_READ = 1 << 14 /* of one process's, in search of what it shares: takes about 10 ms */
};

/* One line of /proc/PID/maps. */
struct mapping {
    uint64_t from, to, offset;
    bool shared;
    dev_t device;
    ino_t inode;
    char path[256];
};

static FILE *open_maps(const struct view *v, pid_t pid)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/maps", (int)pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
    FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
    if (maps == NULL && fd >= 0)
        close(fd);
    return maps;
}

static bool parse(const char *line, struct mapping *m)
{
    char permissions[8];
    unsigned device_major, device_minor;
    m->path[0] = '\0';
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %lu %255[^\n]", &m->from,
               &m->to, permissions, &m->offset, &device_major, &device_minor, &m->inode,
               m->path) < 7)
        return false;
    m->shared = permissions[3] == 's';
    m->device = makedev(device_major, device_minor);
    return true;
}

/* These two look at no more of a line than they need: there may be tens of thousands. */
static bool holds_address(const char *line, uint64_t address)
{
    char *rest;
    uint64_t from = strtoull(line, &rest, 16);
    return *rest == '-' && address >= from && address < strtoull(rest + 1, NULL, 16);
}

static bool is_shared(const char *line)
{
    const char *permissions = strchr(line, ' ');
    return permissions != NULL && strlen(permissions) > 4 && permissions[4] == 's';
}

/* The present name of a file in the process's /dev/shm. sem_open(3) maps a new semaphore under a
 * name of its own, and then gives it the right one. */
static bool find_name_in_shm(const struct view *v, pid_t pid, ino_t inode, char *name, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "%d/root/dev/shm", (int)pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool found = false;
    const struct dirent *entry;
    while (!found && (entry = readdir(directory)) != NULL) {
        found = entry->d_ino == inode;
        if (found)
            snprintf(name, size, "/dev/shm/%.*s", (int)(size - sizeof("/dev/shm/")), entry->d_name);
    }
    closedir(directory);
    return found;
}

/* What people call the shared memory. The kernel has made-up paths for what has no file. */
static void name_memory(const struct view *v, pid_t pid, const struct mapping *m, char *name,
                        size_t size)
{
    size_t length = strlen(m->path), tail = strlen(" (deleted)");
    bool deleted = length > tail && strcmp(m->path + length - tail, " (deleted)") == 0;
    unsigned key;
    name[0] = '\0';
    if (strncmp(m->path, "/dev/zero", 9) == 0)
        return; /* anonymous */
    if (deleted && sscanf(m->path, "/SYSV%8x", &key) == 1)
        snprintf(name, size, key == 0 ? "private System V segment" : "System V segment 0x%x", key);
    else if (deleted && strncmp(m->path, "/memfd:", 7) == 0)
        snprintf(name, size, "%.*s", (int)(length - tail - 1), m->path + 1);
    else if (!deleted || strncmp(m->path, "/dev/shm/", 9) != 0 ||
             !find_name_in_shm(v, pid, m->inode, name, size))
        snprintf(name, size, "%s", m->path);
}

/* Where the object lies, and how other processes would know it. */
static int look_at_memory(const struct view *v, pid_t pid, struct futex *futex)
{
    char line[LINE_SIZE];
    struct mapping m;
    FILE *maps = open_maps(v, pid);
    if (maps == NULL)
        return -1;
    bool found = false;
    while (!found && fgets(line, sizeof(line), maps) != NULL)
        found = holds_address(line, futex->address);
    fclose(maps);
    if (!found || !parse(line, &m))
        return -1;
    futex->shared = m.shared;
    if (m.shared) {
        futex->device = m.device;
        futex->inode = m.inode;
        futex->offset = futex->address - m.from + m.offset;
        name_memory(v, pid, &m, futex->where, sizeof(futex->where));
    }
    return 0;
}

int futex_look(struct view *v, struct stacks *stacks, const struct task *task,
               const struct frame *frames, size_t n_frames, struct futex *futex)
{
    uint32_t word;
    *futex = (struct futex){.needed = -1, .waiters = -1};
    const struct function *function = called_function(stacks, task->tid, frames, n_frames,
                                                      futex->function, sizeof(futex->function));
    if (task_memory(v, task->tid, task->args[0], &word, sizeof(word)) != 0)
        return -1;
    futex->value = word;
    futex->changed = has_changed(task, word);
    futex->kind = kind_of_wait(task, function);
    futex->address = object_address(task, futex->kind);
    futex->refused = is_refused(task, futex);
    if (look_at_object(v, task->tid, futex) != 0 || look_at_memory(v, task->pid, futex) != 0)
        return -1;
    futex->one_process = futex->shared && (task->args[1] & FUTEX_PRIVATE_FLAG) != 0;
    if (stacks != NULL && stack_variable(stacks, task->tid, futex->address, futex->variable,
                                         sizeof(futex->variable)) != 0)
        futex->variable[0] = '\0';
    return 0;
}

static int add_shared(struct shared_mappings *to, size_t *room, const struct mapping *m)
{
    if (to->n == *room) {
        size_t more_room = *room == 0 ? 16 : *room * 2;
        struct shared_mapping *more = realloc(to->all, more_room * sizeof(*more));
        if (more == NULL)
            return -1;
        to->all = more;
        *room = more_room;
    }
    to->all[to->n++] =
        (struct shared_mapping){m->device, m->inode, m->offset, m->offset + (m->to - m->from)};
    return 0;
}

int shared_mappings_read(const struct view *v, pid_t pid, struct shared_mappings *to)
{
    char line[LINE_SIZE];
    size_t room = 0;
    int n = 0, result = 0;
    *to = (struct shared_mappings){0};
    FILE *maps = open_maps(v, pid);
    if (maps == NULL)
        return 0; /* it is gone, or may not be looked at */
    while (result == 0 && n < LINES_READ && fgets(line, sizeof(line), maps) != NULL) {
        struct mapping m;
        n++;
        if (is_shared(line) && parse(line, &m))
            result = add_shared(to, &room, &m);
    }
    to->cut = n == LINES_READ;
    fclose(maps);
    return result;
}

void shared_mappings_free(struct shared_mappings *m)
{
    free(m->all);
    *m = (struct shared_mappings){0};
}

bool futex_is_mapped(const struct shared_mappings *m, const struct futex *futex)
{
    bool found = futex->shared && m->cut;
    for (size_t i = 0; i < m->n && futex->shared && !found; i++)
        found = m->all[i].device == futex->device && m->all[i].inode == futex->inode &&
                futex->offset >= m->all[i].from && futex->offset < m->all[i].to;
    return found;
}
