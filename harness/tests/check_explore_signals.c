/* check_explore_signals.c - tests of signals in explored programs: they arrive before calls and
 * during them, as they could, and never otherwise. See explored.h. */
#include "explored.h"

enum { MANY = 200 };

START_TEST(a_signal_arrives_before_a_call_or_during_it)
{
    bool before = false, during = false;
    EXPLORE(SOON, PROGRAM("two-ends"));
    expect_found(FAILURE_DIFFERS, "exit 0");
    const char *const said[] = {found.first.out.text, found.observation.out.text};
    for (size_t i = 0; i < 2; i++) {
        before |= strcmp(said[i], "before\n") == 0;
        during |= strcmp(said[i], "during\n") == 0;
    }
    ck_assert(before && during);
}
END_TEST

START_TEST(a_call_is_begun_anew_where_the_program_says_so)
{
    EXPLORE(MANY, PROGRAM("interrupted"), "read", "restart");
    expect_nothing_found();
    EXPLORE(SOON, PROGRAM("interrupted"), "semop", "restart");
    expect_found(FAILURE_OUTCOME, "exit 1");
}
END_TEST

START_TEST(what_waits_as_it_should_loses_no_signal)
{
    EXPLORE(MANY, PROGRAM("await-signal"), "safely");
    expect_nothing_found();
    EXPLORE(MANY, PROGRAM("reap"), "all");
    expect_nothing_found();
}
END_TEST

START_TEST(calls_that_do_not_wait_are_not_interrupted)
{
    EXPLORE(MANY, PROGRAM("bombarded"));
    expect_nothing_found();
    options.ordinary = true;
    EXPLORE(MANY, PROGRAM("bombarded"));
    expect_nothing_found();
}
END_TEST

/* Errno 513 is the kernel's own. A program sees it if it is said to have a signal and has none. */

START_TEST(a_signal_that_another_thread_takes_disturbs_nobody)
{
    static char *const kinds[] = {"thread", "descriptor", "ignored"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EXPLORE(MANY, PROGRAM("consumed"), kinds[i]);
        expect_nothing_found();
    }
    EXPLORE(MANY, PROGRAM("either-thread"));
    expect_nothing_found();
}
END_TEST

/* Signals that are caught and let through are another matter: the kernel itself interrupts the wait
 * for the scheduler's answer, if the tracer has held the task at the beginning of its call. */
START_TEST(a_traced_program_is_explored)
{
    EXPLORE(30, "/usr/bin/strace", "-f", "-o", "/dev/null", PROGRAM("await-signal"), "safely");
    expect_nothing_found();
    EXPLORE(30, "/usr/bin/strace", "-f", "-o", "/dev/null", PROGRAM("one-read"), "loop");
    expect_nothing_found();
}
END_TEST

START_TEST(children_are_stopped_and_killed)
{
    static char *const kinds[] = {"stop", "quit", "abort", "kill"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EXPLORE(MANY, PROGRAM("job"), kinds[i]);
        expect_nothing_found();
    }
}
END_TEST

START_TEST(the_shell_controls_its_jobs)
{
    options.sleeps_take_time = true;
    EXPLORE(30, SCRIPT("set -m; sleep 1000 & kill -STOP %1; kill -CONT %1; kill -KILL %1; "
                       "wait %1; echo $?"));
    expect_nothing_found();
    ck_assert_str_eq(found.first.out.text, "137\n");
}
END_TEST

int main(void)
{
    return EXPLORED_SUITE(
        "explore-signals", a_signal_arrives_before_a_call_or_during_it,
        a_call_is_begun_anew_where_the_program_says_so, what_waits_as_it_should_loses_no_signal,
        calls_that_do_not_wait_are_not_interrupted,
        a_signal_that_another_thread_takes_disturbs_nobody, a_traced_program_is_explored,
        children_are_stopped_and_killed, the_shell_controls_its_jobs);
}
