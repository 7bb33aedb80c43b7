/* check_locks.c - tests of file locks: what a blocked task asks for, and who stands in its way.
 *
 * Processes take the locks; each does the steps it is given, and then waits in pause(2) if none of
 * them blocks. */
#include "locks.h"
#include "temporary.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_SIZE = 100, SHARED_SIZE = 4096, PROCESSES = 16 };

enum action { END, OPEN, DUPLICATE, SEEK, FLOCK, RECORD, OFD, LEASE, FORK, END_MAIN_THREAD };

struct step {
    enum action action;
    int fd, to;       /* `to`: of DUPLICATE */
    const char *name; /* of OPEN */
    short type;       /* LOCK_..., F_... */
    short whence;     /* of the range */
    off_t start, length;
};

/* What processes do, as the tests write it. */
#define OPEN(n, file)                                                                              \
    {                                                                                              \
        .action = OPEN, .fd = n, .name = file                                                      \
    }
#define DUPLICATE(n, other)                                                                        \
    {                                                                                              \
        .action = DUPLICATE, .fd = n, .to = other                                                  \
    }
#define SEEK(n, place)                                                                             \
    {                                                                                              \
        .action = SEEK, .fd = n, .start = place                                                    \
    }
#define FLOCK(n, how)                                                                              \
    {                                                                                              \
        .action = FLOCK, .fd = n, .type = how                                                      \
    }
#define RECORD(n, how, at, l) RANGE(RECORD, n, how, SEEK_SET, at, l)
#define OFD(n, how, at, l)    RANGE(OFD, n, how, SEEK_SET, at, l)
#define LEASE(n, how)                                                                              \
    {                                                                                              \
        .action = LEASE, .fd = n, .type = how                                                      \
    }
#define FORK()                                                                                     \
    {                                                                                              \
        .action = FORK                                                                             \
    }
#define RANGE(what, n, how, from, at, l)                                                           \
    {                                                                                              \
        .action = what, .fd = n, .type = how, .whence = from, .start = at, .length = l             \
    }

static struct view view;
static struct task processes[PROCESSES + 1]; /* that the test knows of, by their main threads */
static size_t n_processes;
static pid_t *forked; /* by one of them in FORK; in memory that all share */

static _Noreturn void pause_for_ever(void)
{
    for (;;)
        pause();
}

static int take_range(const struct step *s, int command)
{
    struct flock range = {
        .l_type = (short)s->type, .l_whence = s->whence, .l_start = s->start, .l_len = s->length};
    return fcntl(s->fd, command, &range);
}

static int open_as(const struct step *s)
{
    int fd = open(s->name, O_RDWR | O_CREAT, 0644);
    if (fd < 0 || ftruncate(fd, FILE_SIZE) != 0 || dup2(fd, s->fd) < 0)
        return -1;
    return fd == s->fd ? 0 : close(fd);
}

static int fork_another(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pause_for_ever();
    }
    *forked = pid;
    return pid < 0 ? -1 : 0;
}

static void *pause_as_thread(void *unused)
{
    pause_for_ever();
    return unused;
}

/* The process lives on in another thread. */
static int end_main_thread(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, pause_as_thread, NULL) != 0)
        return -1;
    pthread_exit(NULL);
}

static int do_step(const struct step *s)
{
    switch (s->action) {
    case OPEN:
        return open_as(s);
    case DUPLICATE:
        return dup2(s->fd, s->to) < 0 ? -1 : 0;
    case SEEK:
        return lseek(s->fd, s->start, SEEK_SET) < 0 ? -1 : 0;
    case FLOCK:
        return flock(s->fd, s->type);
    case RECORD:
        return take_range(s, F_SETLKW);
    case OFD:
        return take_range(s, F_OFD_SETLKW);
    case LEASE:
        return fcntl(s->fd, F_SETLEASE, s->type);
    case FORK:
        return fork_another();
    case END_MAIN_THREAD:
        return end_main_thread();
    default:
        return -1;
    }
}

/* Waits until the process is blocked in one of the calls; a process that has failed is none. */
static struct task wait_until_blocked(pid_t pid, long call, long other)
{
    struct task task = {.pid = pid, .tid = pid};
    do {
        sched_yield();
        ck_assert_int_eq(task_read(&view, &task), 0);
        ck_assert_int_ne(task.state, 'Z');
    } while (!task.blocked || !task.in_call || (task.nr != call && task.nr != other));
    return task;
}

