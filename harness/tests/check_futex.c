/* check_futex.c - tests of telling what a task really waits for that is blocked in futex(2).
 *
 * The program executes itself to have something to look at: called with the name of a wait, it
 * brings that about, and says on a board of shared memory which task waits on which object. */
#include "futex.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

struct board {
    atomic_int waiter; /* the task to look at; 0: not there yet */
    uint64_t object;   /* its address */
    pid_t owner;
    char name[64]; /* of a named object that the test wants */
    key_t key;
    pthread_mutex_t mutex;
};

static struct board *board;

/* The waits. */

static sem_t own_semaphore;
static pthread_mutex_t own_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t own_condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t own_barrier;
static pthread_rwlock_t own_rwlock = PTHREAD_RWLOCK_INITIALIZER;
static mtx_t own_mtx;
static cnd_t own_cnd;
static atomic_bool is_waiting;

/* What a wait needs that cannot fail here; the test then waits in vain, and says so. */
static void need(bool done)
{
    if (!done)
        _exit(1);
}

static void about_to_wait(const void *object)
{
    board->object = (uintptr_t)object;
    board->waiter = gettid();
}

static pthread_t start_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    need(pthread_create(&thread, NULL, run, argument) == 0);
    return thread;
}

static void *pause_for_ever(void *tid)
{
    *(atomic_int *)tid = gettid();
    while (pause() == -1)
        continue;
    return NULL;
}

static void wait_semaphore(sem_t *semaphore)
{
    about_to_wait(semaphore);
    need(sem_wait(semaphore) == 0);
}

static void semaphore_own(void)
{
    need(sem_init(&own_semaphore, 0, 0) == 0);
    wait_semaphore(&own_semaphore);
}

static void *semaphore_thread(void *semaphore)
{
    sem_wait(semaphore);
    return NULL;
}

/* In the second page of a file. */
static void semaphore_shared(void)
{
    int fd = shm_open(board->name, O_RDWR | O_CREAT | O_EXCL, 0600);
    need(fd >= 0 && ftruncate(fd, 8192) == 0);
    char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
    need(memory != MAP_FAILED);
    sem_t *semaphore = (sem_t *)(void *)(memory + 64);
    need(sem_init(semaphore, 1, 0) == 0);
    start_thread(semaphore_thread, semaphore);
    wait_semaphore(semaphore);
}

static void semaphore_named(void)
{
    sem_t *semaphore = sem_open(board->name, O_CREAT | O_EXCL, 0600, 0);
    need(semaphore != SEM_FAILED);
    wait_semaphore(semaphore);
}

static void semaphore_unlinked(void)
{
    sem_t *semaphore = sem_open(board->name, O_CREAT | O_EXCL, 0600, 0);
    need(semaphore != SEM_FAILED && sem_unlink(board->name) == 0);
    wait_semaphore(semaphore);
}

static void semaphore_anonymous(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    need(memory != MAP_FAILED && sem_init(memory, 1, 0) == 0);
    wait_semaphore(memory);
}

static void semaphore_segment(void)
{
    int id = shmget(board->key, 4096, IPC_CREAT | 0600);
    void *memory = id < 0 ? NULL : shmat(id, NULL, 0);
    need(id >= 0 && shmctl(id, IPC_RMID, NULL) == 0 && memory != (void *)-1);
    need(sem_init(memory, 1, 0) == 0);
    wait_semaphore(memory);
}

static void *mutex_thread(void *mutex)
{
    about_to_wait(mutex);
    pthread_mutex_lock(mutex);
    return NULL;
}

/* The main thread holds the mutex, another wants it. */
static void mutex_of(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    need(pthread_mutex_init(mutex, attributes) == 0 && pthread_mutex_lock(mutex) == 0);
    board->owner = gettid();
    pthread_join(start_thread(mutex_thread, mutex), NULL);
}

static void mutex_normal(void)
{
    mutex_of(&own_mutex, NULL);
}

