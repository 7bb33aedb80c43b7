/* check_limits.c - tests of the limits of a world: each is told by its name when it is crossed, and
 * what stays just below it ends as it would without. */
#include "inside.h"

/* Far more time than is needed: what ends these runs must be the limit. */
static void with_time(void)
{
    spec.limits.wall_s = 60;
    spec.limits.cpu_s = 60;
}

START_TEST(processes_up_to_the_limit)
{
    with_time();
    spec.limits.processes = 20;
    RUN(PROGRAM("use"), "processes", "20");
    expect_success("");
    RUN(PROGRAM("use"), "threads", "20");
    expect_success("");
}
END_TEST

START_TEST(one_process_too_many)
{
    with_time();
    spec.limits.processes = 20;
    RUN(PROGRAM("use"), "processes", "21");
    expect_outcome("limit processes");
    RUN(PROGRAM("use"), "threads", "21");
    expect_outcome("limit processes");
}
END_TEST

START_TEST(fork_bombs)
{
    with_time();
    spec.limits.processes = 50;
    RUN(PROGRAM("bomb"), "fork");
    expect_outcome("limit processes");
    RUN(PROGRAM("bomb"), "escape");
    expect_outcome("limit processes");
    RUN(PROGRAM("bomb"), "vfork");
    expect_outcome("limit processes");
}
END_TEST

/* What one world uses is not missing in the next. */
START_TEST(worlds_do_not_share_limits)
{
    with_time();
    spec.limits.processes = 20;
    RUN(PROGRAM("bomb"), "escape");
    RUN(PROGRAM("use"), "processes", "20");
    expect_success("");
}
END_TEST

static void expect_memory_limit(char *resource)
{
    with_time();
    spec.limits.memory_mib = 24;
    RUN(PROGRAM("use"), resource, "16");
    expect_success("");
    RUN(PROGRAM("use"), resource, "32");
    expect_outcome("limit memory");
}

START_TEST(memory_of_one_process)
{
    expect_memory_limit((char *)"memory");
}
END_TEST

START_TEST(memory_of_several_processes)
{
    with_time();
    spec.limits.memory_mib = 24;
    RUN(PROGRAM("use"), "memory", "16", "4");
    expect_success("");
    RUN(PROGRAM("use"), "memory", "32", "4");
    expect_outcome("limit memory");
}
END_TEST

START_TEST(memory_of_shared_mappings)
{
    expect_memory_limit((char *)"shared-mapping");
}
END_TEST

START_TEST(memory_of_segments)
{
    expect_memory_limit((char *)"segments");
}
END_TEST

START_TEST(memory_of_files_without_a_name)
{
    expect_memory_limit((char *)"memory-files");
}
END_TEST

/* What processes share counts once. */
START_TEST(shared_memory_counts_once)
{
    with_time();
    spec.limits.memory_mib = 24;
    RUN(PROGRAM("use"), "shared-mapping", "16", "3");
    expect_success("");
}
END_TEST

START_TEST(output_up_to_the_limit)
{
    with_time();
    spec.limits.output_kib = 100;
    RUN(PROGRAM("use"), "stdout", "102400");
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.out.length, 102400);
    ck_assert_uint_le(seen.out.kept, seen.out.length);
    ck_assert_uint_eq(seen.err.length, 0);
    RUN(PROGRAM("use"), "stderr", "102400");
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.err.length, 102400);
}
END_TEST

START_TEST(one_byte_of_output_too_many)
{
    with_time();
    spec.limits.output_kib = 100;
    RUN(PROGRAM("use"), "stdout", "102401");
    expect_outcome("limit output");
    RUN(PROGRAM("use"), "stderr", "102401");
    expect_outcome("limit output");
}
END_TEST

START_TEST(endless_output)
{
    with_time();
    RUN("/usr/bin/yes");
    expect_outcome("limit output");
    ck_assert_ptr_eq(strstr(seen.out.text, "y\ny\n"), seen.out.text);
    ck_assert_uint_gt(seen.out.length, 1 << 20);
    RUN(SCRIPT("exec cat /dev/zero >&2"));
    expect_outcome("limit output");
    ck_assert_uint_gt(seen.err.length, 1 << 20);
}
END_TEST

START_TEST(disk_below_the_limit)
{
    with_time();
    spec.limits.disk_mib = 4;
    RUN(PROGRAM("use"), "file", "4000000");
    expect_success("");
    RUN(SCRIPT("for i in 1 2 3; do head -c 1000000 /dev/zero >$i; done; rm 1 2 3"));
    expect_success("");
}
END_TEST

START_TEST(file_too_large)
{
    with_time();
    spec.limits.disk_mib = 4;
    RUN(PROGRAM("use"), "file", "5000000");
    expect_outcome("limit disk");
    RUN(PROGRAM("use"), "sparse-file", "1000000000000");
    expect_outcome("limit disk");
}
END_TEST

START_TEST(file_system_full)
{
    with_time();
    spec.limits.disk_mib = 4;
    RUN(SCRIPT("for i in 1 2 3 4 5; do head -c 1000000 /dev/zero >$i || exit 1; done 2>/dev/null"));
    expect_outcome("limit disk");
    RUN(SCRIPT("exec 2>/dev/null; cd /dev/shm;"
               "for i in 1 2 3 4 5; do head -c 1000000 /dev/zero >$i || exit 1; done"));
    expect_outcome("limit disk");
}
END_TEST

START_TEST(too_many_files)
{
    with_time();
    RUN(PROGRAM("litter"), "files", "100000");
    expect_outcome("limit disk");
}
END_TEST

/* A limit that is crossed is the outcome, also if the program is dead a moment later. */
START_TEST(limit_goes_before_deadlock)
{
    with_time();
    spec.limits.output_kib = 1;
    for (int i = 0; i < 10; i++) {
        RUN(SCRIPT("echo out; head -c 2000 /dev/zero; mkfifo f; : <f"));
        expect_outcome("limit output");
    }
}
END_TEST

int main(void)
{
    return SUITE("limits", processes_up_to_the_limit, one_process_too_many, fork_bombs,
                 worlds_do_not_share_limits, memory_of_one_process, memory_of_several_processes,
                 memory_of_shared_mappings, memory_of_segments, memory_of_files_without_a_name,
                 shared_memory_counts_once, output_up_to_the_limit, one_byte_of_output_too_many,
                 endless_output, disk_below_the_limit, file_too_large, file_system_full,
                 too_many_files, limit_goes_before_deadlock);
}