/* Starts a process that does the steps; it is the caller's to wait for. */
static pid_t begin(const struct step *steps)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (; steps->action != END; steps++)
            if (do_step(steps) != 0)
                _exit(1);
        pause_for_ever();
    }
    ck_assert_uint_lt(n_processes, PROCESSES);
    processes[n_processes++] = (struct task){.pid = pid, .tid = pid};
    return pid;
}

/* A process that has done its steps. */
#define HOLDER(...) holder((const struct step[]){__VA_ARGS__, {.action = END}})

static pid_t holder(const struct step *steps)
{
    pid_t pid = begin(steps);
    wait_until_blocked(pid, SYS_pause, SYS_pause);
    return pid;
}

/* What a process wants that blocks in its last step. */
#define WAITER(...) waiter((const struct step[]){__VA_ARGS__, {.action = END}})

static struct file_lock waiter(const struct step *steps)
{
    struct file_lock wanted;
    struct task task = wait_until_blocked(begin(steps), SYS_flock, SYS_fcntl);
    ck_assert_int_eq(lock_wanted(&view, &task, &wanted), 0);
    ck_assert_int_eq(wanted.pid, task.pid);
    return wanted;
}

static struct file_lock *found;

static int find(const struct file_lock *wanted)
{
    processes[n_processes] = (struct task){.pid = *forked, .tid = *forked};
    free(found);
    return lock_holders(&view, processes, n_processes + (*forked != 0), wanted, &found);
}

static void expect_found(int i, enum lock_kind kind, bool write, pid_t pid, int fd)
{
    ck_assert_str_eq(lock_kind_name(found[i].kind), lock_kind_name(kind));
    ck_assert_int_eq(found[i].write, write);
    ck_assert_int_eq(found[i].pid, pid);
    ck_assert_int_eq(found[i].fd, fd);
}

static void test_begin(void)
{
    temporary_make();
    ck_assert_int_eq(chdir(temporary), 0);
    forked = mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(forked, MAP_FAILED);
    ck_assert_int_eq(view_open_machine(&view), 0);
}

static void test_end(void)
{
    for (size_t i = 0; i < n_processes; i++)
        kill(processes[i].pid, SIGKILL);
    while (wait(NULL) > 0)
        continue;
    free(found);
    view_close(&view);
    munmap(forked, SHARED_SIZE);
    temporary_remove();
}

START_TEST(flock_is_held_by_another)
{
    pid_t pid = HOLDER(OPEN(10, "a"), FLOCK(10, LOCK_EX));
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_SH));
    struct stat file;

    ck_assert_int_eq(wanted.kind, LOCK_FLOCK);
    ck_assert(!wanted.write);
    ck_assert_int_eq(wanted.fd, 20);
    ck_assert_int_eq(stat("a", &file), 0);
    ck_assert(wanted.device == file.st_dev && wanted.inode == file.st_ino);

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, true, pid, 10);
    ck_assert(found[0].device == file.st_dev && found[0].inode == file.st_ino);
}
END_TEST

START_TEST(shared_flocks_get_on_with_each_other)
{
    pid_t pid = HOLDER(OPEN(10, "a"), FLOCK(10, LOCK_SH));
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_EX));

    ck_assert(wanted.write);
    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, false, pid, 10);
    wanted.write = false;
    ck_assert_int_eq(find(&wanted), 0);
}
END_TEST

START_TEST(flock_of_a_second_description_blocks_its_own_process)
{
    struct file_lock wanted =
        WAITER(OPEN(10, "a"), OPEN(20, "a"), FLOCK(10, LOCK_EX), FLOCK(20, LOCK_EX));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, true, wanted.pid, 10);
}
END_TEST

START_TEST(flock_is_held_by_all_that_share_the_description)
{
    pid_t pid = HOLDER(OPEN(10, "a"), DUPLICATE(10, 11), FLOCK(10, LOCK_EX), FORK());
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_EX));

    ck_assert_int_eq(find(&wanted), 2);
    expect_found(0, LOCK_FLOCK, true, pid, 10);
    expect_found(1, LOCK_FLOCK, true, *forked, 10);
}
END_TEST

START_TEST(records_conflict_where_they_overlap)
{
    HOLDER(OPEN(10, "a"), RECORD(10, F_WRLCK, 0, 10));
    pid_t pid = HOLDER(OPEN(10, "a"), RECORD(10, F_WRLCK, 10, 10));
    HOLDER(OPEN(10, "a"), RECORD(10, F_WRLCK, 20, 0));
    struct file_lock wanted = WAITER(OPEN(20, "a"), RECORD(20, F_RDLCK, 12, 8));

    ck_assert_int_eq(wanted.kind, LOCK_RECORD);
    ck_assert(!wanted.write);
    ck_assert_uint_eq(wanted.start, 12);
    ck_assert_uint_eq(wanted.end, 19);
    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, true, pid, 10);
    ck_assert_uint_eq(found[0].start, 10);
    ck_assert_uint_eq(found[0].end, 19);

    wanted.end = UINT64_MAX;
    ck_assert_int_eq(find(&wanted), 2);
    ck_assert_uint_eq(found[1].start, 20);
    ck_assert_uint_eq(found[1].end, UINT64_MAX);
}
END_TEST