static void mutex_recursive(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE) == 0);
    mutex_of(&own_mutex, &attributes);
}

static void mutex_inheriting(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
    mutex_of(&own_mutex, &attributes);
}

static void mutex_robust(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
    mutex_of(&own_mutex, &attributes);
}

static void mutex_shared(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    mutex_of(&board->mutex, &attributes);
}

static void mutex_relocked(void)
{
    need(pthread_mutex_lock(&own_mutex) == 0);
    board->owner = gettid();
    about_to_wait(&own_mutex);
    pthread_mutex_lock(&own_mutex);
}

static void mutex_inheriting_relocked(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
    need(pthread_mutex_init(&own_mutex, &attributes) == 0);
    mutex_relocked();
}

static void *lock_and_die(void *mutex)
{
    need(pthread_mutex_lock(mutex) == 0);
    return NULL;
}

static void mutex_of_the_dead(void)
{
    pthread_mutexattr_t attributes;
    need(pthread_mutexattr_init(&attributes) == 0);
    need(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
    need(pthread_mutex_init(&own_mutex, &attributes) == 0);
    need(pthread_join(start_thread(lock_and_die, &own_mutex), NULL) == 0);
    need(pthread_mutex_lock(&own_mutex) == EOWNERDEAD);
    board->owner = gettid();
    pthread_join(start_thread(mutex_thread, &own_mutex), NULL);
}

/* An optimizing compiler turns the call into a jump, so that no frame shows it. */
static int __attribute__((noinline)) lock_as_last_act(pthread_mutex_t *mutex)
{
    return pthread_mutex_lock(mutex);
}

static void mutex_by_jump(void)
{
    need(pthread_mutex_lock(&own_mutex) == 0);
    board->owner = gettid();
    about_to_wait(&own_mutex);
    need(lock_as_last_act(&own_mutex) == 0);
}

static void mutex_of_c11(void)
{
    need(mtx_init(&own_mtx, mtx_plain) == thrd_success && mtx_lock(&own_mtx) == thrd_success);
    board->owner = gettid();
    about_to_wait(&own_mtx);
    need(mtx_lock(&own_mtx) == thrd_success);
}

static void *condition_thread(void *unused)
{
    (void)unused;
    need(pthread_mutex_lock(&own_mutex) == 0);
    is_waiting = true;
    pthread_cond_wait(&own_condition, &own_mutex);
    need(pthread_mutex_unlock(&own_mutex) == 0);
    return NULL;
}

/* Returns with the mutex held, when the thread waits for the condition. */
static pthread_t start_waiter(void)
{
    pthread_t thread = start_thread(condition_thread, NULL);
    for (;;) {
        need(pthread_mutex_lock(&own_mutex) == 0);
        if (is_waiting)
            return thread;
        need(pthread_mutex_unlock(&own_mutex) == 0);
        sched_yield();
    }
}

static void wait_condition(void)
{
    about_to_wait(&own_condition);
    pthread_cond_wait(&own_condition, &own_mutex);
}

static void condition_never_signalled(void)
{
    need(pthread_mutex_lock(&own_mutex) == 0);
    wait_condition();
}

/* Those who come after a signal wait on the other one of the two words. */
static void condition_signalled_before(void)
{
    pthread_t thread = start_waiter();
    need(pthread_cond_signal(&own_condition) == 0 && pthread_mutex_unlock(&own_mutex) == 0);
    need(pthread_join(thread, NULL) == 0 && pthread_mutex_lock(&own_mutex) == 0);
    wait_condition();
}

static void *signal_and_keep_mutex(void *unused)
{
    (void)unused;
    need(pthread_mutex_lock(&own_mutex) == 0);
    board->owner = gettid();
    need(pthread_cond_signal(&own_condition) == 0);
    while (pause() == -1)
        continue;
    return NULL;
}

static void condition_whose_mutex_is_held(void)
{
    need(pthread_mutex_lock(&own_mutex) == 0);
    start_thread(signal_and_keep_mutex, NULL);
    about_to_wait(&own_mutex);
    pthread_cond_wait(&own_condition, &own_mutex);
}

static void condition_of_c11(void)
{
    need(mtx_init(&own_mtx, mtx_plain) == thrd_success && cnd_init(&own_cnd) == thrd_success);
    need(mtx_lock(&own_mtx) == thrd_success);
    about_to_wait(&own_cnd);
    cnd_wait(&own_cnd, &own_mtx);
}

static void thread_that_pauses(void)
{
    static atomic_int tid;
    pthread_t thread = start_thread(pause_for_ever, &tid);
    while (tid == 0)
        sched_yield();
    board->owner = tid;
    about_to_wait(NULL);
    need(pthread_join(thread, NULL) == 0);
}

static void *barrier_thread(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&own_barrier);
    return NULL;
}

