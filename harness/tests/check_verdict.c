/* check_verdict.c - tests of the judge, on observations made by hand: what passes, what must not,
 * and that the texts name the facts that differ. */
#include "verdict.h"

#include "temporary.h"

#include <signal.h>

#define EXIT(n)                                                                                    \
    {                                                                                              \
        OUTCOME_EXIT, n                                                                            \
    }
#define DEADLOCK                                                                                   \
    {                                                                                              \
        OUTCOME_DEADLOCK, 0                                                                        \
    }
#define TIMEOUT                                                                                    \
    {                                                                                              \
        OUTCOME_TIMEOUT, 0                                                                         \
    }

/* Judges; the kind and both texts must be these. */
static void expect(const struct claim *c, const struct observation *o, enum verdict_kind kind,
                   const char *expected, const char *observed)
{
    struct verdict v = verdict_of(c, o);

    ck_assert_str_eq(v.expected, expected);
    ck_assert_str_eq(v.observed, observed);
    ck_assert_str_eq(verdict_kind_name(v.kind), verdict_kind_name(kind));
    verdict_free(&v);
}

static struct output output_of(const char *text)
{
    return (struct output){(char *)text, strlen(text), strlen(text)};
}

START_TEST(same_outcome_passes)
{
    struct claim c = {.outcome = EXIT(3)};
    struct observation o = {.outcome = EXIT(3), .isolation = ISOLATION_FULL};

    expect(&c, &o, VERDICT_PASS, "exit 3", "exit 3");
}
END_TEST

START_TEST(other_outcome_fails)
{
    struct claim c = {.outcome = EXIT(0)};
    struct observation o = {.outcome = EXIT(1), .isolation = ISOLATION_FULL};

    expect(&c, &o, VERDICT_FAIL, "exit 0", "exit 1");
    o.outcome = (struct outcome){OUTCOME_SIGNAL, SIGPIPE};
    expect(&c, &o, VERDICT_FAIL, "exit 0", "signal PIPE");
    o.outcome = (struct outcome){OUTCOME_LIMIT, LIMIT_MEMORY};
    o.note = (char *)"513 MiB";
    expect(&c, &o, VERDICT_FAIL, "exit 0", "limit memory (513 MiB)");
    c.outcome = (struct outcome){OUTCOME_LIMIT, LIMIT_DISK};
    expect(&c, &o, VERDICT_FAIL, "limit disk", "limit memory (513 MiB)");
}
END_TEST

START_TEST(timeout_is_no_deadlock)
{
    struct claim c = {.outcome = DEADLOCK};
    struct observation o = {.outcome = TIMEOUT, .isolation = ISOLATION_FULL};

    o.note = (char *)"a timer is armed";
    expect(&c, &o, VERDICT_FAIL, "deadlock", "timeout (a timer is armed)");
}
END_TEST

/* The deadlock of wait-before-drain, as claimed and as observed. */
static struct wait_claim WAIT_CLAIMS[] = {
    {(char *)"parent", (char *)"wait4", OBJECT_CHILD, NULL},
    {(char *)"child", (char *)"write", OBJECT_PIPE, (char *)"full"},
};
static struct wait WAITS[] = {
    {.pid = 2, .tid = 2, .name = "parent", .call = "wait4", .object = OBJECT_CHILD},
    {.pid = 3, .tid = 3, .name = "child", .call = "write", .object = OBJECT_PIPE, .state = "full"},
    {.pid = 4, .tid = 4, .name = "zombie", .object = OBJECT_NONE},
};
#define ALL_WAITS "deadlock; parent wait4 child; child write pipe full"

static struct claim dead_claim(size_t n_waits)
{
    return (struct claim){.outcome = DEADLOCK, .waits = WAIT_CLAIMS, .n_waits = n_waits};
}

static struct observation dead_observation(struct wait *waits, size_t n_waits)
{
    return (struct observation){.outcome = DEADLOCK,
                                .explanation = {.waits = waits, .n_waits = n_waits},
                                .isolation = ISOLATION_FULL};
}

