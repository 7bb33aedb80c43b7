/* check_semset.c - tests of asking about System V semaphores and queues, of the machine and of
 * other namespaces. */
#include "semset.h"
#include "task.h"
#include "temporary.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEMAPHORES = 3, PRIVATE = 0600 };

static struct view view;
static int set = -1, queue = -1;
static pid_t child;

static void test_begin(void)
{
    ck_assert_int_eq(view_open_machine(&view), 0);
}

static void test_end(void)
{
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    if (set >= 0)
        semctl(set, 0, IPC_RMID);
    if (queue >= 0)
        msgctl(queue, IPC_RMID, NULL);
    view_close(&view);
}

static void make_set(int first, int second, int third)
{
    set = semget(IPC_PRIVATE, SEMAPHORES, PRIVATE);
    ck_assert_int_ge(set, 0);
    ck_assert_int_eq(semctl(set, 0, SETVAL, first), 0);
    ck_assert_int_eq(semctl(set, 1, SETVAL, second), 0);
    ck_assert_int_eq(semctl(set, 2, SETVAL, third), 0);
}

static int change(unsigned short number, short by)
{
    struct sembuf operation = {.sem_num = number, .sem_op = by};
    return semop(set, &operation, 1);
}

static void child_begins_to_change(unsigned short number, short by)
{
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(change(number, by) == 0 ? 0 : 1);
    }
}

