/* check_isolation.c - tests that a program in a world can neither see, nor reach, nor delay what is
 * outside: files, objects and processes of the host, other runs, and what watches it. */
#include "inside.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A directory of the test is shown where it is, read-only, when asked for. */
START_TEST(what_is_visible_is_read_only)
{
    char *visible[] = {temporary, NULL};
    char script[PATH_MAX + 100];
    temporary_write_text(temporary_path("data"), "hello\n");
    snprintf(script, sizeof script, "cd %s 2>/dev/null && cat data && echo 1 2>/dev/null >data",
             temporary);
    RUN(SCRIPT(script));
    expect_outcome("exit 2");
    ck_assert_str_eq(seen.out.text, "");
    spec.visible = visible;
    RUN(SCRIPT(script));
    expect_outcome("exit 2");
    ck_assert_str_eq(seen.out.text, "hello\n");
    expect_left("");
}
END_TEST

START_TEST(own_directory_is_visible_and_read_only)
{
    const char *program = temporary_path("program");
    temporary_write_text(program, "#!/bin/sh\ncd ${0%/*} && ls && chmod 700 $0 && exit 1\n"
                                  "rm $0 || touch new || ! mkdir new\n");
    ck_assert_int_eq(chmod(program, 0755), 0);
    RUN((char *)program);
    expect_outcome("exit 0");
    ck_assert_str_eq(seen.out.text, "program\n");
    ck_assert_int_eq(access(program, X_OK), 0);
    ck_assert_int_eq(access(temporary_path("new"), F_OK), -1);
    expect_left("");
}
END_TEST

START_TEST(attacks_are_refused_and_forge_no_status)
{
    RUN(PROGRAM("attack"));
    ck_assert_str_eq(seen.err.text, "");
    ck_assert_str_eq(seen.out.text, "");
    expect_outcome("signal SEGV");
    expect_left("");
}
END_TEST

START_TEST(killing_everybody_harms_nobody_else)
{
    RUN(SCRIPT("sleep 60 & kill -KILL -1; wait; exit 9"));
    expect_outcome("exit 9");
    expect_left("");
    RUN(SCRIPT("kill -STOP $PPID 2>/dev/null; kill -KILL $$"));
    expect_outcome("signal KILL");
}
END_TEST

/* Nobody waits for an end of file that a left process keeps from coming. */
START_TEST(open_stdout_delays_nobody)
{
    spec.limits.grace_s = 0.1;
    spec.limits.wall_s = 30;
    RUN(SCRIPT("(exec setsid sleep 20) & exit 0"));
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.n_left, 1);
    ck_assert_int_eq(seen.left[0].kind, LEFT_PROCESS);
    ck_assert(seen.wall_ms < 15000);
}
END_TEST

START_TEST(late_processes_have_their_grace)
{
    spec.limits.grace_s = 60;
    spec.limits.wall_s = 60;
    RUN(SCRIPT("(sleep 0.1; echo late) & exit 3"));
    expect_outcome("exit 3");
    expect_left("");
    ck_assert_str_eq(seen.out.text, "late\n");
}
END_TEST