START_TEST(claimed_waits_pass)
{
    struct claim c = dead_claim(2);
    struct observation o = dead_observation(WAITS, 2);

    expect(&c, &o, VERDICT_PASS, ALL_WAITS, "deadlock");
}
END_TEST

START_TEST(task_that_does_not_wait_needs_no_claim)
{
    struct claim c = dead_claim(2);
    struct observation o = dead_observation(WAITS, 3);

    expect(&c, &o, VERDICT_PASS, ALL_WAITS, "deadlock");
}
END_TEST

START_TEST(one_claim_may_cover_several_tasks)
{
    struct wait waits[] = {WAITS[0], WAITS[1], WAITS[1]};
    struct claim c = dead_claim(2);
    struct observation o = dead_observation(waits, 3);

    expect(&c, &o, VERDICT_PASS, ALL_WAITS, "deadlock");
}
END_TEST

START_TEST(claim_without_task_fails)
{
    struct claim c = dead_claim(2);
    struct observation o = dead_observation(WAITS, 1);

    expect(&c, &o, VERDICT_FAIL, ALL_WAITS, "deadlock; no child write pipe full");
}
END_TEST

START_TEST(task_without_claim_fails)
{
    struct claim c = dead_claim(1);
    struct observation o = dead_observation(WAITS, 2);

    expect(&c, &o, VERDICT_FAIL, "deadlock; parent wait4 child", "deadlock; child write pipe full");
}
END_TEST

START_TEST(claim_without_waits_says_nothing_of_them)
{
    struct claim c = dead_claim(0);
    struct observation o = dead_observation(WAITS, 2);

    expect(&c, &o, VERDICT_PASS, "deadlock", "deadlock");
}
END_TEST

START_TEST(every_word_of_a_wait_counts)
{
    struct claim c = dead_claim(2);
    struct wait waits[] = {WAITS[0], WAITS[1]};
    struct observation o = dead_observation(waits, 2);

    strcpy(waits[1].name, "children");
    expect(&c, &o, VERDICT_FAIL, ALL_WAITS,
           "deadlock; no child write pipe full; children write pipe full");
    waits[1] = WAITS[1];
    strcpy(waits[1].call, "writev");
    expect(&c, &o, VERDICT_FAIL, ALL_WAITS,
           "deadlock; no child write pipe full; child writev pipe full");
    waits[1] = WAITS[1];
    waits[1].object = OBJECT_FIFO;
    expect(&c, &o, VERDICT_FAIL, ALL_WAITS,
           "deadlock; no child write pipe full; child write fifo full");
    waits[1] = WAITS[1];
    waits[1].state[0] = '\0';
    expect(&c, &o, VERDICT_FAIL, ALL_WAITS, "deadlock; no child write pipe full; child write pipe");
}
END_TEST

/* A server polls a pipe and a socket; of a child it need not wait any more. */
START_TEST(each_thing_that_a_call_waits_for_meets_a_claim)
{
    struct wait_claim claims[] = {
        {(char *)"server", (char *)"poll", OBJECT_PIPE, (char *)"empty"},
        {(char *)"server", (char *)"poll", OBJECT_UNIX, NULL},
        {(char *)"server", (char *)"poll", OBJECT_POLL, NULL},
    };
    struct wait_claim other_state = {(char *)"server", (char *)"poll", OBJECT_UNIX, (char *)"full"};
    struct wait_claim ready = {(char *)"server", (char *)"poll", OBJECT_CHILD, NULL};
    struct wanted wanted[] = {{.kind = OBJECT_PIPE, .state = "empty"},
                              {.kind = OBJECT_UNIX, .state = "empty"},
                              {.kind = OBJECT_CHILD, .ready = true}};
    struct wait server = {.name = "server",
                          .call = "poll",
                          .object = OBJECT_POLL,
                          .mode = MODE_ANY,
                          .wanted = wanted,
                          .n_wanted = 3};
    struct observation o = dead_observation(&server, 1);
    struct claim c = {.outcome = DEADLOCK, .waits = claims, .n_waits = 3};

    expect(&c, &o, VERDICT_PASS,
           "deadlock; server poll pipe empty; server poll unix; server poll poll", "deadlock");
    c = (struct claim){.outcome = DEADLOCK, .waits = &other_state, .n_waits = 1};
    expect(&c, &o, VERDICT_FAIL, "deadlock; server poll unix full",
           "deadlock; no server poll unix full; server poll poll");
    c.waits = &ready;
    expect(&c, &o, VERDICT_FAIL, "deadlock; server poll child",
           "deadlock; no server poll child; server poll poll");
}
END_TEST

