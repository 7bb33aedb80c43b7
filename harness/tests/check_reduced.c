/* check_reduced.c - tests of runs on a host that refuses namespaces: no world without leave, and
 * with it what can be had. */
#include "command.h"
#include "inside.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    ck_assert_msg(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s",
                  path, strerror(errno));
    ck_assert_int_eq(close(fd), 0);
}

/* Makes this very process live where nobody may make a namespace. Check has made a process for
 * each test. */
static void lose_namespaces(void)
{
    char uid_map[64], gid_map[64];
    snprintf(uid_map, sizeof uid_map, "%u %u 1", geteuid(), geteuid());
    snprintf(gid_map, sizeof gid_map, "%u %u 1", getegid(), getegid());
    ck_assert_int_eq(unshare(CLONE_NEWUSER), 0);
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", uid_map);
    write_to("/proc/self/gid_map", gid_map);
    write_to("/proc/sys/user/max_user_namespaces", "0");
}

START_TEST(without_namespaces_there_is_no_world)
{
    char *argv[] = {(char *)"/bin/true", NULL};
    struct error error = {.text = ""};
    lose_namespaces();
    spec.argv = argv;
    ck_assert_int_eq(world_run(&spec, &seen, &error), -1);
    ck_assert_msg(strstr(error.text, "namespaces") != NULL, "%s", error.text);
}
END_TEST

START_TEST(reduced_runs_tell_how_the_program_ended)
{
    lose_namespaces();
    spec.reduced = true;
    spec.limits.wall_s = 30;
    RUN(SCRIPT("echo out; echo err >&2; exit 3"));
    expect_outcome("exit 3");
    ck_assert_uint_eq(seen.isolation, 0);
    ck_assert_ptr_nonnull(seen.note);
    ck_assert_str_eq(seen.out.text, "out\n");
    ck_assert_str_eq(seen.err.text, "err\n");
    RUN(SCRIPT("kill -SEGV $$"));
    expect_outcome("signal SEGV");
    RUN("/usr/bin/env");
    expect_outcome("exit 0");
    RUN(SCRIPT("ls -A"));
    expect_success("");
    spec.limits.wall_s = 0.2;
    RUN("/bin/sleep", "60");
    expect_outcome("timeout");
    RUN(PROGRAM("stuck"), "child"); /* nothing is proved */
    expect_outcome("timeout");
}
END_TEST

/* The first line of the output: the directory where the program ran. It must be gone. */
static void expect_directory_gone(void)
{
    char directory[PATH_MAX];
    snprintf(directory, sizeof directory, "%.*s", (int)strcspn(seen.out.text, "\n"), seen.out.text);
    ck_assert_ptr_nonnull(strstr(directory, "/brokenpipe-run-"));
    ck_assert_msg(access(directory, F_OK) == -1, "%s is still there", directory);
}

START_TEST(reduced_runs_remove_their_files)
{
    lose_namespaces();
    spec.reduced = true;
    RUN(SCRIPT("pwd; mkdir -p a/b; echo one >a/f; ln -s /usr l; mkfifo p"));
    expect_outcome("exit 0");
    expect_directory_gone();
}
END_TEST

START_TEST(reduced_runs_remove_closed_directories)
{
    lose_namespaces();
    spec.reduced = true;
    RUN(SCRIPT("pwd; mkdir a; echo one >a/f; chmod 000 a"));
    expect_outcome("exit 0");
    expect_directory_gone();
}
END_TEST

/* All that the program started shares a lock for as long as it lives. */
START_TEST(reduced_runs_kill_what_is_left)
{
    const char *path = temporary_path("lock");
    char script[PATH_MAX + 200];
    temporary_write_text(path, "");
    lose_namespaces();
    spec.reduced = true;
    spec.limits.grace_s = 0.1;
    snprintf(script, sizeof script,
             "exec 9<%s; flock -s 9; for i in 1 2 3 4 5; do"
             " setsid sh -c 'sleep 60 & setsid sleep 60 & sleep 60' & done; exit 4",
             path);
    RUN(SCRIPT(script));
    expect_outcome("exit 4");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ne(fd, -1);
    ck_assert_msg(flock(fd, LOCK_EX | LOCK_NB) == 0, "processes of the run are still alive");
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
    ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(run_under_a_knob_needs_a_world)
{
    lose_namespaces();
    struct call call = CALL(S("run"), S("--under"), S("small-pipes"), S("--"), S("true"));
    expect_status(call, 3);
    expect_in(call.err, "namespaces");
    release(call);
}
END_TEST

int main(void)
{
    return SUITE("reduced", without_namespaces_there_is_no_world,
                 reduced_runs_tell_how_the_program_ended, reduced_runs_remove_their_files,
                 reduced_runs_remove_closed_directories, reduced_runs_kill_what_is_left,
                 run_under_a_knob_needs_a_world);
}
