/* check_explain.c - tests that of every task which waits it is told what for: the call, the object,
 * its state, and in a sentence who could end it. */
#include "inside.h"

/* What is claimed of one task. */
struct claim_of_wait {
    const char *name, *call;
    enum object_kind object;
    const char *state, *sentence;
};

/* The pid that the process `name` wrote on stdout, by which it knew itself. */
static pid_t pid_of(const char *name)
{
    char line[32];
    snprintf(line, sizeof line, "%s ", name);
    const char *at = strstr(seen.out.text, line);
    ck_assert_msg(at != NULL, "no %s in: %s", name, seen.out.text);
    return (pid_t)atoi(at + strlen(line));
}

static const struct wait *wait_of(const char *name)
{
    for (size_t i = 0; i < seen.n_waits; i++)
        if (strcmp(seen.waits[i].name, name) == 0)
            return &seen.waits[i];
    fail_seen(name);
    return NULL;
}

/* Gets stuck in the way `how`: these tasks wait, and no other. */
static void expect_waits(char *how, const struct claim_of_wait *claims, size_t n)
{
    RUN(PROGRAM("stuck"), how);
    expect_outcome("deadlock");
    ck_assert_str_eq(seen.err.text, "");
    for (size_t i = 0; i < n; i++) {
        const struct wait *wait = wait_of(claims[i].name);
        ck_assert_str_eq(wait->call, claims[i].call);
        ck_assert_str_eq(object_kind_name(wait->object), object_kind_name(claims[i].object));
        ck_assert_str_eq(wait->state, claims[i].state);
        ck_assert_str_eq(wait->sentence, claims[i].sentence);
        ck_assert_int_eq(wait->pid, pid_of(claims[i].name));
        ck_assert_int_eq(wait->tid, wait->pid);
    }
    if (seen.n_waits != n)
        fail_seen("another number of waits");
}

#define WAITS(how, ...)                                                                            \
    expect_waits((char *)(how), (const struct claim_of_wait[]){__VA_ARGS__},                       \
                 sizeof((const struct claim_of_wait[]){__VA_ARGS__}) /                             \
                     sizeof(struct claim_of_wait))

/* A process that waits for a signal, beside the one that is looked at. */
#define IDLE(name)                                                                                 \
    {                                                                                              \
        name, "rt_sigsuspend", OBJECT_SIGNAL, "", name " waits in rt_sigsuspend for a signal"      \
    }

START_TEST(pipes)
{
    WAITS("pipe-full",
          {"writer", "write", OBJECT_PIPE, "full",
           "writer waits in write on a full pipe that only reader can read"},
          IDLE("reader"));
    WAITS("pipe-empty",
          {"reader", "read", OBJECT_PIPE, "empty",
           "reader waits in read on an empty pipe that only writer can write"},
          IDLE("writer"));
}
END_TEST

START_TEST(pipe_held_by_several)
{
    RUN(PROGRAM("stuck"), "pipe-held-by-all");
    expect_outcome("deadlock");
    ck_assert_uint_eq(seen.n_waits, 3);
    ck_assert_str_eq(
        wait_of("reader")->sentence,
        "reader waits in read on an empty pipe that only 2 workers and itself can write");
}
END_TEST

START_TEST(fifos)
{
    WAITS("fifo-open",
          {"client", "openat", OBJECT_FIFO, "no-writer",
           "client waits in openat for a writer of the FIFO replies"},
          {"server", "openat", OBJECT_FIFO, "no-reader",
           "server waits in openat for a reader of the FIFO /tmp/requests"});
    WAITS("fifo-empty",
          {"server", "read", OBJECT_FIFO, "empty",
           "server waits in read on the empty FIFO /tmp/requests that only server can write"});
}
END_TEST

/* The right child, of two. */
START_TEST(children)
{
    WAITS("child", {"parent", "wait4", OBJECT_CHILD, "", "parent waits in wait4 for worker"},
          IDLE("worker"), IDLE("idler"));
}
END_TEST

START_TEST(message_queues)
{
    WAITS("mqueue-full", {"sender", "mq_timedsend", OBJECT_MQUEUE, "full",
                          "sender waits in mq_timedsend on the full message queue /jobs"});
    WAITS("mqueue-empty", {"receiver", "mq_timedreceive", OBJECT_MQUEUE, "empty",
                           "receiver waits in mq_timedreceive on the empty message queue /jobs"});
    WAITS("msg-full", {"sender", "msgsnd", OBJECT_SYSV_MSG, "full",
                       "sender waits in msgsnd on the full message queue 0"});
    WAITS("msg-empty", {"receiver", "msgrcv", OBJECT_SYSV_MSG, "empty",
                        "receiver waits in msgrcv on the empty message queue 0"});
    WAITS("msg-no-match", {"receiver", "msgrcv", OBJECT_SYSV_MSG, "no-match",
                           "receiver waits in msgrcv for a message of type 7 in message queue 0"});
}
END_TEST