/* Three tasks, each of which waits for the next, and the last for the first or for nobody. */
static struct wait THREE[] = {
    {.name = "a", .call = "read", .object = OBJECT_PIPE},
    {.name = "b", .call = "read", .object = OBJECT_PIPE},
    {.name = "c", .call = "read", .object = OBJECT_PIPE},
};
static struct edge ROUND[] = {{.from = 0, .to = 1}, {.from = 1, .to = 2}, {.from = 2, .to = 0}};
static struct edge ASTRAY[] = {
    {.from = 0, .to = 1}, {.from = 1, .to = 2}, {.from = 2, .to = EDGE_NOBODY}};
static size_t LINKS[] = {0, 1, 2};

/* Judges a deadlock whose chain is the `n` links from `first` on; nothing is claimed of waits. */
static void judge_chain(enum chain_kind claimed, const char *names, enum chain_kind kind,
                        size_t first, size_t n, const char *observed)
{
    struct observation o = dead_observation(THREE, 3);
    struct claim c = {.outcome = DEADLOCK, .chain = claimed, .chain_names = split_words(names)};
    char expected[64];

    o.explanation.edges = kind == CHAIN_CYCLE ? ROUND : ASTRAY;
    o.explanation.n_edges = 3;
    o.explanation.chain = (struct chain){kind, LINKS + first, n};
    snprintf(expected, sizeof expected, "deadlock; %s %s", chain_kind_name(claimed), names);
    expect(&c, &o, strcmp(observed, "deadlock") == 0 ? VERDICT_PASS : VERDICT_FAIL, expected,
           observed);
    free_words(c.chain_names);
}

START_TEST(cycle_may_begin_anywhere)
{
    judge_chain(CHAIN_CYCLE, "a b c", CHAIN_CYCLE, 0, 3, "deadlock");
    judge_chain(CHAIN_CYCLE, "b c a", CHAIN_CYCLE, 0, 3, "deadlock");
    judge_chain(CHAIN_CYCLE, "c a b", CHAIN_CYCLE, 0, 3, "deadlock");
    judge_chain(CHAIN_CYCLE, "a", CHAIN_CYCLE, 0, 1, "deadlock");
}
END_TEST

START_TEST(other_cycle_fails)
{
    judge_chain(CHAIN_CYCLE, "a c b", CHAIN_CYCLE, 0, 3, "deadlock; cycle a b c");
    judge_chain(CHAIN_CYCLE, "a b", CHAIN_CYCLE, 0, 3, "deadlock; cycle a b c");
    judge_chain(CHAIN_CYCLE, "a b c a", CHAIN_CYCLE, 0, 3, "deadlock; cycle a b c");
    judge_chain(CHAIN_CYCLE, "a b x", CHAIN_CYCLE, 0, 3, "deadlock; cycle a b c");
    judge_chain(CHAIN_CYCLE, "a b c", CHAIN_DEAD_END, 0, 3, "deadlock; dead-end a b c");
    judge_chain(CHAIN_CYCLE, "a b c", CHAIN_OPEN, 0, 3, "deadlock; open a b c");
    judge_chain(CHAIN_CYCLE, "a b c", CHAIN_NONE, 0, 0, "deadlock; no cycle");
}
END_TEST

