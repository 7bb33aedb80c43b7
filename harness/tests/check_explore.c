/* check_explore.c - tests of the explorer: what it finds, what it never finds, and what it says of
 * its way there. See explored.h; its programs are those of tests/explored. */
#include "explored.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* -- Failures that only some schedules show. -- */

START_TEST(two_locks_in_both_orders_meet)
{
    static char *const kinds[] = {"semop", "sem", "shared", "mutex"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EXPLORE(SOON, PROGRAM("abba"), kinds[i]);
        expect_found(FAILURE_OUTCOME, "deadlock");
        ck_assert_uint_gt(found.observation.explanation.n_waits, 1);
    }
}
END_TEST

START_TEST(each_strategy_finds_them)
{
    static const enum strategy_kind kinds[] = {STRATEGY_DFS, STRATEGY_RANDOM, STRATEGY_PCT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        options.strategies = ONLY(kinds[i]);
        EXPLORE(SOON, PROGRAM("abba"), "semop");
        expect_found(FAILURE_OUTCOME, "deadlock");
        ck_assert_int_eq(found.by, kinds[i]);
        ck_assert_uint_eq(found.coverage.by_strategy[kinds[i]], found.coverage.schedules);
    }
    options.strategies = ONLY(STRATEGY_NONPREEMPTIVE);
    EXPLORE(SOON, PROGRAM("abba"), "semop");
    expect_nothing_found();
    ck_assert_uint_eq(found.coverage.schedules, 1);
}
END_TEST

START_TEST(a_signal_between_look_and_pause_is_lost)
{
    EXPLORE(SOON, PROGRAM("await-signal"));
    expect_found(FAILURE_OUTCOME, "deadlock");
}
END_TEST

START_TEST(a_fifo_is_opened_once_too_often)
{
    EXPLORE(SOON, PROGRAM("fifo-reopened"));
    expect_found(FAILURE_OUTCOME, "deadlock");
}
END_TEST

START_TEST(a_descriptor_goes_to_the_wrong_child)
{
    EXPLORE(SOON, PROGRAM("pipe-inherited"));
    expect_found(FAILURE_OUTCOME, "deadlock");
}
END_TEST

START_TEST(an_update_is_lost)
{
    EXPLORE(SOON, PROGRAM("count-shared"));
    expect_found(FAILURE_OUTCOME, "exit 1");
    EXPLORE(SOON, PROGRAM("count-shared"), "print");
    expect_found(FAILURE_DIFFERS, "exit 0");
    ck_assert_str_eq(found.first.out.text, "sum 2\n");
    ck_assert_str_eq(found.observation.out.text, "sum 1\n");
}
END_TEST

START_TEST(two_ends_of_children_are_one_signal)
{
    EXPLORE(SOON, PROGRAM("reap"));
    expect_found(FAILURE_OUTCOME, "deadlock");
}
END_TEST

START_TEST(a_sleep_guarantees_nothing)
{
    EXPLORE(SOON, PROGRAM("sleep-fix"));
    expect_found(FAILURE_OUTCOME, "exit 1");
    options.sleeps_take_time = true;
    EXPLORE(SOON, PROGRAM("sleep-fix"));
    expect_nothing_found();
}
END_TEST

START_TEST(a_call_is_interrupted_by_another_childs_end)
{
    EXPLORE(SOON, PROGRAM("interrupted"), "read");
    expect_found(FAILURE_OUTCOME, "exit 1");
    EXPLORE(SOON, PROGRAM("interrupted"), "semop");
    expect_found(FAILURE_OUTCOME, "exit 1");
}
END_TEST

START_TEST(two_flags_are_up_for_ever)
{
    spec.limits.cpu_s = 0.2;
    EXPLORE(SOON, PROGRAM("busy-wait"));
    expect_found(FAILURE_OUTCOME, "livelock");
}
END_TEST

START_TEST(all_is_found_without_priorities_too)
{
    options.ordinary = true;
    spec.limits.cpu_s = 0.2;
    two_locks_in_both_orders_meet_fn(0);
    ck_assert(!found.coverage.real_time);
    a_signal_between_look_and_pause_is_lost_fn(0);
    a_fifo_is_opened_once_too_often_fn(0);
    a_descriptor_goes_to_the_wrong_child_fn(0);
    an_update_is_lost_fn(0);
    two_ends_of_children_are_one_signal_fn(0);
    a_call_is_interrupted_by_another_childs_end_fn(0);
    two_flags_are_up_for_ever_fn(0);
}
END_TEST