/* Changes a semaphore and ends. */
static void child_changes(unsigned short number, short by)
{
    int status;
    child_begins_to_change(number, by);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

static void child_waits(unsigned short number, short by)
{
    child_begins_to_change(number, by);
    struct task task = {.pid = child, .tid = child};
    do {
        sched_yield();
        ck_assert_int_eq(task_read(&view, &task), 0);
    } while (!task.blocked || !task.in_call || task.nr != SYS_semtimedop);
}

static struct semaphore read_one(int number)
{
    struct semaphore one;
    ck_assert_int_eq(semset_read(&view, getpid(), set, &number, 1, &one), 0);
    return one;
}

START_TEST(values_and_last_process_are_told)
{
    static const int numbers[] = {2, 0};
    struct semaphore all[2];
    make_set(3, 0, 5);
    ck_assert_int_eq(change(0, 1), 0);

    ck_assert_int_eq(semset_read(&view, getpid(), set, numbers, 2, all), 0);
    ck_assert_int_eq(all[0].value, 5);
    ck_assert_int_eq(all[0].last, getpid());
    ck_assert_int_eq(all[1].value, 4);
    ck_assert_int_eq(all[1].last, getpid());
    ck_assert_int_eq(all[1].rising, 0);
    ck_assert_int_eq(all[1].zeroing, 0);
    ck_assert_int_eq(semset_read(&view, getpid(), set, numbers, 0, all), 0);
}
END_TEST

START_TEST(untouched_semaphore_has_no_last_process)
{
    set = semget(IPC_PRIVATE, 1, PRIVATE);
    ck_assert_int_ge(set, 0);
    ck_assert_int_eq(read_one(0).last, 0);
}
END_TEST

START_TEST(waiting_tasks_are_counted)
{
    make_set(0, 0, 0);
    child_waits(1, -1);
    ck_assert_int_eq(read_one(1).rising, 1);
    ck_assert_int_eq(read_one(1).zeroing, 0);
    ck_assert_int_eq(read_one(0).rising, 0);
}
END_TEST

START_TEST(tasks_that_wait_for_zero_are_counted)
{
    make_set(0, 0, 7);
    child_waits(2, 0);
    ck_assert_int_eq(read_one(2).rising, 0);
    ck_assert_int_eq(read_one(2).zeroing, 1);
}
END_TEST

START_TEST(last_process_is_known_when_it_has_ended)
{
    make_set(1, 0, 0);
    child_changes(0, -1);
    ck_assert_int_eq(read_one(0).last, child);
    child = 0;
}
END_TEST

START_TEST(what_is_not_there_is_an_error)
{
    const int numbers[] = {0, SEMAPHORES};
    struct semaphore all[2];
    unsigned long bytes;
    make_set(1, 1, 1);
    child_changes(0, -1);

    ck_assert_int_eq(semset_read(&view, getpid(), set, numbers, 2, all), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(semctl(set, 0, IPC_RMID), 0);
    ck_assert_int_eq(semset_read(&view, getpid(), set, numbers, 1, all), -1);
    set = -1;
    ck_assert_int_eq(semset_queue_limit(&view, getpid(), -1, &bytes), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(semset_queue_limit(&view, child, 0, &bytes), -1);
    ck_assert_int_eq(errno, ENOENT);
    child = 0;
}
END_TEST

START_TEST(queue_limit_is_told)
{
    struct msqid_ds limits;
    unsigned long bytes;
    queue = msgget(IPC_PRIVATE, PRIVATE);
    ck_assert_int_ge(queue, 0);
    ck_assert_int_eq(msgctl(queue, IPC_STAT, &limits), 0);
    limits.msg_qbytes = 1234;
    ck_assert_int_eq(msgctl(queue, IPC_SET, &limits), 0);

    ck_assert_int_eq(semset_queue_limit(&view, getpid(), queue, &bytes), 0);
    ck_assert_uint_eq(bytes, 1234);
}
END_TEST

/* Pid 1 of fresh namespaces: it makes a set, and its child, pid 2, ends as the last that used it.
 */
static _Noreturn void inside(const char *proc, int *id)
{
    int there = semget(IPC_PRIVATE, 1, PRIVATE);
    struct sembuf up = {.sem_op = 6};
    if (there < 0 || mount("proc", proc, "proc", 0, NULL) != 0)
        _exit(1);
    pid_t second = fork();
    if (second == 0)
        _exit(semop(there, &up, 1) == 0 ? 0 : 1);
    int status;
    if (second < 0 || waitpid(second, &status, 0) != second || status != 0)
        _exit(1);
    *id = there;
    for (;;)
        pause();
}

static int map_self(unsigned user)
{
    char map[32];
    int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    int length = snprintf(map, sizeof map, "0 %u 1", user);
    return fd >= 0 && write(fd, map, (size_t)length) == length ? close(fd) : -1;
}

START_TEST(another_namespace_is_entered)
{
    int *id = mmap(NULL, sizeof *id, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *proc = temporary_path("proc");
    char path[PATH_MAX + 64];
    int status, number = 0;
    struct semaphore one;

    ck_assert_ptr_ne(id, MAP_FAILED);
    ck_assert_int_eq(mkdir(proc, 0755), 0);
    *id = -1;
    /* Other objects have the same ids out here. */
    make_set(1, 1, 1);
    child = fork();
    if (child == 0) {
        unsigned user = geteuid();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS) != 0 ||
            map_self(user) != 0)
            _exit(1);
        pid_t first = fork();
        if (first == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            inside(proc, id);
        }
        _exit(first > 0 && waitpid(first, &status, 0) == first ? 0 : 1);
    }
    while (*(volatile int *)id < 0) {
        ck_assert_int_eq(waitpid(child, &status, WNOHANG), 0);
        sched_yield();
    }

    struct view other;
    view_init(&other, -1);
    snprintf(path, sizeof path, "/proc/%d/root%s", (int)child, proc);
    other.fds[VIEW_PROC] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ge(other.fds[VIEW_PROC], 0);
    ck_assert_int_eq(semset_read(&other, 1, *id, &number, 1, &one), 0);
    ck_assert_int_eq(one.value, 6);
    ck_assert_int_eq(one.last, 2);
    view_close(&other);
    munmap(id, sizeof *id);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("semset");
    tcase_add_checked_fixture(tcase, temporary_make, temporary_remove);
    tcase_add_checked_fixture(tcase, test_begin, test_end);
    tcase_add_test(tcase, values_and_last_process_are_told);
    tcase_add_test(tcase, untouched_semaphore_has_no_last_process);
    tcase_add_test(tcase, waiting_tasks_are_counted);
    tcase_add_test(tcase, tasks_that_wait_for_zero_are_counted);
    tcase_add_test(tcase, last_process_is_known_when_it_has_ended);
    tcase_add_test(tcase, what_is_not_there_is_an_error);
    tcase_add_test(tcase, queue_limit_is_told);
    tcase_add_test(tcase, another_namespace_is_entered);
    Suite *suite = suite_create("semset");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
