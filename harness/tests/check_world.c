/* check_world.c - tests of what a world is to the program that runs in it: how its end is told,
 * what it finds; and that a run which cannot be made is refused. */
#include "inside.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a program ended. */

START_TEST(exit_status_is_told)
{
    RUN("/bin/true");
    expect_success("");
    RUN(SCRIPT("exit 1"));
    expect_outcome("exit 1");
    RUN(SCRIPT("exit 255"));
    expect_outcome("exit 255");
    ck_assert_uint_eq(seen.isolation, ISOLATION_FULL);
    ck_assert_uint_eq(seen.explanation.n_waits, 0);
    ck_assert_uint_eq(seen.n_left, 0);
    ck_assert_ptr_null(seen.note);
    ck_assert_ptr_null(seen.kept);
}
END_TEST

START_TEST(signal_is_told)
{
    static const char *const names[] = {"TERM", "KILL", "SEGV", "ABRT", "PIPE", "ALRM", "HUP"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char script[64], outcome[64];
        snprintf(script, sizeof script, "kill -%s $$", names[i]);
        snprintf(outcome, sizeof outcome, "signal %s", names[i]);
        RUN(SCRIPT(script));
        expect_outcome(outcome);
        expect_left("");
    }
}
END_TEST

/* A shell's 128 + N is an exit status, and the end of a child is not the end of the program. */
START_TEST(end_of_a_child_is_not_the_programs)
{
    RUN(SCRIPT("sh -c 'kill -SEGV $$'; exit $?"));
    expect_outcome("exit 139");
    RUN(SCRIPT("(exit 5) & wait $!; exit 0"));
    expect_success("");
}
END_TEST

START_TEST(deadlock_is_told)
{
    RUN(PROGRAM("stuck"), "child");
    expect_outcome("deadlock");
    ck_assert(seen.verdict_ms >= 0);
}
END_TEST

/* What stays blocked behind the main process is left, never a deadlock: at no moment between its
 * end and the news of it. */
START_TEST(blocked_orphan_is_no_deadlock)
{
    for (int run = 0; run < 50; run++) {
        RUN(PROGRAM("leave"), "process");
        expect_outcome("exit 0");
        expect_left("process worker (pid 3)\n");
    }
}
END_TEST

START_TEST(livelock_is_told)
{
    spec.limits.cpu_s = 0.1;
    RUN(PROGRAM("use"), "cpu", "60000");
    expect_outcome("livelock");
    ck_assert(seen.cpu_ms >= 90);
    RUN(PROGRAM("use"), "cpu", "60000", "4");
    expect_outcome("livelock");
}
END_TEST

START_TEST(cpu_below_the_budget_is_no_livelock)
{
    spec.limits.cpu_s = 10;
    spec.limits.wall_s = 60;
    RUN(PROGRAM("use"), "cpu", "30");
    expect_success("");
    ck_assert(seen.cpu_ms >= 25);
}
END_TEST

START_TEST(timeout_is_told)
{
    spec.limits.wall_s = 0.2;
    RUN("/bin/sleep", "60");
    expect_outcome("timeout");
    ck_assert(seen.wall_ms >= 200);
    ck_assert(seen.verdict_ms < 0);
    expect_left("");
}
END_TEST

START_TEST(output_is_kept_as_written)
{
    RUN(SCRIPT("printf 'one\\000two\\377'; echo three >&2"));
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.out.length, 8);
    ck_assert_uint_eq(seen.out.kept, 8);
    ck_assert_mem_eq(seen.out.text, "one\0two\377", 9);
    ck_assert_str_eq(seen.err.text, "three\n");
}
END_TEST

/* What the program finds. */

START_TEST(stdin_is_empty)
{
    RUN("/bin/cat");
    expect_success("");
}
END_TEST

START_TEST(environment_is_clean)
{
    ck_assert_int_eq(setenv("SECRET", "known to the harness", 1), 0);
    RUN("/usr/bin/env");
    expect_success("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin\n"
                   "HOME=/tmp\nLC_ALL=C.UTF-8\nTERM=dumb\n");
}
END_TEST

/* The descriptor 3 is the one by which ls reads the directory. */
START_TEST(no_descriptor_leaks_in)
{
    ck_assert_int_eq(dup2(STDERR_FILENO, 63), 63);
    RUN("/bin/ls", "/proc/self/fd");
    expect_success("0\n1\n2\n3\n");
}
END_TEST

START_TEST(no_signal_is_blocked_or_ignored)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 3);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    ck_assert(signal(SIGINT, SIG_IGN) != SIG_ERR);
    RUN("/bin/sed", "-n", "/^Sig[PBIC]/p; /^ShdPnd/p", "/proc/self/status");
    expect_success("SigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n"
                   "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
                   "SigCgt:\t0000000000000000\n");
}
END_TEST

START_TEST(no_controlling_terminal)
{
    RUN(SCRIPT("exec 2>/dev/null; tty; : </dev/tty || exit 7"));
    expect_outcome("exit 2");
    ck_assert_str_eq(seen.out.text, "not a tty\n");
}
END_TEST