START_TEST(what_is_left_is_a_failure)
{
    EXPLORE(SOON, BUILD_DIR "/tests/world/leave", "file");
    expect_found(FAILURE_LEFT, "exit 0");
    EXPLORE(SOON, BUILD_DIR "/tests/world/leave", "msg");
    expect_found(FAILURE_LEFT, "exit 0");
}
END_TEST

static bool says_during(void *wanted, const struct observation *o)
{
    return strcmp(o->out.text, wanted) == 0;
}

START_TEST(something_else_can_be_looked_for)
{
    static char *const words[] = {"before\n", "during\n"};
    options.found = says_during;
    for (size_t i = 0; i < 2; i++) {
        options.context = words[i];
        EXPLORE(SOON, PROGRAM("two-ends"));
        expect_found(FAILURE_OUTCOME, "exit 0");
        ck_assert_str_eq(found.observation.out.text, words[i]);
    }
}
END_TEST

START_TEST(short_reads_are_made_on_demand)
{
    EXPLORE(SOON, PROGRAM("one-read"));
    expect_nothing_found();
    options.short_reads = true;
    EXPLORE(SOON, PROGRAM("one-read"));
    expect_found(FAILURE_OUTCOME, "exit 1");
    EXPLORE(SOON, PROGRAM("one-read"), "loop");
    expect_nothing_found();
}
END_TEST

/* -- Programs without a fault. -- */

START_TEST(correct_programs_are_never_accused)
{
    enum { MANY = 300 };
    static char *const names[] = {"pipe-ping-pong", "mq-ping-pong", "locks-handed-over"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s%s", LIVE(""), names[i]);
        EXPLORE(MANY, path);
        expect_nothing_found();
    }
    EXPLORE(MANY, PROGRAM("handshake"));
    expect_nothing_found();
    EXPLORE(MANY, PROGRAM("tcp-server"));
    expect_nothing_found();
    EXPLORE(MANY, PROGRAM("lock-file"));
    expect_nothing_found();
}
END_TEST

START_TEST(what_a_program_can_see_is_the_same_every_time)
{
    EXPLORE(60, PROGRAM("surroundings"));
    expect_nothing_found();
    ck_assert_uint_gt(found.first.out.length, 0);
    ck_assert_uint_gt(found.coverage.distinct, 1);
}
END_TEST

START_TEST(nothing_comes_from_outside)
{
    EXPLORE(20, SCRIPT("cat; read line; echo \"read: $?\""));
    expect_nothing_found();
    ck_assert_str_eq(found.first.out.text, "read: 1\n");
}
END_TEST

START_TEST(a_pipeline_of_the_shell_is_right)
{
    EXPLORE(60, SCRIPT("echo hello | cat | tr a-z A-Z | wc -c"));
    expect_nothing_found();
    ck_assert_str_eq(found.first.out.text, "6\n");
}
END_TEST

/* -- Other builds of a program. -- */

/* Compiles a program of tests/explored into `temporary`; NULL if that cannot be done here. */
static char *build_anew(const char *name, const char *flags)
{
    static char path[PATH_MAX];
    char command[3 * PATH_MAX];
    ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", temporary, name), PATH_MAX);
    snprintf(command, sizeof command,
             "gcc -D_GNU_SOURCE -O1 -g -pthread %s -o '%s' '%s/harness/tests/explored/%s.c' "
             "2>/dev/null",
             flags, path, SOURCE_DIR, name);
    return system(command) == 0 ? path : NULL;
}

START_TEST(a_static_program_is_explored)
{
    char *program = build_anew("abba", "-static");
    if (program == NULL)
        return; /* no static C library here */
    EXPLORE(SOON, program, "semop");
    expect_found(FAILURE_OUTCOME, "deadlock");
    program = build_anew("await-signal", "-static");
    EXPLORE(SOON, program, "safely");
    expect_nothing_found();
}
END_TEST

START_TEST(a_sanitized_program_is_explored)
{
    char *program = build_anew("abba", "-fsanitize=address,undefined");
    if (program == NULL)
        return; /* no sanitizers here */
    EXPLORE(SOON, program, "sem");
    expect_found(FAILURE_OUTCOME, "deadlock");
    EXPLORE(SOON, program, "mutex");
    expect_found(FAILURE_OUTCOME, "deadlock");
}
END_TEST

/* -- Bounds, seeds, coverage. -- */

