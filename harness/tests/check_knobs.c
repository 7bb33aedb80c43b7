/* check_knobs.c - tests of what each knob of a world changes, as programs find it, and of what it
 * must not change: what a program may rely on, and what is judged of it. */
#include "inside.h"

#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Queues. */

static const char *const SYSCTLS = "cd /proc/sys; cat kernel/msgmnb kernel/msgmax "
                                   "fs/mqueue/msg_max fs/mqueue/msgsize_max";

START_TEST(queues_are_the_kernels_by_default)
{
    RUN(SCRIPT((char *)SYSCTLS));
    expect_success("16384\n8192\n10\n8192\n");
}
END_TEST

START_TEST(small_queues)
{
    spec.knobs.small_queues = true;
    RUN(SCRIPT((char *)SYSCTLS));
    expect_success("2048\n1024\n2\n512\n");
}
END_TEST

/* Sockets: world/sockets checks that everything arrives. */

START_TEST(small_sockets)
{
    static char *const buffers[] = {"/proc/sys/net/ipv4/tcp_rmem", "/proc/sys/net/ipv4/tcp_wmem"};
    char usual[64];
    RUN("/bin/cat", buffers[0], buffers[1]);
    expect_outcome("exit 0");
    snprintf(usual, sizeof usual, "%s", seen.out.text);
    RUN(PROGRAM("sockets"));
    expect_outcome("exit 0");
    ck_assert_ptr_eq(strstr(seen.out.text, "mtu 65536,"), seen.out.text);
    spec.knobs.small_sockets = true;
    RUN("/bin/cat", buffers[0], buffers[1]);
    expect_success("4096\t4096\t4096\n4096\t4096\t4096\n");
    ck_assert_str_ne(usual, seen.out.text);
    RUN(PROGRAM("sockets"));
    expect_outcome("exit 0");
    ck_assert_ptr_eq(strstr(seen.out.text, "mtu 1280,"), seen.out.text);
    ck_assert_ptr_nonnull(strstr(seen.out.text, "unix datagrams 2\n"));
}
END_TEST

/* Processors. */

START_TEST(one_cpu)
{
    cpu_set_t before, after;
    char all[32];
    ck_assert_int_eq(sched_getaffinity(0, sizeof before, &before), 0);
    snprintf(all, sizeof all, "%d\n", CPU_COUNT(&before));
    RUN("/usr/bin/nproc");
    expect_success(all);
    spec.knobs.one_cpu = true;
    RUN("/usr/bin/nproc");
    expect_success("1\n");
    ck_assert_int_eq(sched_getaffinity(0, sizeof after, &after), 0);
    ck_assert(CPU_EQUAL(&before, &after));
}
END_TEST

/* Descriptors. */

START_TEST(few_descriptors)
{
    RUN(PROGRAM("descriptors"));
    expect_success("1024, at most 4096\n");
    spec.knobs.few_descriptors = true;
    RUN(PROGRAM("descriptors"));
    expect_success("16, at most 16\n");
    RUN("/bin/ls", "/proc/self/fd");
    expect_success("0\n1\n2\n3\n");
}
END_TEST

/* Pipes: world/pipes holds them against pipe(2). */

static char *const PIPE_WAYS[] = {"flags",   "numbers", "failures", "full",  "ends",
                                  "packets", "owned",   "again",    "crowd", "killed"};

enum { N_PIPE_WAYS = sizeof PIPE_WAYS / sizeof PIPE_WAYS[0] };

static void expect_pipes(char *program, char *way)
{
    char page[32];
    snprintf(page, sizeof page, "%ld\n", sysconf(_SC_PAGESIZE));
    RUN(program, way);
    expect_success("65536\n");
    spec.knobs.small_pipes = true;
    RUN(program, way);
    expect_success(page);
}

START_TEST(small_pipes)
{
    expect_pipes(PROGRAM("pipes"), PIPE_WAYS[_i]);
}
END_TEST

/* A static program loads no library. */
START_TEST(small_pipes_of_static_programs)
{
    char *program = (char *)temporary_path("pipes"), command[2 * PATH_MAX];
    snprintf(command, sizeof command,
             "cc -static -D_GNU_SOURCE -pthread -o %s " SOURCE_DIR "/harness/tests/world/pipes.c",
             program);
    ck_assert_int_eq(system(command), 0);
    expect_pipes(program, (char *)"flags");
}
END_TEST

