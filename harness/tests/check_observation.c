/* check_observation.c - tests of the words for observations, and of errors. */
#include "error.h"
#include "observation.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof(array)[0]))

START_TEST(every_object_kind_has_a_word)
{
    for (int kind = 0; kind < OBJECT_KINDS; kind++) {
        const char *word = object_kind_name((enum object_kind)kind);

        ck_assert_str_ne(word, "?");
        ck_assert_int_eq(object_kind_parse(word), kind);
    }
    ck_assert_int_eq(object_kind_parse("pip"), -1);
    ck_assert_int_eq(object_kind_parse("pipes"), -1);
    ck_assert_int_eq(object_kind_parse(""), -1);
    ck_assert_str_eq(object_kind_name(OBJECT_KINDS), "?");
}
END_TEST

START_TEST(every_left_kind_has_a_word)
{
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        const char *word = left_kind_name((enum left_kind)kind);

        ck_assert_str_ne(word, "?");
        ck_assert_int_eq(left_kind_parse(word), kind);
    }
    ck_assert_int_eq(left_kind_parse("Zombie"), -1);
    ck_assert_str_eq(left_kind_name(LEFT_KINDS), "?");
}
END_TEST

START_TEST(namespaces_have_words)
{
    ck_assert_str_eq(isolation_name(ISOLATION_USER), "user");
    ck_assert_str_eq(isolation_name(ISOLATION_UTS), "uts");
    ck_assert_str_eq(isolation_name(ISOLATION_FULL), "?");
}
END_TEST

static const struct {
    const char *text;
    struct outcome outcome;
} OUTCOMES[] = {
    {"exit 0", {OUTCOME_EXIT, 0}},
    {"exit 255", {OUTCOME_EXIT, 255}},
    {"signal PIPE", {OUTCOME_SIGNAL, SIGPIPE}},
    {"signal KILL", {OUTCOME_SIGNAL, SIGKILL}},
    {"deadlock", {OUTCOME_DEADLOCK, 0}},
    {"livelock", {OUTCOME_LIVELOCK, 0}},
    {"timeout", {OUTCOME_TIMEOUT, 0}},
    {"limit processes", {OUTCOME_LIMIT, LIMIT_PROCESSES}},
    {"limit memory", {OUTCOME_LIMIT, LIMIT_MEMORY}},
    {"limit output", {OUTCOME_LIMIT, LIMIT_OUTPUT}},
    {"limit disk", {OUTCOME_LIMIT, LIMIT_DISK}},
};

START_TEST(outcome_is_written_and_read)
{
    struct outcome found = {OUTCOME_TIMEOUT, 77};
    char text[64];

    ck_assert_str_eq(outcome_format(OUTCOMES[_i].outcome, text, sizeof text), OUTCOMES[_i].text);
    ck_assert_int_eq(outcome_parse(OUTCOMES[_i].text, &found), 0);
    ck_assert(outcome_equal(found, OUTCOMES[_i].outcome));
    for (int i = 0; i < LENGTH(OUTCOMES); i++)
        ck_assert_int_eq(outcome_equal(found, OUTCOMES[i].outcome), i == _i);
}
END_TEST

START_TEST(every_status_and_signal_is_read_back)
{
    struct outcome found;
    char text[64];

    for (int status = 0; status <= 255; status++) {
        struct outcome outcome = {OUTCOME_EXIT, status};

        ck_assert_int_eq(outcome_parse(outcome_format(outcome, text, sizeof text), &found), 0);
        ck_assert(outcome_equal(found, outcome));
    }
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct outcome outcome = {OUTCOME_SIGNAL, number};

        ck_assert_int_eq(outcome_parse(outcome_format(outcome, text, sizeof text), &found), 0);
        ck_assert(outcome_equal(found, outcome));
    }
}
END_TEST

static const char *const NO_OUTCOMES[] = {
    "",          "exit",        "exit ",          "exit 256",    "exit -1",   "exit  1",
    "exit 1 ",   " exit 1",     "exit 1x",        "exit 0x1",    "exit 0000", "exits 1",
    "Deadlock",  "deadlock 1",  "deadlock ",      "dead",        "signal",    "signal SIGPIPE",
    "signal 13", "signal pipe", "signal RTMIN+0", "signal NONE", "limit",     "limit time",
    "limit 1",   "timeouts",
};

START_TEST(what_is_no_outcome_is_refused)
{
    struct outcome found = {OUTCOME_LIVELOCK, 77};

    ck_assert_msg(outcome_parse(NO_OUTCOMES[_i], &found) == -1, "'%s' was taken", NO_OUTCOMES[_i]);
    ck_assert_int_eq(found.kind, OUTCOME_LIVELOCK);
    ck_assert_int_eq(found.number, 77);
}
END_TEST

START_TEST(release_leaves_nothing)
{
    static const struct observation empty;
    struct observation o = {0};

    o.note = strdup("note");
    o.kept = strdup("kept");
    o.out.text = strdup("out");
    o.err.text = strdup("err");
    o.explanation.n_waits = o.n_left = 2;
    o.explanation.waits = calloc(o.explanation.n_waits, sizeof *o.explanation.waits);
    o.left = calloc(o.n_left, sizeof *o.left);
    for (int i = 0; i < 2; i++) {
        struct wait *wait = &o.explanation.waits[i];
        wait->sentence = strdup("sentence");
        wait->n_wanted = wait->n_frames = 1;
        wait->wanted = calloc(1, sizeof *wait->wanted);
        wait->wanted->facts = strdup("facts");
        wait->frames = calloc(1, sizeof *wait->frames);
        wait->frames->function = strdup("main");
        o.left[i].name = strdup("name");
        o.left[i].detail = strdup("detail");
    }
    observation_free(&o);
    ck_assert_mem_eq(&o, &empty, sizeof o);
    observation_free(&o);
}
END_TEST

START_TEST(error_holds_the_sentence)
{
    struct error err = {""};

    ck_assert_int_eq(error_set(&err, "cannot do %d things", 3), -1);
    ck_assert_str_eq(err.text, "cannot do 3 things");
}
END_TEST

START_TEST(error_tells_errno_and_keeps_it)
{
    struct error err = {""};

    errno = ENOENT;
    ck_assert_int_eq(error_errno(&err, "cannot open %s", "x"), -1);
    ck_assert_str_eq(err.text, "cannot open x: No such file or directory");
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(long_error_is_cut)
{
    struct error err = {""};
    char much[2 * sizeof err.text];

    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    error_set(&err, "%s", much);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    errno = ENOENT;
    error_errno(&err, "%s", much);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("observation");
    TCase *words = tcase_create("words");
    TCase *errors = tcase_create("errors");
    SRunner *runner;
    int failed;

    tcase_add_test(words, every_object_kind_has_a_word);
    tcase_add_test(words, every_left_kind_has_a_word);
    tcase_add_test(words, namespaces_have_words);
    tcase_add_loop_test(words, outcome_is_written_and_read, 0, LENGTH(OUTCOMES));
    tcase_add_test(words, every_status_and_signal_is_read_back);
    tcase_add_loop_test(words, what_is_no_outcome_is_refused, 0, LENGTH(NO_OUTCOMES));
    tcase_add_test(words, release_leaves_nothing);
    tcase_add_test(errors, error_holds_the_sentence);
    tcase_add_test(errors, error_tells_errno_and_keeps_it);
    tcase_add_test(errors, long_error_is_cut);
    suite_add_tcase(suite, words);
    suite_add_tcase(suite, errors);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
