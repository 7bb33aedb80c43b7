/* check_directed.c - tests of runs that take a direction, and of two instances of a program: what
 * each does to a program, what it leaves alone, and that it does so in every run. */
#include "directed.h"

#include "explored.h"

#define DIRECTED(name) BUILD_DIR "/tests/directed/" name

enum { TIMES = 5 };

static struct observation seen;

/* Makes the run several times, which must end alike, with this outcome and output. */
static void expect_run(struct direction direction, const char *outcome, const char *output)
{
    char got[64];

    for (int i = 0; i < TIMES; i++) {
        struct error error;
        bool came_to_it;

        observation_free(&seen);
        ck_assert_msg(directed_run(&spec, &direction, &seen, &came_to_it, &error) == 0, "%s",
                      error.text);
        ck_assert(came_to_it);
        ck_assert_str_eq(outcome_format(seen.outcome, got, sizeof got), outcome);
        ck_assert_str_eq(seen.out.text != NULL ? seen.out.text : "", output);
    }
    observation_free(&seen);
}

#define PROGRAM_IS(...) (spec.argv = (char *const[]){__VA_ARGS__, NULL})

START_TEST(no_direction_is_a_run_without_preemption)
{
    struct direction none = {0};

    ck_assert(!is_directed(&none));
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run(none, "exit 0", "4 4 in 2 reads; the writer ended\n");
}
END_TEST

START_TEST(short_reads_bring_one_byte)
{
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run((struct direction){.short_reads = true}, "exit 0",
               "1 1 1 1 1 1 1 1 in 8 reads; the writer ended\n");
}
END_TEST

START_TEST(slow_writer_goes_when_its_reader_waits)
{
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run((struct direction){.slow = "writer"}, "exit 0",
               "4 4 in 2 reads; the writer ended\n");
}
END_TEST

START_TEST(slow_reader_goes_when_its_writer_has_ended)
{
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run((struct direction){.slow = "reader"}, "exit 0", "8 in 1 reads; the writer ended\n");
}
END_TEST

/* The kernel keeps fifteen characters of a name, and the program's source has all of it. */
START_TEST(slow_is_who_has_a_long_name)
{
    PROGRAM_IS(DIRECTED("two-lines"), "reader-of-two-lines");
    expect_run((struct direction){.slow = "reader-of-two-lines"}, "exit 0",
               "8 in 1 reads; the writer ended\n");
}
END_TEST

/* A thousand calls of others are neither reason to let the reader go: not for a short read, and not
 * if it is slow. */
START_TEST(who_is_put_off_waits_for_a_long_time)
{
    PROGRAM_IS(DIRECTED("two-lines"), "reader", "1000");
    expect_run((struct direction){.short_reads = true}, "exit 0",
               "1 1 1 1 1 1 1 1 in 8 reads; the writer ended\n");
    expect_run((struct direction){.slow = "reader"}, "exit 0", "8 in 1 reads; the writer ended\n");
}
END_TEST

START_TEST(who_is_slow_goes_while_others_poll)
{
    PROGRAM_IS(DIRECTED("spinners"), "poll");
    expect_run((struct direction){.slow = "setter"}, "exit 0", "met 5 times\n");
    expect_run((struct direction){.slow = "waiter"}, "exit 0", "met 5 times\n");
}
END_TEST

/* In memory, without a call. */
START_TEST(who_is_slow_goes_while_others_spin)
{
    PROGRAM_IS(DIRECTED("spinners"));
    expect_run((struct direction){.slow = "setter"}, "exit 0", "met 5 times\n");
    expect_run((struct direction){.slow = "waiter"}, "exit 0", "met 5 times\n");
}
END_TEST

START_TEST(killed_as_it_enters_the_call)
{
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run((struct direction){.killed = {"writer", "write", 1}}, "exit 0",
               "in 0 reads; the writer was killed\n");
    expect_run((struct direction){.killed = {"writer", "write", 2}}, "exit 0",
               "4 in 1 reads; the writer was killed\n");
}
END_TEST

START_TEST(main_process_can_be_killed)
{
    PROGRAM_IS(DIRECTED("two-lines"));
    expect_run((struct direction){.killed = {"reader", "read", 1}}, "signal KILL", "");
}
END_TEST

START_TEST(killed_in_its_sleep)
{
    PROGRAM_IS(DIRECTED("sleep-on-it"));
    expect_run((struct direction){.killed = {"sleep-on-it", "clock_nanosleep", 1}}, "signal KILL",
               "");
}
END_TEST

START_TEST(killed_in_a_function_of_the_library)
{
    PROGRAM_IS(DIRECTED("holder"));
    expect_run((struct direction){.killed = {"holder", "sem_wait", 1}}, "exit 0",
               "the holder was killed\n");
    expect_run((struct direction){.killed = {"holder", "sem_post", 1}}, "deadlock", "");
}
END_TEST

