/* check_explore_time.c - tests of time in explored programs: it passes when all wait for it, and
 * what computes for ever is told. See explored.h. */
#include "explored.h"

static char *const limits[] = {"poll",    "select", "epoll", "sem",   "cond",   "mq",      "semop",
                               "sigwait", "recv",   "alarm", "timer", "itimer", "timerfd", "sleep"};

/* In no time, if the seconds that the program counts are not ours. */
START_TEST(fifty_seconds_pass_at_once)
{
    for (size_t i = 0; i < 2 * sizeof limits / sizeof limits[0]; i++) {
        options.sleeps_take_time = i % 2 == 1;
        EXPLORE(10, PROGRAM("limits"), limits[i / 2]);
        expect_nothing_found();
    }
}
END_TEST

START_TEST(clocks_go_with_the_sleeps)
{
    EXPLORE(100, PROGRAM("sleepers"));
    expect_nothing_found();
    options.sleeps_take_time = true;
    EXPLORE(100, PROGRAM("sleepers"));
    expect_nothing_found();
}
END_TEST

START_TEST(the_shorter_sleep_ends_first_if_sleeps_take_time)
{
    options.sleeps_take_time = true;
    EXPLORE(SOON, PROGRAM("two-sleeps"));
    expect_nothing_found();
    ck_assert_str_eq(found.first.out.text, "first\nsecond\n");
    options.sleeps_take_time = false;
    EXPLORE(SOON, PROGRAM("two-sleeps"));
    expect_found(FAILURE_DIFFERS, "exit 0");
}
END_TEST

/* -- Computing. -- */

START_TEST(what_computes_for_ever_is_a_livelock)
{
    spec.limits.cpu_s = 0.3;
    EXPLORE(1, PROGRAM("spin"), "for-ever");
    expect_found(FAILURE_OUTCOME, "livelock");
    ck_assert_double_ge(found.observation.cpu_ms, 300);
    ck_assert_double_lt(found.observation.cpu_ms, 600);
    options.ordinary = true;
    EXPLORE(1, PROGRAM("spin"), "for-ever");
    expect_found(FAILURE_OUTCOME, "livelock");
}
END_TEST

START_TEST(what_asks_again_and_again_comes_to_an_end)
{
    static char *const kinds[] = {"flag", "alarm", "yield", "sleep", "read", "kill", "clock"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        EXPLORE(25, PROGRAM("spin"), kinds[i]);
        expect_nothing_found();
    }
    EXPLORE(25, PROGRAM("busy-wait"), "ordered");
    expect_nothing_found();
    options.sleeps_take_time = true;
    EXPLORE(25, PROGRAM("spin"), "sleep");
    expect_nothing_found();
}
END_TEST

START_TEST(a_slow_start_is_no_livelock)
{
    EXPLORE(3, "/usr/bin/python3", "-S", "-c", "print('hello')");
    expect_nothing_found();
    ck_assert_str_eq(found.first.out.text, "hello\n");
    EXPLORE(2, "/usr/bin/valgrind", "-q", PROGRAM("one-read"), "loop");
    expect_nothing_found();
}
END_TEST

int main(void)
{
    return EXPLORED_SUITE("explore-time", fifty_seconds_pass_at_once, clocks_go_with_the_sleeps,
                          the_shorter_sleep_ends_first_if_sleeps_take_time,
                          what_computes_for_ever_is_a_livelock,
                          what_asks_again_and_again_comes_to_an_end, a_slow_start_is_no_livelock);
}