START_TEST(dead_end_is_told_from_its_start)
{
    judge_chain(CHAIN_DEAD_END, "a b c", CHAIN_DEAD_END, 0, 3, "deadlock");
    judge_chain(CHAIN_DEAD_END, "c", CHAIN_DEAD_END, 2, 1, "deadlock");
    judge_chain(CHAIN_DEAD_END, "b c a", CHAIN_DEAD_END, 0, 3, "deadlock; dead-end a b c");
    judge_chain(CHAIN_DEAD_END, "b c", CHAIN_DEAD_END, 0, 3, "deadlock; dead-end a b c");
    judge_chain(CHAIN_DEAD_END, "a b c", CHAIN_CYCLE, 0, 3, "deadlock; cycle a b c");
    judge_chain(CHAIN_DEAD_END, "a", CHAIN_NONE, 0, 0, "deadlock; no dead-end");
}
END_TEST

START_TEST(waits_are_not_asked_for_after_the_end)
{
    struct claim c = dead_claim(2);
    struct observation o = {.outcome = EXIT(0), .isolation = ISOLATION_FULL};
    char *names[] = {(char *)"parent", (char *)"child", NULL};

    c.chain = CHAIN_CYCLE;
    c.chain_names = names;
    expect(&c, &o, VERDICT_FAIL, ALL_WAITS "; cycle parent child", "exit 0");
}
END_TEST

START_TEST(unexpected_deadlock_tells_who_waits)
{
    struct claim c = {.outcome = EXIT(0)};
    struct observation o = dead_observation(WAITS, 3);

    o.explanation.edges = (struct edge[]){{.from = 0, .to = 1}, {.from = 1, .to = 0}};
    o.explanation.chain = (struct chain){CHAIN_CYCLE, LINKS, 2};
    expect(&c, &o, VERDICT_FAIL, "exit 0",
           "deadlock; parent wait4 child; child write pipe full; cycle parent child");
}
END_TEST

static void judge_stdout(const char *claimed, struct output out, enum verdict_kind kind,
                         const char *expected, const char *observed)
{
    struct claim c = {.outcome = EXIT(0), .stdout_text = (char *)claimed};
    struct observation o = {.outcome = EXIT(0), .out = out, .isolation = ISOLATION_FULL};

    expect(&c, &o, kind, expected, observed);
}

START_TEST(whole_output_passes)
{
    judge_stdout("one\ntwo", output_of("one\ntwo\n"), VERDICT_PASS, "exit 0; stdout \"one\"...",
                 "exit 0");
    judge_stdout("one", output_of("one"), VERDICT_PASS, "exit 0; stdout \"one\"", "exit 0");
}
END_TEST

START_TEST(other_output_fails)
{
    judge_stdout("one", output_of("one\n\n"), VERDICT_FAIL, "exit 0; stdout \"one\"",
                 "exit 0; stdout \"one\"...");
    judge_stdout("one", output_of("ones\n"), VERDICT_FAIL, "exit 0; stdout \"one\"",
                 "exit 0; stdout \"ones\"");
    judge_stdout("one", output_of("on\n"), VERDICT_FAIL, "exit 0; stdout \"one\"",
                 "exit 0; stdout \"on\"");
    judge_stdout("one", output_of(""), VERDICT_FAIL, "exit 0; stdout \"one\"",
                 "exit 0; stdout \"\"");
    judge_stdout("one", (struct output){0}, VERDICT_FAIL, "exit 0; stdout \"one\"",
                 "exit 0; stdout \"\"");
    judge_stdout("1\n2\n3", output_of("1\n\x1b\"\xff\n3\n"), VERDICT_FAIL,
                 "exit 0; stdout \"2\"...", "exit 0; stdout \"\\x1b\\\"\\xff\"...");
    judge_stdout("1\n2", output_of("1\n2\n3\n"), VERDICT_FAIL, "exit 0; stdout \"2\"",
                 "exit 0; stdout \"2\"...");
}
END_TEST

START_TEST(bytes_after_a_nul_count)
{
    judge_stdout("one", (struct output){(char *)"one\0two", 7, 7}, VERDICT_FAIL,
                 "exit 0; stdout \"one\"", "exit 0; stdout \"one\\x00two\"");
}
END_TEST

START_TEST(cut_output_is_never_whole)
{
    judge_stdout("one", (struct output){(char *)"one", 3, 4}, VERDICT_FAIL,
                 "exit 0; stdout \"one\"", "exit 0; stdout \"one\" (3 of 4 bytes kept)");
}
END_TEST