/* A lock tells that the program lives; once it does no more, this process gets the lock. */
START_TEST(world_ends_with_the_harness)
{
    char *visible[] = {temporary, NULL}, script[PATH_MAX + 100];
    const char *path = temporary_path("lock");
    temporary_write_text(path, "");
    spec.visible = visible;
    spec.limits.wall_s = 600;
    snprintf(script, sizeof script, "exec 9<%s && flock 9 && setsid sleep 600", path);
    pid_t harness = fork();
    ck_assert_int_ne(harness, -1);
    if (harness == 0) {
        RUN(SCRIPT(script));
        _exit(1);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ne(fd, -1);
    while (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        ck_assert_int_eq(flock(fd, LOCK_UN), 0);
        ck_assert_int_eq(usleep(1000), 0);
    }
    ck_assert_int_eq(kill(harness, SIGKILL), 0);
    ck_assert_int_eq(waitpid(harness, NULL, 0), harness);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Objects of the host under a key and a name that no other test uses. */
static struct outside {
    int key, queue, set, segment, socket, listener;
    char name[64], object[66], file[PATH_MAX];
} outside;

static void make_ipc_outside(void)
{
    const struct {
        long type;
        char text[5];
    } message = {1, "hello"};
    ck_assert_int_ne(outside.queue = msgget(outside.key, IPC_CREAT | IPC_EXCL | 0666), -1);
    ck_assert_int_eq(msgsnd(outside.queue, &message, sizeof message.text, 0), 0);
    ck_assert_int_ne(outside.set = semget(outside.key, 1, IPC_CREAT | IPC_EXCL | 0666), -1);
    ck_assert_int_ne(outside.segment = shmget(outside.key, 1, IPC_CREAT | IPC_EXCL | 0666), -1);
    mqd_t queue = mq_open(outside.object, O_CREAT | O_EXCL | O_RDWR, 0666, NULL);
    ck_assert_int_ne(queue, -1);
    ck_assert_int_eq(mq_close(queue), 0);
    int fd = shm_open(outside.object, O_CREAT | O_EXCL | O_RDWR, 0666);
    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_ne(fd = open(outside.file, O_CREAT | O_EXCL | O_RDWR, 0666), -1);
    ck_assert_int_eq(close(fd), 0);
}

static void make_sockets_outside(void)
{
    struct sockaddr_un abstract = {.sun_family = AF_UNIX};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    memcpy(abstract.sun_path + 1, outside.name, strlen(outside.name));
    outside.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(outside.name));
    ck_assert_int_eq(bind(outside.socket, (struct sockaddr *)&abstract, length), 0);
    ck_assert_int_eq(listen(outside.socket, 1), 0);

    outside.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    length = sizeof address;
    ck_assert_int_eq(bind(outside.listener, (struct sockaddr *)&address, length), 0);
    ck_assert_int_eq(listen(outside.listener, 1), 0);
    ck_assert_int_eq(getsockname(outside.listener, (struct sockaddr *)&address, &length), 0);
    outside.key = ntohs(address.sin_port);
}

static void make_outside(void)
{
    outside = (struct outside){.queue = -1, .set = -1, .segment = -1};
    snprintf(outside.name, sizeof outside.name, "brokenpipe-test-%d", (int)getpid());
    snprintf(outside.object, sizeof outside.object, "/%s", outside.name);
    snprintf(outside.file, sizeof outside.file, "/tmp/%s", outside.name);
    make_sockets_outside(); /* the free port that the kernel chooses is the key, too */
    make_ipc_outside();
}

/* Succeeds only if all is there still, as it was made. */
static void remove_outside(void)
{
    struct msqid_ds queue;
    ck_assert_int_eq(msgctl(outside.queue, IPC_STAT, &queue), 0);
    ck_assert_uint_eq(queue.msg_qnum, 1);
    ck_assert_int_eq(msgctl(outside.queue, IPC_RMID, NULL), 0);
    ck_assert_int_eq(semctl(outside.set, 0, IPC_RMID), 0);
    ck_assert_int_eq(shmctl(outside.segment, IPC_RMID, NULL), 0);
    ck_assert_int_eq(mq_unlink(outside.object), 0);
    ck_assert_int_eq(shm_unlink(outside.object), 0);
    ck_assert_int_eq(unlink(outside.file), 0);
    ck_assert_int_eq(close(outside.socket), 0);
    ck_assert_int_eq(close(outside.listener), 0);
}

START_TEST(nothing_crosses_the_border)
{
    char key[32], before[PATH_MAX], after[PATH_MAX];
    char *argv[] = {(char *)PROGRAM("meet"), key, outside.name, NULL};
    struct error error;
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    make_outside();
    snprintf(key, sizeof key, "%d", outside.key);
    spec.argv = argv;
    int result = world_run(&spec, &seen, &error);
    remove_outside(); /* in any case: it is the host's */
    ck_assert_msg(result == 0, "%s", error.text);
    expect_success("");
    ck_assert_ptr_nonnull(getcwd(after, sizeof after));
    ck_assert_str_eq(before, after);
}
END_TEST

/* A key that one run leaves in the session's keyring is not there in the next, keyrings(7). */
START_TEST(keyrings_do_not_cross)
{
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    RUN(PROGRAM("keyring"));
    expect_success("no key\n");
    RUN(PROGRAM("keyring"));
    expect_success("no key\n");
}
END_TEST

int main(void)
{
    return SUITE("isolation", what_is_visible_is_read_only, own_directory_is_visible_and_read_only,
                 attacks_are_refused_and_forge_no_status, killing_everybody_harms_nobody_else,
                 open_stdout_delays_nobody, late_processes_have_their_grace,
                 world_ends_with_the_harness, nothing_crosses_the_border, keyrings_do_not_cross);
}