static void barrier_one_short(void)
{
    need(pthread_barrier_init(&own_barrier, NULL, 3) == 0);
    /* A round that is complete, and then one that is not. */
    pthread_t first = start_thread(barrier_thread, NULL);
    pthread_t second = start_thread(barrier_thread, NULL);
    barrier_thread(NULL);
    need(pthread_join(first, NULL) == 0 && pthread_join(second, NULL) == 0);
    start_thread(barrier_thread, NULL);
    about_to_wait(&own_barrier);
    pthread_barrier_wait(&own_barrier);
}

static void *reader_thread(void *unused)
{
    (void)unused;
    about_to_wait(&own_rwlock);
    pthread_rwlock_rdlock(&own_rwlock);
    return NULL;
}

static void *writer_thread(void *unused)
{
    (void)unused;
    about_to_wait(&own_rwlock);
    pthread_rwlock_wrlock(&own_rwlock);
    return NULL;
}

static void *other_writer(void *unused)
{
    (void)unused;
    pthread_rwlock_wrlock(&own_rwlock);
    return NULL;
}

static void rwlock_read_while_written(void)
{
    need(pthread_rwlock_wrlock(&own_rwlock) == 0);
    board->owner = gettid();
    pthread_join(start_thread(reader_thread, NULL), NULL);
}

static void rwlock_written_while_written(void)
{
    need(pthread_rwlock_wrlock(&own_rwlock) == 0);
    board->owner = gettid();
    pthread_join(start_thread(writer_thread, NULL), NULL);
}

static void rwlock_written_while_read(void)
{
    need(pthread_rwlock_rdlock(&own_rwlock) == 0);
    pthread_join(start_thread(writer_thread, NULL), NULL);
}

/* A reader that must let the writer go first, who waits for another reader. */
static void rwlock_read_after_writer(void)
{
    pthread_rwlockattr_t attributes;
    need(pthread_rwlockattr_init(&attributes) == 0);
    need(pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) ==
         0);
    need(pthread_rwlock_init(&own_rwlock, &attributes) == 0);
    need(pthread_rwlock_rdlock(&own_rwlock) == 0);
    start_thread(other_writer, NULL);
    while (pthread_rwlock_tryrdlock(&own_rwlock) == 0) {
        need(pthread_rwlock_unlock(&own_rwlock) == 0);
        sched_yield();
    }
    reader_thread(NULL);
}

static void bare_futex(void)
{
    static int word = 7;
    about_to_wait(&word);
    syscall(SYS_futex, &word, FUTEX_WAIT, 7, NULL);
}