START_TEST(records_that_are_read_get_on_with_each_other)
{
    HOLDER(OPEN(10, "a"), RECORD(10, F_RDLCK, 0, 0));
    pid_t pid = HOLDER(OPEN(10, "b"), RECORD(10, F_RDLCK, 0, 0));
    struct file_lock wanted = WAITER(OPEN(20, "b"), RECORD(20, F_WRLCK, 0, 0));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, false, pid, 10);
    wanted.write = false;
    ck_assert_int_eq(find(&wanted), 0);
}
END_TEST

START_TEST(own_records_are_in_nobodys_way)
{
    pid_t pid = HOLDER(OPEN(10, "a"), DUPLICATE(10, 11), RECORD(10, F_WRLCK, 10, 10));
    struct file_lock wanted = WAITER(OPEN(20, "a"), OPEN(21, "a"), RECORD(21, F_WRLCK, 0, 10),
                                     RECORD(20, F_WRLCK, 5, 10));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, true, pid, 10);
}
END_TEST

START_TEST(ranges_are_counted_from_the_beginning)
{
    static const struct {
        short whence;
        off_t start, length;
        uint64_t from, to;
    } ranges[] = {
        {SEEK_SET, 7, 0, 7, UINT64_MAX},   {SEEK_SET, 10, -10, 0, 9},
        {SEEK_CUR, 3, 4, 33, 36},          {SEEK_CUR, 0, -5, 25, 29},
        {SEEK_END, -50, 10, 50, 59},       {SEEK_END, -50, -10, 40, 49},
        {SEEK_END, -1, 0, 99, UINT64_MAX}, {SEEK_CUR, -30, 1, 0, 0},
    };
    HOLDER(OPEN(10, "a"), RECORD(10, F_WRLCK, 0, 0));
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct file_lock wanted =
            WAITER(OPEN(20, "a"), SEEK(20, 30),
                   RANGE(RECORD, 20, F_WRLCK, ranges[i].whence, ranges[i].start, ranges[i].length));
        ck_assert_uint_eq(wanted.start, ranges[i].from);
        ck_assert_uint_eq(wanted.end, ranges[i].to);
    }
}
END_TEST

START_TEST(description_lock_is_held_by_all_that_share_it)
{
    pid_t pid = HOLDER(OPEN(10, "a"), OFD(10, F_WRLCK, 10, 10), FORK());
    struct file_lock wanted = WAITER(OPEN(20, "a"), OFD(20, F_WRLCK, 0, 0));

    ck_assert_int_eq(wanted.kind, LOCK_OFD);
    ck_assert_int_eq(find(&wanted), 2);
    expect_found(0, LOCK_OFD, true, pid, 10);
    expect_found(1, LOCK_OFD, true, *forked, 10);
}
END_TEST

START_TEST(locks_of_the_waiting_description_are_not_in_its_way)
{
    if (view_pidfd(&view, getpid()) < 0)
        return; /* Valgrind knows no pidfds, without which descriptions cannot be told apart */
    pid_t pid = HOLDER(OPEN(10, "a"), OFD(10, F_RDLCK, 0, 20));
    struct file_lock wanted = WAITER(OPEN(20, "a"), OFD(20, F_RDLCK, 0, 10), DUPLICATE(20, 21),
                                     FORK(), OFD(20, F_WRLCK, 0, 20));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_OFD, false, pid, 10);
}
END_TEST

START_TEST(records_and_description_locks_conflict)
{
    pid_t pid = HOLDER(OPEN(10, "a"), OFD(10, F_WRLCK, 0, 0));
    struct file_lock wanted = WAITER(OPEN(20, "a"), RECORD(20, F_WRLCK, 0, 0));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_OFD, true, pid, 10);
}
END_TEST

START_TEST(process_blocks_itself_with_a_lock_of_the_other_kind)
{
    struct file_lock wanted =
        WAITER(OPEN(10, "a"), RECORD(10, F_WRLCK, 0, 0), OFD(10, F_WRLCK, 0, 0));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, true, wanted.pid, 10);
}
END_TEST