static enum verdict_kind judge_regex(const char *regex, struct output out)
{
    struct claim c = {.outcome = EXIT(0), .stdout_regex = (char *)regex};
    struct observation o = {.outcome = EXIT(0), .out = out, .isolation = ISOLATION_FULL};
    struct verdict v = verdict_of(&c, &o);
    enum verdict_kind kind = v.kind;

    verdict_free(&v);
    return kind;
}

START_TEST(regex_is_searched_for)
{
    ck_assert_int_eq(judge_regex("t(w|o)+", output_of("one\ntwo\nthree\n")), VERDICT_PASS);
    ck_assert_int_eq(judge_regex("^one.two$", output_of("one\ntwo\n")), VERDICT_PASS);
    ck_assert_int_eq(judge_regex("^$", output_of("")), VERDICT_PASS);
    ck_assert_int_eq(judge_regex("^$", (struct output){0}), VERDICT_PASS);
    ck_assert_int_eq(judge_regex("two$", (struct output){(char *)"one\0two\n", 8, 8}),
                     VERDICT_PASS);
    ck_assert_int_eq(judge_regex("one", (struct output){(char *)"one", 3, 4}), VERDICT_PASS);
    ck_assert_int_eq(judge_regex("one.", (struct output){(char *)"one\n", 4, 5}), VERDICT_PASS);
}
END_TEST

START_TEST(regex_that_is_not_found_fails)
{
    ck_assert_int_eq(judge_regex("four", output_of("one\ntwo\n")), VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("^two", output_of("one\ntwo\n")), VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("one$", output_of("one\ntwo\n")), VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("^$", output_of("one\n\n")), VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("one$", (struct output){(char *)"one\0two\n", 8, 8}),
                     VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("one$", (struct output){(char *)"one", 3, 4}), VERDICT_FAIL);
    ck_assert_int_eq(judge_regex("(", output_of("(")), VERDICT_FAIL);
}
END_TEST

START_TEST(stderr_is_searched_on_its_own)
{
    struct claim c = {
        .outcome = EXIT(0), .stdout_regex = (char *)"out", .stderr_regex = (char *)"err"};
    struct observation o = {.outcome = EXIT(0), .isolation = ISOLATION_FULL};

    o.out = output_of("out\n");
    o.err = output_of("err\n");
    expect(&c, &o, VERDICT_PASS, "exit 0; stdout matches out; stderr matches err", "exit 0");
    o.err = output_of("out\n");
    expect(&c, &o, VERDICT_FAIL, "exit 0; stdout matches out; stderr matches err",
           "exit 0; stderr \"out\"");
    o.out = output_of("err\n");
    expect(&c, &o, VERDICT_FAIL, "exit 0; stdout matches out; stderr matches err",
           "exit 0; stdout \"err\"; stderr \"out\"");
}
END_TEST

static struct left LEFT[] = {
    {LEFT_MQUEUE, (char *)"/requests", NULL},
    {LEFT_FILE, (char *)"/tmp/dir/log", NULL},
    {LEFT_PROCESS, (char *)"worker (pid 3)", NULL},
};

static void judge_leaves(struct outcome outcome, struct left_claim *claims, size_t n_claims,
                         size_t n_left, enum verdict_kind kind, const char *observed)
{
    struct claim c = {.outcome = outcome, .leaves = claims, .n_leaves = n_claims};
    struct observation o = {
        .outcome = outcome, .left = LEFT, .n_left = n_left, .isolation = ISOLATION_FULL};
    struct verdict v = verdict_of(&c, &o);

    ck_assert_str_eq(v.observed, observed);
    ck_assert_int_eq(v.kind, kind);
    verdict_free(&v);
}

