/* stuck-thread STATE - tasks that are stuck over the objects of pthreads(7). */
#include "../live/await_call.h"
#include "stuck.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t meeting;
static int ready[2]; /* a pipe: a byte comes through it when a thread has what it needs */

static pthread_t start_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    EXPECT((errno = pthread_create(&thread, NULL, run, argument)) == 0);
    return thread;
}

static void *lock_second_then_first(void *unused)
{
    be("helper");
    EXPECT(pthread_mutex_lock(&second) == 0);
    put(ready[1], 'r');
    HERE();
    EXPECT(pthread_mutex_lock(&first) == 0);
    return unused;
}

/* leader, helper: threads that wait for the mutex that the other holds. */
static void mutex_crossed(void)
{
    EXPECT(pipe(ready) == 0);
    be("leader");
    EXPECT(pthread_mutex_lock(&first) == 0);
    start_thread(lock_second_then_first, NULL);
    EXPECT(get(ready[0]) == 'r');
    HERE();
    EXPECT(pthread_mutex_lock(&second) == 0);
}

/* Two mutexes for several processes, in the shared memory object /board. */
static pthread_mutex_t *shared_mutexes(void)
{
    pthread_mutexattr_t attributes;
    int board = shm_open("/board", O_RDWR | O_CREAT, 0600);
    EXPECT(board != -1 && ftruncate(board, 2 * sizeof(pthread_mutex_t)) == 0);
    pthread_mutex_t *both =
        mmap(NULL, 2 * sizeof *both, PROT_READ | PROT_WRITE, MAP_SHARED, board, 0);
    EXPECT(both != MAP_FAILED && pthread_mutexattr_init(&attributes) == 0);
    EXPECT(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    for (int i = 0; i < 2; i++)
        EXPECT(pthread_mutex_init(&both[i], &attributes) == 0);
    return both;
}

/* left, right: processes that wait for the mutex that the other holds. */
static void mutex_shared_crossed(void)
{
    pthread_mutex_t *both = shared_mutexes(), *wanted = &both[1];
    EXPECT(pipe(ready) == 0);
    be("left");
    EXPECT(pthread_mutex_lock(&both[0]) == 0);
    if (start_as("right") == 0) {
        EXPECT(pthread_mutex_lock(&both[1]) == 0);
        put(ready[1], 'r');
        wanted = &both[0];
    } else {
        EXPECT(get(ready[0]) == 'r');
    }
    HERE();
    EXPECT(pthread_mutex_lock(wanted) == 0);
}

/* locker: for the mutex that it holds. */
static void mutex_relocked(void)
{
    be("locker");
    EXPECT(pthread_mutex_lock(&first) == 0);
    HERE();
    EXPECT(pthread_mutex_lock(&first) == 0);
}

/* locker: for the mutex that it holds, of a kind that the kernel refuses to lock twice. */
static void mutex_refused(void)
{
    pthread_mutex_t mutex;
    pthread_mutexattr_t attributes;
    be("locker");
    EXPECT(pthread_mutexattr_init(&attributes) == 0);
    EXPECT(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0);
    EXPECT(pthread_mutex_init(&mutex, &attributes) == 0);
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    HERE();
    EXPECT(pthread_mutex_lock(&mutex) == 0);
}

/* parent: for child. child: for its copy of a mutex that parent held when it forked. */
static void mutex_forked(void)
{
    be("parent");
    EXPECT(pthread_mutex_lock(&first) == 0);
    pid_t pid = start_as("child");
    if (pid == 0) {
        HERE();
        EXPECT(pthread_mutex_lock(&first) == 0);
        _exit(0);
    }
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

static void *lock_and_end(void *mutex)
{
    EXPECT(pthread_mutex_lock(mutex) == 0);
    return NULL;
}

/* leader: for a mutex whose owner, a thread, has ended. */
static void mutex_owner_ended(void)
{
    be("leader");
    EXPECT(pthread_join(start_thread(lock_and_end, &first), NULL) == 0);
    HERE();
    EXPECT(pthread_mutex_lock(&first) == 0);
}

/* parent: for a mutex whose owner, a process, was killed. */
static void mutex_owner_killed(void)
{
    int status;
    pthread_mutex_t *mutex = shared_mutexes();
    be("parent");
    pid_t pid = start();
    if (pid == 0) {
        EXPECT(pthread_mutex_lock(mutex) == 0);
        raise(SIGKILL);
    }
    EXPECT(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    HERE();
    EXPECT(pthread_mutex_lock(mutex) == 0);
}

static void *wait_for_condition(void *unused)
{
    static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
    be("waiter");
    EXPECT(pthread_mutex_lock(&first) == 0);
    HERE();
    EXPECT(pthread_cond_wait(&news, &first) == 0);
    return unused;
}

/* leader: for waiter to end. waiter: for a condition that nobody signals. */
static void condition(void)
{
    be("leader");
    pthread_t waiter = start_thread(wait_for_condition, NULL);
    HERE();
    EXPECT(pthread_join(waiter, NULL) == 0);
}

static void *pause_as_thread(void *name)
{
    be(name);
    idle();
    return NULL;
}

/* What threads of one process use, in memory that is shared with others. */
struct board {
    pthread_mutex_t mutex, shared;
    pthread_cond_t news;
    pthread_rwlock_t table;
    pthread_barrier_t meeting;
};

static struct board *private_board(void)
{
    pthread_mutexattr_t attributes;
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(board != MAP_FAILED && pthread_mutex_init(&board->mutex, NULL) == 0);
    EXPECT(pthread_mutexattr_init(&attributes) == 0);
    EXPECT(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
    EXPECT(pthread_mutex_init(&board->shared, &attributes) == 0);
    EXPECT(pthread_cond_init(&board->news, NULL) == 0);
    EXPECT(pthread_rwlock_init(&board->table, NULL) == 0);
    EXPECT(pthread_barrier_init(&board->meeting, NULL, 2) == 0);
    return board;
}

/* A child that has come to wait in its part of `run`. */
static pid_t start_waiter(void (*run)(struct board *), struct board *board)
{
    pid_t pid = start_as("child");
    if (pid == 0) {
        run(board);
        _exit(0);
    }
    await_call(pid, SYS_futex);
    return pid;
}

static void wait_for_child(pid_t pid)
{
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

static void lock_board(struct board *board)
{
    HERE();
    EXPECT(pthread_mutex_lock(&board->mutex) == 0);
}

/* parent: for child to end. child: for a mutex that parent has unlocked. */
static void private_mutex(void)
{
    struct board *board = private_board();
    be("parent");
    EXPECT(pthread_mutex_lock(&board->mutex) == 0);
    pid_t child = start_waiter(lock_board, board);
    EXPECT(pthread_mutex_unlock(&board->mutex) == 0);
    wait_for_child(child);
}

/* parent, child: the same; but parent has locked it again. */
static void private_mutex_owned(void)
{
    struct board *board = private_board();
    be("parent");
    EXPECT(pthread_mutex_lock(&board->mutex) == 0);
    pid_t child = start_waiter(lock_board, board);
    EXPECT(pthread_mutex_unlock(&board->mutex) == 0);
    EXPECT(pthread_mutex_lock(&board->mutex) == 0);
    wait_for_child(child);
}

static void *lock_board_as_helper(void *board)
{
    be("helper");
    lock_board(board);
    return NULL;
}

/* leader: for helper to end. helper: for a mutex that leader owns, which no other process has. */
static void private_mutex_of_threads(void)
{
    struct board *board = private_board();
    be("leader");
    EXPECT(pthread_mutex_lock(&board->mutex) == 0);
    pthread_t helper = start_thread(lock_board_as_helper, board);
    HERE();
    EXPECT(pthread_join(helper, NULL) == 0);
}

static void lock_shared(struct board *board)
{
    HERE();
    EXPECT(pthread_mutex_lock(&board->shared) == 0);
}

/* parent: for child to end. child: for a mutex for several processes, which parent has set free
 * without unlocking it: it looks as in the midst of that. */
static void shared_mutex_freed(void)
{
    struct board *board = private_board();
    be("parent");
    EXPECT(pthread_mutex_lock(&board->shared) == 0);
    pid_t child = start_waiter(lock_shared, board);
    board->shared.__data.__owner = board->shared.__data.__lock = 0;
    wait_for_child(child);
}

static void *lock_first(void *tid)
{
    be("helper");
    *(_Atomic pid_t *)tid = gettid();
    HERE();
    EXPECT(pthread_mutex_lock(&first) == 0);
    return NULL;
}

/* leader: for helper to end. helper: the same with a mutex in the memory of their process. */
static void own_mutex_freed(void)
{
    static _Atomic pid_t tid;
    be("leader");
    EXPECT(pthread_mutex_lock(&first) == 0);
    pthread_t helper = start_thread(lock_first, &tid);
    while (tid == 0)
        sleep_ms(1);
    await_call(tid, SYS_futex);
    first.__data.__owner = first.__data.__lock = 0;
    HERE();
    EXPECT(pthread_join(helper, NULL) == 0);
}

static void wait_for_news(struct board *board)
{
    EXPECT(pthread_mutex_lock(&board->shared) == 0);
    HERE();
    EXPECT(pthread_cond_wait(&board->news, &board->shared) == 0);
}

/* parent: for child to end. child: for a condition that parent has signalled. */
static void private_condition(void)
{
    struct board *board = private_board();
    be("parent");
    pid_t child = start_waiter(wait_for_news, board);
    EXPECT(pthread_mutex_lock(&board->shared) == 0);
    EXPECT(pthread_cond_signal(&board->news) == 0);
    EXPECT(pthread_mutex_unlock(&board->shared) == 0);
    wait_for_child(child);
}

/* parent, child: the same, without the signal. */
static void private_condition_quiet(void)
{
    struct board *board = private_board();
    be("parent");
    wait_for_child(start_waiter(wait_for_news, board));
}

static void read_board(struct board *board)
{
    HERE();
    EXPECT(pthread_rwlock_rdlock(&board->table) == 0);
}

/* parent: for child to end. child: for a lock that parent has unlocked. */
static void private_rwlock(void)
{
    struct board *board = private_board();
    be("parent");
    EXPECT(pthread_rwlock_wrlock(&board->table) == 0);
    pid_t child = start_waiter(read_board, board);
    EXPECT(pthread_rwlock_unlock(&board->table) == 0);
    wait_for_child(child);
}

static void meet_at_board(struct board *board)
{
    HERE();
    pthread_barrier_wait(&board->meeting);
}

/* parent: for child to end, which waits for parent at a barrier where it has been. */
static void private_barrier(void)
{
    struct board *board = private_board();
    be("parent");
    pid_t child = start_waiter(meet_at_board, board);
    pthread_barrier_wait(&board->meeting);
    wait_for_child(child);
}

/* leader: for helper to end. */
static void join(void)
{
    be("leader");
    pthread_t helper = start_thread(pause_as_thread, "helper");
    HERE();
    EXPECT(pthread_join(helper, NULL) == 0);
}

struct link {
    const char *name;
    pthread_t other;
};

static void *join_other(void *link)
{
    pthread_t other = ((struct link *)link)->other;
    be(((struct link *)link)->name);
    HERE();
    EXPECT(pthread_join(other, NULL) == 0);
    return NULL;
}

static void *start_and_join(void *link)
{
    struct link back = {"third", ((struct link *)link)->other};
    be("second");
    pthread_t third = start_thread(join_other, &back);
    HERE();
    EXPECT(pthread_join(third, NULL) == 0);
    return NULL;
}

/* first, second, third: in a ring for each other to end. */
static void join_ring(void)
{
    struct link self = {"first", pthread_self()};
    be("first");
    pthread_t second_thread = start_thread(start_and_join, &self);
    HERE();
    EXPECT(pthread_join(second_thread, NULL) == 0);
}

static void *meet(void *unused)
{
    be("helper");
    HERE();
    pthread_barrier_wait(&meeting);
    return unused;
}

/* leader, helper: for a third at a barrier. */
static void barrier(void)
{
    be("leader");
    EXPECT(pthread_barrier_init(&meeting, NULL, 3) == 0);
    start_thread(meet, NULL);
    HERE();
    pthread_barrier_wait(&meeting);
}

static void *read_table(void *unused)
{
    be("reader");
    HERE();
    EXPECT(pthread_rwlock_rdlock(&table) == 0);
    return unused;
}

/* leader: for reader to end. reader: for the lock that leader holds for writing. */
static void rwlock_written(void)
{
    be("leader");
    EXPECT(pthread_rwlock_wrlock(&table) == 0);
    pthread_t reader = start_thread(read_table, NULL);
    HERE();
    EXPECT(pthread_join(reader, NULL) == 0);
}

static void *write_table(void *unused)
{
    be("writer");
    HERE();
    EXPECT(pthread_rwlock_wrlock(&table) == 0);
    return unused;
}

/* leader: for writer to end. writer: for the lock that is held for reading, nobody knows by whom.
 */
static void rwlock_read(void)
{
    be("leader");
    EXPECT(pthread_rwlock_rdlock(&table) == 0);
    pthread_t writer = start_thread(write_table, NULL);
    HERE();
    EXPECT(pthread_join(writer, NULL) == 0);
}

/* leader: for one of its process's other threads to write into the pipe. */
static void pipe_of_threads(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    be("leader");
    start_thread(pause_as_thread, "helper-1");
    start_thread(pause_as_thread, "helper-2");
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 1);
}

/* reader: for one of the two threads of the process writer. */
static void pipe_to_threads(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    be("reader");
    if (start_as("writer") == 0) {
        start_thread(pause_as_thread, "helper");
        idle();
    }
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 1);
}

static void *join_and_idle(void *leader)
{
    be("helper");
    EXPECT(pthread_join(*(pthread_t *)leader, NULL) == 0);
    idle();
    return NULL;
}

/* helper: for a signal. The main thread, "leader", has ended and does not wait. */
static void leader_gone(void)
{
    static pthread_t self;
    self = pthread_self();
    be("leader");
    start_thread(join_and_idle, &self);
    pthread_exit(NULL);
}

/* parent: for its child, whose main thread has ended, but not its other one. */
static void child_leader_gone(void)
{
    be("parent");
    if (start_as("leader") == 0)
        leader_gone();
    HERE();
    EXPECT(wait(NULL) != -1);
}

STUCK({"mutex-crossed", mutex_crossed}, {"mutex-shared-crossed", mutex_shared_crossed},
      {"mutex-relocked", mutex_relocked}, {"mutex-refused", mutex_refused},
      {"mutex-forked", mutex_forked}, {"mutex-owner-ended", mutex_owner_ended},
      {"mutex-owner-killed", mutex_owner_killed}, {"private-mutex", private_mutex},
      {"private-mutex-owned", private_mutex_owned},
      {"private-mutex-of-threads", private_mutex_of_threads},
      {"shared-mutex-freed", shared_mutex_freed}, {"own-mutex-freed", own_mutex_freed},
      {"private-condition", private_condition},
      {"private-condition-quiet", private_condition_quiet}, {"private-rwlock", private_rwlock},
      {"private-barrier", private_barrier}, {"condition", condition}, {"join", join},
      {"join-ring", join_ring}, {"barrier", barrier}, {"rwlock-written", rwlock_written},
      {"rwlock-read", rwlock_read}, {"pipe-of-threads", pipe_of_threads},
      {"pipe-to-threads", pipe_to_threads}, {"leader-gone", leader_gone},
      {"child-leader-gone", child_leader_gone})