START_TEST(flock_and_records_know_nothing_of_each_other)
{
    pid_t whole = HOLDER(OPEN(10, "a"), FLOCK(10, LOCK_EX));
    pid_t record = HOLDER(OPEN(11, "a"), RECORD(11, F_WRLCK, 0, 0));
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_EX));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, true, whole, 10);
    wanted = WAITER(OPEN(20, "a"), RECORD(20, F_WRLCK, 0, 0));
    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, true, record, 11);
}
END_TEST

START_TEST(locks_of_other_files_do_not_count)
{
    HOLDER(OPEN(10, "b"), FLOCK(10, LOCK_EX));
    pid_t pid = HOLDER(OPEN(10, "a"), FLOCK(10, LOCK_EX));
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_EX));

    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, true, pid, 10);
}
END_TEST

START_TEST(lease_is_no_lock)
{
    pid_t pid = HOLDER(OPEN(10, "a"), RECORD(10, F_WRLCK, 0, 0));
    struct file_lock wanted = WAITER(OPEN(20, "a"), RECORD(20, F_WRLCK, 0, 0));

    /* A write lease needs a file that nobody else has open: it goes to the other one, which then
     * passes for the file in question. */
    struct stat file;
    pid_t lessee = HOLDER(OPEN(10, "b"), LEASE(10, F_WRLCK));
    ck_assert_int_eq(stat("b", &file), 0);
    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_RECORD, true, pid, 10);
    wanted.inode = file.st_ino;
    ck_assert_int_gt(lessee, 0);
    ck_assert_int_eq(find(&wanted), 0);
}
END_TEST

/* The second thread of a process whose main thread has ended. */
static struct task outliving_thread(pid_t pid)
{
    struct task task = {.pid = pid, .tid = pid}, outliving = {0};
    struct tasks all = {0};
    /* While it ends, it has no memory any more, and shows an ordinary user no system call. */
    while (task_read(&view, &task) != 0 || task.state != 'Z')
        sched_yield();
    ck_assert_int_eq(tasks_list(&view, &all), 0);
    for (size_t i = 0; i < all.n; i++)
        if (all.all[i].pid == pid && all.all[i].tid != pid)
            outliving = all.all[i];
    tasks_free(&all);
    ck_assert_int_gt(outliving.tid, 0);
    return outliving;
}

START_TEST(process_lives_on_without_its_main_thread)
{
    pid_t pid = begin((const struct step[]){
        OPEN(10, "a"), FLOCK(10, LOCK_EX), {.action = END_MAIN_THREAD}, {.action = END}});
    struct task thread = outliving_thread(pid);
    struct file_lock wanted = WAITER(OPEN(20, "a"), FLOCK(20, LOCK_EX));

    processes[0] = thread;
    ck_assert_int_eq(find(&wanted), 1);
    expect_found(0, LOCK_FLOCK, true, pid, 10);
    ck_assert_int_eq(found[0].tid, thread.tid);
}
END_TEST

START_TEST(process_that_is_gone_wants_nothing)
{
    struct file_lock wanted;
    pid_t pid = HOLDER(OPEN(10, "a"));
    struct task task = {.pid = pid, .tid = pid, .nr = SYS_flock, .args = {10, LOCK_EX}};

    ck_assert_int_eq(lock_wanted(&view, &task, &wanted), 0);
    task.args[0] = 500; /* nobody has so many */
    ck_assert_int_eq(lock_wanted(&view, &task, &wanted), -1);
    task.args[0] = 10;
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_int_eq(lock_wanted(&view, &task, &wanted), -1);
}
END_TEST

int main(void)
{
    /* Tests name descriptors that must not be open: no inherited one may have such a number. */
    if (close_range(3, ~0U, 0) != 0)
        return 1;
    const TTest *const tests[] = {
        flock_is_held_by_another,
        shared_flocks_get_on_with_each_other,
        flock_of_a_second_description_blocks_its_own_process,
        flock_is_held_by_all_that_share_the_description,
        records_conflict_where_they_overlap,
        records_that_are_read_get_on_with_each_other,
        own_records_are_in_nobodys_way,
        ranges_are_counted_from_the_beginning,
        description_lock_is_held_by_all_that_share_it,
        locks_of_the_waiting_description_are_not_in_its_way,
        records_and_description_locks_conflict,
        process_blocks_itself_with_a_lock_of_the_other_kind,
        flock_and_records_know_nothing_of_each_other,
        locks_of_other_files_do_not_count,
        lease_is_no_lock,
        process_lives_on_without_its_main_thread,
        process_that_is_gone_wants_nothing,
    };
    Suite *suite = suite_create("locks");
    TCase *tcase = tcase_create("locks");
    tcase_add_checked_fixture(tcase, test_begin, test_end);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