START_TEST(claimed_leavings_pass)
{
    struct left_claim by_kind[] = {{LEFT_PROCESS, NULL}, {LEFT_FILE, NULL}, {LEFT_MQUEUE, NULL}};
    struct left_claim by_name[] = {{LEFT_MQUEUE, (char *)"requests"},
                                   {LEFT_FILE, (char *)"dir/log"},
                                   {LEFT_PROCESS, (char *)"worker"}};
    struct left_claim by_whole_name[] = {{LEFT_MQUEUE, (char *)"/requests"},
                                         {LEFT_FILE, (char *)"/tmp/dir/log"},
                                         {LEFT_PROCESS, (char *)"worker (pid 3)"}};

    judge_leaves((struct outcome)EXIT(0), by_kind, 3, 3, VERDICT_PASS, "exit 0");
    judge_leaves((struct outcome)EXIT(0), by_name, 3, 3, VERDICT_PASS, "exit 0");
    judge_leaves((struct outcome)EXIT(0), by_whole_name, 3, 3, VERDICT_PASS, "exit 0");
}
END_TEST

START_TEST(unclaimed_leavings_fail)
{
    struct outcome killed = {OUTCOME_SIGNAL, SIGKILL};
    struct left_claim one[] = {{LEFT_MQUEUE, NULL}};

    judge_leaves((struct outcome)EXIT(0), NULL, 0, 1, VERDICT_FAIL,
                 "exit 0; leaves mqueue /requests");
    judge_leaves(killed, one, 1, 3, VERDICT_FAIL,
                 "signal KILL; leaves file /tmp/dir/log; leaves process worker (pid 3)");
}
END_TEST

START_TEST(what_was_stopped_may_leave_anything)
{
    struct left_claim one[] = {{LEFT_MQUEUE, NULL}};

    judge_leaves((struct outcome)DEADLOCK, NULL, 0, 3, VERDICT_PASS, "deadlock");
    judge_leaves((struct outcome)TIMEOUT, one, 1, 3, VERDICT_PASS, "timeout");
}
END_TEST

START_TEST(claimed_leaving_that_is_missing_fails)
{
    struct left_claim zombie[] = {{LEFT_ZOMBIE, NULL}};
    struct left_claim other_name[] = {{LEFT_MQUEUE, (char *)"request"}};
    struct left_claim other_kind[] = {{LEFT_SHM, (char *)"requests"}};
    struct left_claim part[] = {{LEFT_MQUEUE, NULL}, {LEFT_FILE, (char *)"og"}};

    judge_leaves((struct outcome)EXIT(0), zombie, 1, 0, VERDICT_FAIL, "exit 0; leaves no zombie");
    judge_leaves((struct outcome)DEADLOCK, zombie, 1, 3, VERDICT_FAIL,
                 "deadlock; leaves no zombie");
    judge_leaves((struct outcome)EXIT(0), other_name, 1, 1, VERDICT_FAIL,
                 "exit 0; leaves no mqueue request; leaves mqueue /requests");
    judge_leaves((struct outcome)EXIT(0), other_kind, 1, 1, VERDICT_FAIL,
                 "exit 0; leaves no shm requests; leaves mqueue /requests");
    judge_leaves((struct outcome)EXIT(0), part, 2, 2, VERDICT_FAIL,
                 "exit 0; leaves no file og; leaves file /tmp/dir/log");
}
END_TEST

START_TEST(claim_on_an_exploration_says_of_which_schedules)
{
    struct claim c = {.variant = (char *)"fixed-b", .knob = (char *)"explore", .outcome = EXIT(0)};
    struct observation o = {.outcome = EXIT(0), .isolation = ISOLATION_FULL};

    expect(&c, &o, VERDICT_PASS, "in every schedule: exit 0", "exit 0");
    c.variant = (char *)"broken";
    expect(&c, &o, VERDICT_PASS, "in some schedule: exit 0", "exit 0");
    c.knob = (char *)"one-cpu";
    expect(&c, &o, VERDICT_PASS, "exit 0", "exit 0");
}
END_TEST

START_TEST(open_world_is_not_judged)
{
    struct claim c = {.outcome = EXIT(0)};
    struct observation o = {.outcome = EXIT(0)};

    o.isolation = ISOLATION_FULL & ~(ISOLATION_PID | ISOLATION_NET);
    expect(&c, &o, VERDICT_BROKEN_HARNESS, "exit 0",
           "this host refuses namespaces: pid, net; judging needs all six");
}
END_TEST