START_TEST(semaphores)
{
    WAITS("sem-named", {"taker", "futex", OBJECT_FUTEX, "",
                        "taker waits in futex for a semaphore, lock or condition in shared memory "
                        "/dev/shm/sem.ready"});
    WAITS("sem-own", {"taker", "futex", OBJECT_FUTEX, "",
                      "taker waits in futex for a semaphore, lock or condition in its own memory"});
}
END_TEST

START_TEST(semaphore_sets)
{
    RUN(PROGRAM("stuck"), "sem-set");
    expect_outcome("deadlock");
    ck_assert_uint_eq(seen.n_waits, 1);
    ck_assert_msg(strncmp(seen.waits[0].call, "sem", 3) == 0, "%s", seen.waits[0].call);
    ck_assert_int_eq(seen.waits[0].object, OBJECT_SYSV_SEM);
    ck_assert_ptr_nonnull(strstr(seen.waits[0].sentence, " for semaphore 0 and 2 of set 0"));
}
END_TEST

START_TEST(locks)
{
    WAITS("lock",
          {"taker", "flock", OBJECT_LOCK, "", "taker waits in flock for a lock on /tmp/data"},
          IDLE("holder"));
}
END_TEST

START_TEST(sockets)
{
    RUN(PROGRAM("stuck"), "tcp-full");
    ck_assert_str_eq(wait_of("sender")->state, "full");
    ck_assert_int_eq(wait_of("sender")->object, OBJECT_TCP);
    ck_assert_str_eq(wait_of("sender")->sentence,
                     "sender waits in write on a full TCP connection to receiver");
    WAITS("unix-empty",
          {"client", "read", OBJECT_UNIX, "empty",
           "client waits in read on an empty Unix socket to server"},
          IDLE("server"));
}
END_TEST

START_TEST(stopped_processes)
{
    RUN(PROGRAM("stuck"), "stopped");
    expect_outcome("deadlock");
    ck_assert_uint_eq(seen.n_waits, 2);
    ck_assert_str_eq(wait_of("parent")->sentence, "parent waits in wait4 for sleeper");
    ck_assert_str_eq(wait_of("sleeper")->sentence, "sleeper is stopped and waits for SIGCONT");
    ck_assert_int_eq(wait_of("sleeper")->object, OBJECT_STOPPED);
    ck_assert_str_eq(wait_of("sleeper")->call, "");
    ck_assert_int_eq(wait_of("sleeper")->pid, pid_of("sleeper"));
}
END_TEST

/* Each thread by its own name and id, in order. */
START_TEST(thread_by_thread)
{
    RUN(PROGRAM("stuck"), "threads");
    expect_outcome("deadlock");
    ck_assert_uint_eq(seen.n_waits, 2);
    ck_assert_str_eq(seen.waits[0].name, "leader");
    ck_assert_str_eq(seen.waits[1].name, "helper");
    ck_assert_int_eq(seen.waits[0].pid, pid_of("leader"));
    ck_assert_int_eq(seen.waits[0].tid, seen.waits[0].pid);
    ck_assert_int_eq(seen.waits[1].pid, seen.waits[0].pid);
    ck_assert_int_gt(seen.waits[1].tid, seen.waits[1].pid);
    ck_assert_int_eq(seen.waits[0].object, OBJECT_FUTEX);
    ck_assert_int_eq(seen.waits[1].object, OBJECT_SIGNAL);
}
END_TEST

/* A timed wait is told as one, and a zombie does not wait. */
START_TEST(tasks_at_the_end_of_time)
{
    spec.limits.wall_s = 0.3;
    RUN(SCRIPT("sh -c : & sleep 60"));
    expect_outcome("timeout");
    ck_assert_str_eq(wait_of("sleep")->call, "clock_nanosleep");
    ck_assert_int_eq(wait_of("sleep")->object, OBJECT_TIME);
    ck_assert_str_eq(wait_of("sh")->sentence, "sh waits in wait4 for sleep");
    ck_assert_uint_eq(seen.n_waits, 2);
}
END_TEST

int main(void)
{
    return SUITE("explain", pipes, pipe_held_by_several, fifos, children, message_queues,
                 semaphores, semaphore_sets, locks, sockets, stopped_processes, thread_by_thread,
                 tasks_at_the_end_of_time);
}