START_TEST(a_small_program_is_exhausted)
{
    options.strategies = ONLY(STRATEGY_DFS);
    EXPLORE(1000, PROGRAM("await-signal"), "safely");
    expect_nothing_found();
    ck_assert_int_ge(found.coverage.exhausted, 2);
    ck_assert_uint_lt(found.coverage.schedules, 1000);
    ck_assert_uint_eq(found.coverage.distinct, found.coverage.schedules);
}
END_TEST

static uint64_t fingerprint(uint64_t seed)
{
    options.seed = seed;
    EXPLORE(60, PROGRAM("handshake"));
    expect_nothing_found();
    ck_assert_uint_eq(found.coverage.schedules, 60);
    return found.coverage.fingerprint;
}

START_TEST(the_seed_decides_the_way)
{
    uint64_t first = fingerprint(1);
    ck_assert_uint_eq(fingerprint(1), first);
    ck_assert_uint_ne(fingerprint(2), first);
}
END_TEST

static void count_calls(void *calls, const struct explore_coverage *so_far)
{
    ck_assert_uint_eq(so_far->schedules, ++*(size_t *)calls);
}

START_TEST(it_ends_with_its_budget)
{
    size_t calls = 0;
    options.budget_s = 0.2;
    options.progress = count_calls;
    options.context = &calls;
    EXPLORE(0, PROGRAM("handshake"));
    expect_nothing_found();
    ck_assert_uint_eq(calls, found.coverage.schedules);
    ck_assert_uint_gt(calls, 1);
    ck_assert_double_ge(found.coverage.seconds, 0.2);
    ck_assert_double_lt(found.coverage.seconds, 5);
    calls = 0;
    EXPLORE(7, PROGRAM("handshake"));
    ck_assert_uint_eq(calls, 7);
}
END_TEST

START_TEST(a_program_that_cannot_be_run_is_no_failure)
{
    struct error error;
    spec.argv = (char *const[]){PROGRAM("no-such-program"), NULL};
    ck_assert_int_eq(explore(&spec, &options, &found, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "no-such-program"));
}
END_TEST

/* -- What an explorer leaves when it is killed. -- */

static char name_of_spinner[16];

static void explore_a_spinner(void)
{
    struct error error;
    spec.argv = (char *const[]){PROGRAM("spin"), "for-ever", name_of_spinner, NULL};
    spec.limits.cpu_s = 60;
    explore(&spec, &options, &found, &error);
    _exit(1);
}

/* Whether a process of that name, or one that is to become it, runs anywhere. */
static bool anybody_is(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "pgrep -x %s >/dev/null", name);
    return system(command) == 0;
}

static void await_somebody(const char *name, bool there)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    while (anybody_is(name) != there)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
}

/* Alone of its name: other tests of this kind may run beside this one. */
START_TEST(a_killed_explorer_leaves_nobody)
{
    snprintf(name_of_spinner, sizeof name_of_spinner, "spin-%d", (int)getpid());
    pid_t explorer = fork();
    ck_assert_int_ne(explorer, -1);
    if (explorer == 0)
        explore_a_spinner();
    await_somebody(name_of_spinner, true);
    ck_assert_int_eq(kill(explorer, SIGKILL), 0);
    ck_assert_int_eq(waitpid(explorer, NULL, 0), explorer);
    await_somebody(name_of_spinner, false);
}
END_TEST

int main(void)
{
    return EXPLORED_SUITE(
        "explore", two_locks_in_both_orders_meet, each_strategy_finds_them,
        a_signal_between_look_and_pause_is_lost, a_fifo_is_opened_once_too_often,
        a_descriptor_goes_to_the_wrong_child, an_update_is_lost,
        two_ends_of_children_are_one_signal, a_sleep_guarantees_nothing,
        a_call_is_interrupted_by_another_childs_end, two_flags_are_up_for_ever,
        all_is_found_without_priorities_too, what_is_left_is_a_failure,
        something_else_can_be_looked_for, short_reads_are_made_on_demand,
        correct_programs_are_never_accused, what_a_program_can_see_is_the_same_every_time,
        nothing_comes_from_outside, a_pipeline_of_the_shell_is_right, a_static_program_is_explored,
        a_sanitized_program_is_explored, a_small_program_is_exhausted, the_seed_decides_the_way,
        it_ends_with_its_budget, a_program_that_cannot_be_run_is_no_failure,
        a_killed_explorer_leaves_nobody);
}