static const struct {
    const char *name;
    void (*run)(void);
} WAITS[] = {
#define WAIT(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }
    WAIT(semaphore_own),
    WAIT(semaphore_shared),
    WAIT(semaphore_named),
    WAIT(semaphore_unlinked),
    WAIT(semaphore_anonymous),
    WAIT(semaphore_segment),
    WAIT(mutex_normal),
    WAIT(mutex_recursive),
    WAIT(mutex_inheriting),
    WAIT(mutex_robust),
    WAIT(mutex_shared),
    WAIT(mutex_relocked),
    WAIT(mutex_inheriting_relocked),
    WAIT(mutex_of_the_dead),
    WAIT(mutex_by_jump),
    WAIT(mutex_of_c11),
    WAIT(condition_never_signalled),
    WAIT(condition_signalled_before),
    WAIT(condition_whose_mutex_is_held),
    WAIT(condition_of_c11),
    WAIT(thread_that_pauses),
    WAIT(barrier_one_short),
    WAIT(rwlock_read_while_written),
    WAIT(rwlock_written_while_written),
    WAIT(rwlock_written_while_read),
    WAIT(rwlock_read_after_writer),
    WAIT(bare_futex),
#undef WAIT
};

static void map_board(int fd)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (board == MAP_FAILED)
        abort();
}

static int run_wait(const char *name, const char *board_fd)
{
    map_board(atoi(board_fd));
    for (size_t i = 0; i < LENGTH(WAITS); i++)
        if (strcmp(WAITS[i].name, name) == 0)
            WAITS[i].run();
    return 1; /* no such wait, or one that has ended */
}

/* The tests. */

static struct view view;
static struct stacks *stacks;
static int board_fd;
static pid_t child;
static struct task task; /* that waits */
static struct futex futex;

static void test_begin(void)
{
    view_init(&view, -1);
    view.fds[VIEW_PROC] = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    stacks = stacks_open(&view);
    ck_assert_ptr_nonnull(stacks);
    board_fd = memfd_create("board", 0);
    ck_assert_int_ge(board_fd, 0);
    ck_assert_int_eq(ftruncate(board_fd, sizeof *board), 0);
    map_board(board_fd);
    snprintf(board->name, sizeof board->name, "/brokenpipe-check-%d", (int)getpid());
    board->key = getpid();
}

static void test_end(void)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    stacks_close(stacks);
    view_close(&view);
    munmap(board, sizeof *board);
    close(board_fd);
}

/* Begins a wait, and goes on when its task is blocked. */
static void start(const char *name)
{
    char program[PATH_MAX], fd[16];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    ck_assert_int_gt(length, 0);
    program[length] = '\0';
    snprintf(fd, sizeof fd, "%d", board_fd);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(program, program, name, fd, NULL);
        _exit(127);
    }
    do {
        sched_yield();
        ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0);
        task = (struct task){.pid = child, .tid = board->waiter};
    } while (task.tid == 0 || task_read(&view, &task) != 0 || !task.blocked || !task.in_call ||
             task.nr != SYS_futex);
}

static void look(void)
{
    struct frame *frames = NULL;
    size_t n = stack_unwind(stacks, &task, NULL, &frames);
    int result = futex_look(&view, stacks, &task, frames, n, &futex);
    frames_free(frames, n);
    ck_assert_int_eq(result, 0);
}

/* Begins a wait, looks, and expects this. */
static void expect_wait(const char *name, enum futex_kind kind, const char *function)
{
    start(name);
    look();
    ck_assert_str_eq(futex_kind_name(futex.kind), futex_kind_name(kind));
    ck_assert_str_eq(futex.function, function);
    ck_assert_uint_eq(futex.address, board->object);
    ck_assert_int_eq(futex.owner, board->owner);
    ck_assert(!futex.refused);
}

static bool is_mapped_by(pid_t pid)
{
    struct shared_mappings mappings;
    ck_assert_int_eq(shared_mappings_read(&view, pid, &mappings), 0);
    ck_assert(!mappings.cut);
    bool mapped = futex_is_mapped(&mappings, &futex);
    shared_mappings_free(&mappings);
    return mapped;
}

static void expect_private(const char *variable)
{
    ck_assert(!futex.shared);
    ck_assert_str_eq(futex.where, "");
    ck_assert_str_eq(futex.variable, variable);
    ck_assert(!is_mapped_by(child));
}