START_TEST(who_is_not_there_is_told)
{
    static const struct direction never[] = {
        {.killed = {"writer", "write", 3}},
        {.killed = {"writer", "mq_open", 1}},
        {.killed = {"nobody", "write", 1}},
        {.slow = "write"},
    };

    PROGRAM_IS(DIRECTED("two-lines"));
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        struct error error;
        bool came_to_it = true;

        ck_assert_int_eq(directed_run(&spec, &never[i], &seen, &came_to_it, &error), 0);
        ck_assert(!came_to_it);
        ck_assert_str_eq(seen.out.text, "4 4 in 2 reads; the writer ended\n");
        observation_free(&seen);
    }
}
END_TEST

START_TEST(miss_is_told_in_words)
{
    char text[64];

    direction_miss(&(struct direction){.slow = "reader"}, text, sizeof text);
    ck_assert_str_eq(text, "nobody was called reader");
    direction_miss(&(struct direction){.killed = {"reader", "read", 1}}, text, sizeof text);
    ck_assert_str_eq(text, "nobody called reader entered read");
    direction_miss(&(struct direction){.killed = {"reader", "read", 3}}, text, sizeof text);
    ck_assert_str_eq(text, "nobody called reader entered read 3 times");
}
END_TEST

START_TEST(unknown_call_is_told)
{
    struct direction direction = {.killed = {"writer", "wriet", 1}};
    struct error error;
    bool came_to_it;

    PROGRAM_IS(DIRECTED("two-lines"));
    ck_assert_int_eq(directed_run(&spec, &direction, &seen, &came_to_it, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "'wriet' is no system call"));
}
END_TEST

START_TEST(call_that_nobody_can_be_killed_at_is_told)
{
    struct error error;

    ck_assert_int_eq(direction_check_call("write", &error), 0);
    ck_assert_int_eq(direction_check_call("sem_post", &error), 0);
    ck_assert_int_eq(direction_check_call("getpid", &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "getpid is no call"));
}
END_TEST

START_TEST(sleep_takes_its_time_unless_it_guarantees_nothing)
{
    PROGRAM_IS(DIRECTED("sleep-on-it"));
    expect_run((struct direction){0}, "exit 0", "there at once\n");
    expect_run((struct direction){.no_sleep = true}, "exit 0", "not there\n");
}
END_TEST

START_TEST(wait_for_nothing_is_a_sleep)
{
    PROGRAM_IS(DIRECTED("sleep-on-it"), "poll");
    expect_run((struct direction){0}, "exit 0", "there at once\n");
    expect_run((struct direction){.no_sleep = true}, "exit 0", "not there\n");
    PROGRAM_IS(DIRECTED("sleep-on-it"), "select");
    expect_run((struct direction){0}, "exit 0", "there at once\n");
    expect_run((struct direction){.no_sleep = true}, "exit 0", "not there\n");
}
END_TEST

START_TEST(nobody_starves_beside_one_who_sleeps_in_vain)
{
    PROGRAM_IS(DIRECTED("sleep-on-it"), "again");
    expect_run((struct direction){.no_sleep = true}, "exit 0", "there in the end\n");
}
END_TEST

/* -- Two instances. -- */

START_TEST(two_instances_exclude_each_other_in_some_schedule)
{
    spec.knobs.second_instance = true;
    EXPLORE(SOON, DIRECTED("instance"));
    expect_found(FAILURE_OUTCOME, "exit 3");
}
END_TEST

START_TEST(two_instances_come_between_each_others_steps)
{
    spec.knobs.second_instance = true;
    EXPLORE(200, DIRECTED("instance"), "in two steps");
    expect_found(FAILURE_OUTCOME, "exit 3");
}
END_TEST

START_TEST(one_instance_is_alone)
{
    EXPLORE(SOON, DIRECTED("instance"));
    expect_nothing_found();
}
END_TEST

/* Both print, both are waited for, and neither finds the other among its children. */
START_TEST(outputs_are_both_there_in_every_schedule)
{
    spec.knobs.second_instance = true;
    EXPLORE(SOON, DIRECTED("two-lines"));
    if (found.failure == FAILURE_OUTCOME || found.failure == FAILURE_LEFT)
        fail_found("nothing is wrong with it");
    const char *one = strstr(found.first.out.text, "ended\n");
    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_nonnull(strstr(one + 1, "ended\n"));
}
END_TEST

int main(void)
{
    return EXPLORED_SUITE(
        "directed", no_direction_is_a_run_without_preemption, short_reads_bring_one_byte,
        slow_writer_goes_when_its_reader_waits, slow_reader_goes_when_its_writer_has_ended,
        slow_is_who_has_a_long_name, who_is_put_off_waits_for_a_long_time,
        who_is_slow_goes_while_others_poll, who_is_slow_goes_while_others_spin,
        killed_as_it_enters_the_call, main_process_can_be_killed, killed_in_its_sleep,
        killed_in_a_function_of_the_library, who_is_not_there_is_told, miss_is_told_in_words,
        unknown_call_is_told, call_that_nobody_can_be_killed_at_is_told,
        sleep_takes_its_time_unless_it_guarantees_nothing, wait_for_nothing_is_a_sleep,
        nobody_starves_beside_one_who_sleeps_in_vain,
        two_instances_exclude_each_other_in_some_schedule,
        two_instances_come_between_each_others_steps, one_instance_is_alone,
        outputs_are_both_there_in_every_schedule);
}