/* Shells make pipes too, and open them again by name. */
START_TEST(small_pipes_of_shells)
{
    spec.knobs.small_pipes = true;
    RUN("/bin/bash", "-c", "seq 20000 | sort -n | tail -n 1; cat <(echo once) <(echo again)");
    expect_success("20000\nonce\nagain\n");
}
END_TEST

START_TEST(small_pipes_and_few_descriptors)
{
    spec.knobs.small_pipes = true;
    spec.knobs.few_descriptors = true;
    RUN(PROGRAM("pipes"), "fill");
    expect_success("6 pipes\n");
}
END_TEST

/* A program whose calls signals interrupt at every moment either sees nothing of what the harness
 * does with them, or cannot be run: it is never made to fail. */
START_TEST(small_pipes_invent_no_interruption)
{
    char *argv[] = {BUILD_DIR "/tests/live/pipe-interrupted", NULL};
    struct error error;
    spec.knobs.small_pipes = true;
    spec.argv = argv;
    if (world_run(&spec, &seen, &error) == 0)
        expect_success("");
    else
        ck_assert_msg(strstr(error.text, "a signal came while") != NULL, "%s", error.text);
    RUN(BUILD_DIR "/tests/live/pipe-restarted");
    expect_success("");
}
END_TEST

/* Who is dead is dead, and it is still known where the pipe was made. */
START_TEST(small_pipes_are_explained)
{
    spec.knobs.small_pipes = true;
    RUN(BUILD_DIR "/tests/dead/pipe-full-wait");
    expect_outcome("deadlock");
    const char *lesson = seen.explanation.lesson;
    if (lesson == NULL || strstr(lesson, "from pipe() at pipe-full-wait.c:") == NULL)
        fail_seen("it is not told where the pipe was made");
}
END_TEST

/* Standard output: whatever it is, everything is kept, and nobody waits for who reads it. */

static const enum stdout_kind READ_KINDS[] = {STDOUT_PIPE, STDOUT_TERMINAL};

enum { N_READ_KINDS = sizeof READ_KINDS / sizeof READ_KINDS[0], OFTEN = 20 };

START_TEST(stdout_kinds)
{
    static const char *const told[] = {"file no terminal\n", "pipe no terminal\n",
                                       "device /dev/pts/0\n"};
    RUN(PROGRAM("output"), "kind");
    expect_success(told[STDOUT_FILE]);
    for (int kind = 0; kind < STDOUT_KINDS; kind++) {
        spec.knobs.stdout_kind = (enum stdout_kind)kind;
        RUN(PROGRAM("output"), "kind");
        expect_success(told[kind]);
        RUN(PROGRAM("output"), "by-name");
        expect_success("by name\n");
        RUN("/bin/ls", "-1", "/proc/self/fd");
        expect_success("0\n1\n2\n3\n");
        RUN(SCRIPT(": </dev/tty || exit 7")); /* still no controlling terminal */
        expect_outcome("exit 2");
    }
}
END_TEST

START_TEST(stdout_kinds_have_names)
{
    for (int kind = 0; kind < STDOUT_KINDS; kind++)
        ck_assert_int_eq(stdout_kind_parse(stdout_kind_name((enum stdout_kind)kind)), kind);
    ck_assert_int_eq(stdout_kind_parse("file"), STDOUT_FILE);
    ck_assert_int_eq(stdout_kind_parse("tty"), -1);
    ck_assert_int_eq(stdout_kind_parse(""), -1);
}
END_TEST

START_TEST(output_is_kept_as_written)
{
    char written[256 + 5];
    for (int i = 0; i < 256; i++)
        written[i] = (char)i;
    memcpy(written + 256, "\n\r\n\t\n", 5);
    spec.knobs.stdout_kind = READ_KINDS[_i];
    RUN(PROGRAM("output"), "bytes");
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.out.length, sizeof written);
    ck_assert_uint_eq(seen.out.kept, sizeof written);
    ck_assert_mem_eq(seen.out.text, written, sizeof written);
}
END_TEST

START_TEST(long_output_is_kept_whole)
{
    spec.knobs.stdout_kind = READ_KINDS[_i];
    for (int run = 0; run < OFTEN; run++) {
        RUN(PROGRAM("output"), "child", "300000");
        expect_outcome("exit 0");
        ck_assert_uint_eq(seen.out.length, 300000);
    }
}
END_TEST