static void expect_shared(const char *where)
{
    ck_assert(futex.shared);
    ck_assert_str_eq(futex.where, where);
    ck_assert_str_eq(futex.variable, "");
    ck_assert(is_mapped_by(child));
    ck_assert(!is_mapped_by(getppid()));
}

START_TEST(semaphore_of_the_process_itself)
{
    expect_wait("semaphore_own", FUTEX_SEMAPHORE, "sem_wait");
    expect_private("own_semaphore");
    ck_assert_int_eq(futex.value, 0);
    ck_assert_int_eq(futex.waiters, 1);
    ck_assert_int_eq(futex.needed, -1);
}
END_TEST

START_TEST(semaphore_in_shared_memory)
{
    char where[128];
    struct stat file;
    snprintf(where, sizeof where, "/dev/shm%s", board->name);
    expect_wait("semaphore_shared", FUTEX_SEMAPHORE, "sem_wait");
    ck_assert_int_eq(stat(where, &file), 0);
    ck_assert_int_eq(shm_unlink(board->name), 0);
    expect_shared(where);
    ck_assert(futex.device == file.st_dev && futex.inode == file.st_ino);
    ck_assert_uint_eq(futex.offset, 4096 + 64);
    while (futex.waiters < 2)
        look();
    ck_assert_int_eq(futex.waiters, 2);

    /* Of its file, that page alone is mapped. */
    futex.offset -= 4096;
    ck_assert(!is_mapped_by(child));
    futex.offset += 2 * 4096;
    ck_assert(!is_mapped_by(child));
}
END_TEST

START_TEST(named_semaphore)
{
    char where[128];
    snprintf(where, sizeof where, "/dev/shm/sem.%s", board->name + 1);
    expect_wait("semaphore_named", FUTEX_SEMAPHORE, "sem_wait");
    ck_assert_int_eq(sem_unlink(board->name), 0); /* it has been found under its name */
    expect_shared(where);
    ck_assert(!is_mapped_by(getpid()));
}
END_TEST

START_TEST(semaphore_that_has_lost_its_name)
{
    expect_wait("semaphore_unlinked", FUTEX_SEMAPHORE, "sem_wait");
    ck_assert_msg(strncmp(futex.where, "/dev/shm/sem.", 13) == 0, "%s", futex.where);
    ck_assert_ptr_nonnull(strstr(futex.where, " (deleted)"));
}
END_TEST

START_TEST(semaphore_in_anonymous_shared_memory)
{
    expect_wait("semaphore_anonymous", FUTEX_SEMAPHORE, "sem_wait");
    expect_shared("");
}
END_TEST

START_TEST(semaphore_in_a_system_v_segment)
{
    char where[64];
    snprintf(where, sizeof where, "System V segment 0x%x", (unsigned)board->key);
    expect_wait("semaphore_segment", FUTEX_SEMAPHORE, "sem_wait");
    expect_shared(where);
}
END_TEST

START_TEST(semaphore_in_a_private_system_v_segment)
{
    board->key = IPC_PRIVATE;
    expect_wait("semaphore_segment", FUTEX_SEMAPHORE, "sem_wait");
    expect_shared("private System V segment");
}
END_TEST

static void expect_kind_of_mutex(bool recursive, bool robust, bool owner_died)
{
    ck_assert_int_eq(futex.recursive, recursive);
    ck_assert_int_eq(futex.robust, robust);
    ck_assert_int_eq(futex.owner_died, owner_died);
}