/* Fields 5 to 8 of stat are process group, session, terminal and its foreground group. */
START_TEST(session_of_its_own)
{
    RUN(SCRIPT("exec cut -d ' ' -f 1,5-8 /proc/self/stat"));
    expect_success("2 2 2 0 -1\n");
}
END_TEST

START_TEST(ordinary_user_without_capabilities)
{
    RUN("/usr/bin/id");
    expect_outcome("exit 0");
    ck_assert_ptr_eq(strstr(seen.out.text, "uid=1000"), seen.out.text);
    ck_assert_ptr_nonnull(strstr(seen.out.text, " gid=1000"));
    RUN("/bin/grep", "-E", "^Cap(Inh|Prm|Eff|Amb)|^NoNewPrivs", "/proc/self/status");
    expect_success("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\n"
                   "CapEff:\t0000000000000000\nCapAmb:\t0000000000000000\n"
                   "NoNewPrivs:\t1\n");
}
END_TEST

START_TEST(starts_in_an_empty_directory)
{
    RUN(SCRIPT("pwd; ls -A /tmp /dev/shm /dev/mqueue"));
    expect_success("/tmp\n/dev/mqueue:\n\n/dev/shm:\n\n/tmp:\n");
}
END_TEST

START_TEST(only_its_own_processes)
{
    RUN(SCRIPT("echo $$ $PPID; cd /proc; echo [0-9]*"));
    expect_success("2 1\n1 2\n");
}
END_TEST

START_TEST(only_the_loopback_interface)
{
    RUN(SCRIPT("tail -n +3 /proc/net/dev | cut -d : -f 1; hostname"));
    expect_success("    lo\nworld\n");
}
END_TEST

START_TEST(no_core_file)
{
    RUN(SCRIPT("ulimit -c unlimited 2>/dev/null; ulimit -H -c; kill -QUIT $$"));
    expect_outcome("signal QUIT");
    ck_assert_str_eq(seen.out.text, "0\n");
    expect_left("");
}
END_TEST

START_TEST(files_can_be_written)
{
    RUN(SCRIPT("echo tmp >/tmp/f && echo shm >/dev/shm/f && echo null >/dev/null &&"
               "cat /tmp/f /dev/shm/f && rm /tmp/f /dev/shm/f"));
    expect_success("tmp\nshm\n");
}
END_TEST

/* Runs that cannot be made. */

/* Refused with a sentence that has `part` in it, and nothing is seen. */
static void expect_refused(char *path, const char *part)
{
    char *argv[] = {path, NULL};
    struct error error = {.text = ""};
    spec.argv = argv;
    ck_assert_int_eq(world_run(&spec, &seen, &error), -1);
    ck_assert_msg(strstr(error.text, part) != NULL, "no \"%s\" in: %s", part, error.text);
    ck_assert_msg(path == NULL || strstr(error.text, path) != NULL, "no path in: %s", error.text);
    ck_assert_ptr_null(seen.out.text);
    ck_assert_ptr_null(seen.note);
    ck_assert_uint_eq(seen.n_left + seen.explanation.n_waits, 0);
}

static char *make_program(const char *name, const char *text, mode_t mode)
{
    char *path = (char *)temporary_path("%s", name);
    temporary_write_text(path, text);
    ck_assert_int_eq(chmod(path, mode), 0);
    return path;
}

START_TEST(what_cannot_be_run_is_refused)
{
    expect_refused(NULL, "cannot run nothing: not an absolute path");
    expect_refused((char *)"true", "not an absolute path");
    expect_refused((char *)"", "not an absolute path");
    expect_refused((char *)temporary_path("none"), "No such file or directory");
    expect_refused(temporary, "not a regular file");
    expect_refused((char *)"/dev/null", "not a regular file");
    expect_refused(make_program("plain", "#!/bin/sh\n", 0644), "not executable");
    expect_refused(make_program("torn", "neither ELF nor script\n", 0755), "Exec format error");
    expect_refused(make_program("lost", "#!/no/such/shell\n", 0755), "No such file or directory");
}
END_TEST

START_TEST(nothing_leaks)
{
    char *torn = make_program("torn", "neither ELF nor script\n", 0755);
    int before = count_descriptors();
    for (int i = 0; i < 7; i++) {
        RUN("/bin/true");
        RUN(PROGRAM("stuck"), "child");
        observation_free(&seen);
        expect_refused(torn, "Exec format error");
        expect_refused((char *)"/none", "No such file");
        ck_assert_int_eq(count_descriptors(), before);
        ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
        ck_assert_int_eq(errno, ECHILD);
    }
}
END_TEST

int main(void)
{
    return SUITE("world", exit_status_is_told, signal_is_told, end_of_a_child_is_not_the_programs,
                 deadlock_is_told, blocked_orphan_is_no_deadlock, livelock_is_told,
                 cpu_below_the_budget_is_no_livelock, timeout_is_told, output_is_kept_as_written,
                 stdin_is_empty, environment_is_clean, no_descriptor_leaks_in,
                 no_signal_is_blocked_or_ignored, no_controlling_terminal, session_of_its_own,
                 ordinary_user_without_capabilities, starts_in_an_empty_directory,
                 only_its_own_processes, only_the_loopback_interface, no_core_file,
                 files_can_be_written, what_cannot_be_run_is_refused, nothing_leaks);
}