/* Whoever waits for room, or for a signal that tells of it, gets it: that is no deadlock. */
START_TEST(room_is_made)
{
    static char *const ways[] = {"signal", "room", "replaced"};
    spec.knobs.stdout_kind = READ_KINDS[_i];
    spec.limits.output_kib = 65536;
    for (int run = 0; run < OFTEN; run++)
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            RUN(PROGRAM("output"), ways[i]);
            expect_outcome("exit 0");
        }
}
END_TEST

START_TEST(deadlock_after_output)
{
    spec.knobs.stdout_kind = READ_KINDS[_i];
    for (int run = 0; run < OFTEN; run++) {
        RUN(PROGRAM("output"), "dead", "200000");
        expect_outcome("deadlock");
        ck_assert_uint_eq(seen.out.length, 200000);
    }
}
END_TEST

/* The run ends with its main process and the time of grace, whoever keeps the output open. */
START_TEST(nobody_waits_for_the_end_of_output)
{
    spec.knobs.stdout_kind = READ_KINDS[_i];
    spec.limits.wall_s = 60;
    RUN(PROGRAM("output"), "kept", "100000");
    expect_outcome("exit 0");
    expect_left("process output (pid 3)\n");
    ck_assert_uint_eq(seen.out.length, 100000);
    ck_assert(seen.wall_ms < 10000);
}
END_TEST

START_TEST(output_has_its_limit)
{
    spec.knobs.stdout_kind = READ_KINDS[_i];
    spec.limits.wall_s = 60;
    spec.limits.cpu_s = 60;
    spec.limits.output_kib = 100;
    RUN(PROGRAM("output"), "child", "102400");
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.out.length, 102400);
    RUN(PROGRAM("output"), "child", "102401");
    expect_outcome("limit output");
    RUN("/usr/bin/yes");
    expect_outcome("limit output");
    ck_assert_ptr_eq(strstr(seen.out.text, "y\ny\n"), seen.out.text);
}
END_TEST

START_TEST(nothing_leaks)
{
    int before = count_descriptors();
    for (int kind = 0; kind < STDOUT_KINDS; kind++) {
        spec.knobs = (struct world_knobs){.small_pipes = true,
                                          .few_descriptors = true,
                                          .small_sockets = true,
                                          .stdout_kind = (enum stdout_kind)kind};
        RUN(PROGRAM("pipes"), "killed");
        expect_outcome("exit 0");
        RUN(PROGRAM("output"), "kept", "100000");
        expect_outcome("exit 0");
        RUN(BUILD_DIR "/tests/dead/pipe-full-wait");
        expect_outcome("deadlock");
        RUN("/usr/bin/yes");
        expect_outcome("limit output");
        ck_assert_int_eq(count_descriptors(), before);
        ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
    }
}
END_TEST

int main(void)
{
    TCase *knobs = tcase_create("knobs");
    tcase_set_timeout(knobs, 60);
    tcase_add_checked_fixture(knobs, world_begin, world_end);
    const TTest *const once[] = {queues_are_the_kernels_by_default,
                                 small_queues,
                                 small_sockets,
                                 one_cpu,
                                 few_descriptors,
                                 small_pipes_of_static_programs,
                                 small_pipes_of_shells,
                                 small_pipes_and_few_descriptors,
                                 small_pipes_invent_no_interruption,
                                 small_pipes_are_explained,
                                 stdout_kinds,
                                 stdout_kinds_have_names,
                                 nothing_leaks};
    const TTest *const of_each_kind[] = {
        output_is_kept_as_written, long_output_is_kept_whole,          room_is_made,
        deadlock_after_output,     nobody_waits_for_the_end_of_output, output_has_its_limit};
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
        tcase_add_test(knobs, once[i]);
    tcase_add_loop_test(knobs, small_pipes, 0, N_PIPE_WAYS);
    for (size_t i = 0; i < sizeof of_each_kind / sizeof of_each_kind[0]; i++)
        tcase_add_loop_test(knobs, of_each_kind[i], 0, N_READ_KINDS);
    Suite *suite = suite_create("knobs");
    suite_add_tcase(suite, knobs);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