START_TEST(mutex_that_another_thread_holds)
{
    expect_wait("mutex_normal", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_private("own_mutex");
    expect_kind_of_mutex(false, false, false);
    ck_assert(!futex.process_shared);
    ck_assert_int_eq(futex.needed, -1);
    ck_assert_int_eq(futex.waiters, -1);
}
END_TEST

START_TEST(recursive_mutex)
{
    expect_wait("mutex_recursive", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_kind_of_mutex(true, false, false);
}
END_TEST

START_TEST(mutex_with_priority_inheritance)
{
    expect_wait("mutex_inheriting", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_kind_of_mutex(false, false, false);
}
END_TEST

START_TEST(robust_mutex)
{
    expect_wait("mutex_robust", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_kind_of_mutex(false, true, false);
}
END_TEST

START_TEST(robust_mutex_whose_owner_has_died)
{
    expect_wait("mutex_of_the_dead", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_kind_of_mutex(false, true, true);
}
END_TEST

START_TEST(mutex_between_processes)
{
    expect_wait("mutex_shared", FUTEX_MUTEX, "pthread_mutex_lock");
    expect_shared("memfd:board");
    ck_assert(is_mapped_by(getpid()));
    ck_assert(futex.process_shared);
    ck_assert_uint_eq(futex.offset, offsetof(struct board, mutex));
}
END_TEST

START_TEST(mutex_that_the_task_holds_itself)
{
    expect_wait("mutex_relocked", FUTEX_MUTEX, "pthread_mutex_lock");
    ck_assert_int_eq(futex.owner, task.tid);
}
END_TEST

START_TEST(mutex_without_a_trace)
{
    start("mutex_inheriting_relocked");
    look();
    ck_assert_int_eq(futex.kind, FUTEX_MUTEX);
    ck_assert_str_eq(futex.function, "pthread_mutex_lock");
    ck_assert_int_eq(futex.owner, 0);
    ck_assert(futex.refused);
    expect_kind_of_mutex(false, false, false);
}
END_TEST

START_TEST(mutex_of_a_function_that_was_jumped_to)
{
    expect_wait("mutex_by_jump", FUTEX_MUTEX, "pthread_mutex_lock");
}
END_TEST

START_TEST(mutex_by_its_name_in_c11)
{
    expect_wait("mutex_of_c11", FUTEX_MUTEX, "mtx_lock");
    expect_private("own_mtx");
}
END_TEST

START_TEST(condition_that_nobody_signals)
{
    expect_wait("condition_never_signalled", FUTEX_CONDITION, "pthread_cond_wait");
    expect_private("own_condition");
}
END_TEST

START_TEST(condition_that_has_been_signalled_before)
{
    expect_wait("condition_signalled_before", FUTEX_CONDITION, "pthread_cond_wait");
    ck_assert_uint_ne(task.args[0] % 8, 0);
}
END_TEST

START_TEST(mutex_that_a_signalled_task_must_have_again)
{
    start("condition_whose_mutex_is_held");
    do {
        ck_assert_int_eq(task_read(&view, &task), 0);
        look();
    } while (futex.kind == FUTEX_CONDITION);
    ck_assert_int_eq(futex.kind, FUTEX_MUTEX);
    ck_assert_str_eq(futex.function, "pthread_cond_wait");
    ck_assert_str_eq(futex.variable, "own_mutex");
    ck_assert_int_eq(futex.owner, board->owner);
}
END_TEST

START_TEST(condition_by_its_name_in_c11)
{
    expect_wait("condition_of_c11", FUTEX_CONDITION, "cnd_wait");
    expect_private("own_cnd");
}
END_TEST

START_TEST(thread_to_be_joined)
{
    start("thread_that_pauses");
    look();
    ck_assert_int_eq(futex.kind, FUTEX_THREAD);
    ck_assert_str_eq(futex.function, "pthread_join");
    ck_assert_int_eq(futex.owner, board->owner);
}
END_TEST

START_TEST(barrier_that_lacks_one)
{
    expect_wait("barrier_one_short", FUTEX_BARRIER, "pthread_barrier_wait");
    expect_private("own_barrier");
    while (futex.value < 2)
        look();
    ck_assert_int_eq(futex.value, 2);
    ck_assert_int_eq(futex.needed, 3);
}
END_TEST

START_TEST(rwlock_that_is_held_for_writing)
{
    expect_wait("rwlock_read_while_written", FUTEX_RWLOCK, "pthread_rwlock_rdlock");
    expect_private("own_rwlock");
    ck_assert_int_eq(futex.owner, child);
}
END_TEST

START_TEST(rwlock_that_two_want_to_write)
{
    expect_wait("rwlock_written_while_written", FUTEX_RWLOCK, "pthread_rwlock_wrlock");
    ck_assert_int_eq(futex.owner, child);
    ck_assert_uint_ne(task.args[0] % 8, 0);
}
END_TEST

START_TEST(rwlock_that_is_held_for_reading)
{
    expect_wait("rwlock_written_while_read", FUTEX_RWLOCK, "pthread_rwlock_wrlock");
    ck_assert_int_eq(futex.owner, 0);
}
END_TEST

START_TEST(rwlock_whose_next_writer_goes_first)
{
    expect_wait("rwlock_read_after_writer", FUTEX_RWLOCK, "pthread_rwlock_rdlock");
    ck_assert_int_eq(futex.owner, 0);
    ck_assert_uint_eq(task.args[0], board->object);
}
END_TEST

START_TEST(futex_of_the_programs_own)
{
    expect_wait("bare_futex", FUTEX_UNKNOWN, "syscall");
    ck_assert_int_eq(futex.value, 7);
    ck_assert_str_eq(futex.variable, "word");
}
END_TEST

/* What the frames' names alone tell of a task of our own; no stack is looked at. */
static void look_by_names(const char *module, const char *const names[], size_t n)
{
    struct frame frames[4] = {0};
    for (size_t i = 0; i < n; i++)
        frames[i] = (struct frame){.function = (char *)names[i], .module = (char *)module};
    frames[n] = (struct frame){.function = "main", .module = "/bin/program"};
    task = (struct task){.pid = getpid(),
                         .tid = getpid(),
                         .nr = SYS_futex,
                         .args = {(uintptr_t)&own_mutex, FUTEX_WAIT_BITSET_PRIVATE}};
    ck_assert_int_eq(futex_look(&view, NULL, &task, frames, n + 1, &futex), 0);
}

START_TEST(names_of_frames_tell_where_nothing_else_does)
{
    static const struct {
        const char *names[3], *module, *function;
        enum futex_kind kind;
    } stacks_[] = {
        {{"__lll_lock_wait", "___pthread_mutex_lock"}, "/bin/p", "pthread_mutex_lock", FUTEX_MUTEX},
        {{"do_wait", "__new_sem_wait.constprop.0"}, "/bin/p", "sem_wait", FUTEX_SEMAPHORE},
        {{"wait", "__new_sem_wait_slow64.constprop.0"}, "/bin/p", "sem_wait", FUTEX_SEMAPHORE},
        {{"wait", "__pthread_clockjoin_ex"}, "/bin/p", "pthread_join", FUTEX_THREAD},
        {{"wait", "__GI___pthread_mutex_lock", "mtx_lock"}, "/bin/p", "mtx_lock", FUTEX_MUTEX},
        {{"wait", "pthread_mutex_lock", "sem_pool"}, "/bin/p", "pthread_mutex_lock", FUTEX_MUTEX},
        {{"wait", "take", "sem_pool"}, "/bin/p", "", FUTEX_UNKNOWN},
        {{NULL, "sem_wait@@GLIBC_2.34"}, "/lib/libc.so.6", "sem_wait", FUTEX_SEMAPHORE},
        {{NULL, "sem_wait"}, "/lib/libpthread-2.31.so", "sem_wait", FUTEX_SEMAPHORE},
        {{"__lll_lock_wait_private", "fclose"}, "/lib/libc.so.6", "fclose", FUTEX_UNKNOWN},
        {{NULL, NULL}, "/lib/libc.so.6", "", FUTEX_UNKNOWN},
        {{"sem_wait", "sem_wait"}, NULL, "sem_wait", FUTEX_SEMAPHORE},
    };
    for (size_t i = 0; i < LENGTH(stacks_); i++) {
        look_by_names(stacks_[i].module, stacks_[i].names, stacks_[i].names[2] == NULL ? 2 : 3);
        ck_assert_str_eq(futex.function, stacks_[i].function);
        ck_assert_int_eq(futex.kind, stacks_[i].kind);
    }
}
END_TEST

START_TEST(task_without_frames_waits_for_a_word)
{
    task = (struct task){
        .pid = getpid(), .tid = getpid(), .nr = SYS_futex, .args = {(uintptr_t)&own_mutex}};
    ck_assert_int_eq(futex_look(&view, NULL, &task, NULL, 0, &futex), 0);
    ck_assert_int_eq(futex.kind, FUTEX_UNKNOWN);
    ck_assert_uint_eq(futex.address, (uintptr_t)&own_mutex);
    ck_assert_int_eq(futex.owner, 0);
}
END_TEST

START_TEST(memory_that_cannot_be_read_is_an_error)
{
    task = (struct task){.pid = getpid(), .tid = getpid(), .nr = SYS_futex, .args = {16}};
    ck_assert_int_eq(futex_look(&view, NULL, &task, NULL, 0, &futex), -1);
}
END_TEST

START_TEST(kinds_have_names)
{
    ck_assert_str_eq(futex_kind_name(FUTEX_UNKNOWN), "futex");
    ck_assert_str_eq(futex_kind_name(FUTEX_RWLOCK), "rwlock");
}
END_TEST

static Suite *futex_suite(void)
{
    TCase *tcase = tcase_create("futex");
    tcase_add_checked_fixture(tcase, test_begin, test_end);
    tcase_add_test(tcase, semaphore_of_the_process_itself);
    tcase_add_test(tcase, semaphore_in_shared_memory);
    tcase_add_test(tcase, named_semaphore);
    tcase_add_test(tcase, semaphore_that_has_lost_its_name);
    tcase_add_test(tcase, semaphore_in_anonymous_shared_memory);
    tcase_add_test(tcase, semaphore_in_a_system_v_segment);
    tcase_add_test(tcase, semaphore_in_a_private_system_v_segment);
    tcase_add_test(tcase, mutex_that_another_thread_holds);
    tcase_add_test(tcase, recursive_mutex);
    tcase_add_test(tcase, mutex_with_priority_inheritance);
    tcase_add_test(tcase, robust_mutex);
    tcase_add_test(tcase, robust_mutex_whose_owner_has_died);
    tcase_add_test(tcase, mutex_between_processes);
    tcase_add_test(tcase, mutex_that_the_task_holds_itself);
    tcase_add_test(tcase, mutex_without_a_trace);
    tcase_add_test(tcase, mutex_of_a_function_that_was_jumped_to);
    tcase_add_test(tcase, mutex_by_its_name_in_c11);
    tcase_add_test(tcase, condition_that_nobody_signals);
    tcase_add_test(tcase, condition_that_has_been_signalled_before);
    tcase_add_test(tcase, mutex_that_a_signalled_task_must_have_again);
    tcase_add_test(tcase, condition_by_its_name_in_c11);
    tcase_add_test(tcase, thread_to_be_joined);
    tcase_add_test(tcase, barrier_that_lacks_one);
    tcase_add_test(tcase, rwlock_that_is_held_for_writing);
    tcase_add_test(tcase, rwlock_that_two_want_to_write);
    tcase_add_test(tcase, rwlock_that_is_held_for_reading);
    tcase_add_test(tcase, rwlock_whose_next_writer_goes_first);
    tcase_add_test(tcase, futex_of_the_programs_own);
    tcase_add_test(tcase, names_of_frames_tell_where_nothing_else_does);
    tcase_add_test(tcase, task_without_frames_waits_for_a_word);
    tcase_add_test(tcase, memory_that_cannot_be_read_is_an_error);
    tcase_add_test(tcase, kinds_have_names);
    Suite *suite = suite_create("futex");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(int argc, char *argv[])
{
    if (argc == 3)
        return run_wait(argv[1], argv[2]);
    SRunner *runner = srunner_create(futex_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