START_TEST(verdicts_have_names)
{
    ck_assert_str_eq(verdict_kind_name(VERDICT_PASS), "PASS");
    ck_assert_str_eq(verdict_kind_name(VERDICT_FAIL), "FAIL");
    ck_assert_str_eq(verdict_kind_name(VERDICT_BROKEN_HARNESS), "BROKEN-HARNESS");
}
END_TEST

START_TEST(case_is_named_after_scenario_variant_and_knob)
{
    struct scenario s = {.id = (char *)"pipe/x"};
    struct claim plain = {.variant = (char *)"broken"};
    struct claim under = {.variant = (char *)"fixed", .knob = (char *)"payload 4 5"};
    char *name = case_name(&s, &plain);

    ck_assert_str_eq(name, "pipe/x:broken");
    free(name);
    name = case_name(&s, &under);
    ck_assert_str_eq(name, "pipe/x:fixed under payload 4 5");
    free(name);
}
END_TEST

START_TEST(program_that_is_not_built_is_our_fault)
{
    char *nothing[] = {NULL};
    struct expectation e = {.args = nothing, .limits = world_limits_default()};
    struct scenario s = {.id = (char *)"pipe/x", .build = temporary, .expectation = &e};
    struct claim c = {.variant = (char *)"broken", .outcome = EXIT(0)};
    struct observation o;
    struct verdict v = verdict_run(&s, &c, &o);

    ck_assert_int_eq(v.kind, VERDICT_BROKEN_HARNESS);
    ck_assert_str_eq(v.expected, "exit 0");
    ck_assert_ptr_nonnull(strstr(v.observed, "/broken is not built: run make"));
    ck_assert_ptr_null(o.out.text);
    observation_free(&o);
    verdict_free(&v);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verdict");
    TCase *tcase = tcase_create("verdict");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, temporary_make, temporary_remove);
    tcase_add_test(tcase, same_outcome_passes);
    tcase_add_test(tcase, other_outcome_fails);
    tcase_add_test(tcase, timeout_is_no_deadlock);
    tcase_add_test(tcase, claimed_waits_pass);
    tcase_add_test(tcase, task_that_does_not_wait_needs_no_claim);
    tcase_add_test(tcase, one_claim_may_cover_several_tasks);
    tcase_add_test(tcase, claim_without_task_fails);
    tcase_add_test(tcase, task_without_claim_fails);
    tcase_add_test(tcase, claim_without_waits_says_nothing_of_them);
    tcase_add_test(tcase, every_word_of_a_wait_counts);
    tcase_add_test(tcase, each_thing_that_a_call_waits_for_meets_a_claim);
    tcase_add_test(tcase, cycle_may_begin_anywhere);
    tcase_add_test(tcase, other_cycle_fails);
    tcase_add_test(tcase, dead_end_is_told_from_its_start);
    tcase_add_test(tcase, waits_are_not_asked_for_after_the_end);
    tcase_add_test(tcase, unexpected_deadlock_tells_who_waits);
    tcase_add_test(tcase, whole_output_passes);
    tcase_add_test(tcase, other_output_fails);
    tcase_add_test(tcase, bytes_after_a_nul_count);
    tcase_add_test(tcase, cut_output_is_never_whole);
    tcase_add_test(tcase, regex_is_searched_for);
    tcase_add_test(tcase, regex_that_is_not_found_fails);
    tcase_add_test(tcase, stderr_is_searched_on_its_own);
    tcase_add_test(tcase, claimed_leavings_pass);
    tcase_add_test(tcase, unclaimed_leavings_fail);
    tcase_add_test(tcase, what_was_stopped_may_leave_anything);
    tcase_add_test(tcase, claimed_leaving_that_is_missing_fails);
    tcase_add_test(tcase, claim_on_an_exploration_says_of_which_schedules);
    tcase_add_test(tcase, open_world_is_not_judged);
    tcase_add_test(tcase, verdicts_have_names);
    tcase_add_test(tcase, case_is_named_after_scenario_variant_and_knob);
    tcase_add_test(tcase, program_that_is_not_built_is_our_fault);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
