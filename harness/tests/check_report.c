/* check_report.c - tests of the reports, on observations made by hand: the JSON is valid whatever
 * bytes a program wrote, and the texts say what a person must know. Explanations in all their parts
 * are in check_report_explanation.c. */
#include "report.h"

#include "utf8.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A string that an observation made by hand points to; nobody frees it. */
#define TEXT(literal) ((char[]){literal})

#define WAIT(pid_, name_, call_, object_, sentence_)                                               \
    {                                                                                              \
        .pid = pid_, .tid = pid_, .name = name_, .call = call_, .object = object_,                 \
        .sentence = TEXT(sentence_)                                                                \
    }

static struct output output_of(const char *text)
{
    return (struct output){(char *)text, strlen(text), strlen(text)};
}

static struct observation exit_of(int status, const char *out, const char *err)
{
    return (struct observation){.outcome = {OUTCOME_EXIT, status},
                                .verdict_ms = -1,
                                .out = output_of(out),
                                .err = output_of(err),
                                .isolation = ISOLATION_FULL};
}

static void expect_story(const struct observation *o, const char *expected)
{
    char *story = report_story(o);
    ck_assert_ptr_nonnull(story);
    ck_assert_str_eq(story, expected);
    free(story);
}

/* The observation as text; new string. */
static char *text_of(const struct observation *o)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    report_observation_text(to, o);
    ck_assert_int_eq(fclose(to), 0);
    return text;
}

static void expect_in_text(const struct observation *o, const char *part)
{
    char *text = text_of(o);
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
    free(text);
}

/* The observation as JSON, written and read back as strictly as jansson can. */
static json_t *json_of(const struct observation *o)
{
    json_t *json = report_observation_json(o);
    ck_assert_ptr_nonnull(json);
    char *written = json_dumps(json, 0);
    json_decref(json);
    ck_assert_ptr_nonnull(written);
    json_error_t error;
    json = json_loads(written, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s in %s", error.text, written);
    free(written);
    return json;
}

static const char *string_in(const json_t *json, const char *key)
{
    const char *string = json_string_value(json_object_get(json, key));
    ck_assert_msg(string != NULL, "no string %s", key);
    return string;
}

START_TEST(utf8_of_any_bytes)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *repaired, *printable;
    } cases[] = {
        {"", 0, "", ""},
        {"plain\n", 6, "plain\n", "plain␊"},
        {"tab\tstays", 9, "tab\tstays", "tab\tstays"},
        {"grün €😀", 13, "grün €😀", "grün €😀"},
        {"a\0b", 3, "a\uFFFDb", "a␀b"},
        {"\033[2J\177", 5, "\033[2J\177", "␛[2J␡"},
        {"\xC2\x9B", 2, "\xC2\x9B", "\uFFFD"},                     /* a C1 control character */
        {"a\u202Eb\u202A", 8, "a\u202Eb\u202A", "a\uFFFDb\uFFFD"}, /* turn the text's direction */
        {"\u2066\u2069", 6, "\u2066\u2069", "\uFFFD\uFFFD"},
        {"\u2028\u2029", 6, "\u2028\u2029", "\uFFFD\uFFFD"}, /* end a line */
        {"\u2027\u202F\u2065\u206A", 12, "\u2027\u202F\u2065\u206A", "\u2027\u202F\u2065\u206A"},
        {"\xC2\xA9", 2, "©", "©"},                                       /* none */
        {"\xFFx\x80", 3, "\uFFFDx\uFFFD", "\uFFFDx\uFFFD"},              /* stray bytes */
        {"\xC0\xAF", 2, "\uFFFD\uFFFD", "\uFFFD\uFFFD"},                 /* overlong */
        {"\xE0\x80\x80", 3, "\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD"}, /* overlong */
        {"\xED\xA0\x80", 3, "\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD"}, /* a surrogate */
        {"\xF4\x90\x80\x80", 4, "\uFFFD\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\xE2\x82", 2, "\uFFFD\uFFFD", "\uFFFD\uFFFD"}, /* cut in the middle of a character */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *repaired = utf8_repair(cases[i].bytes, cases[i].length);
        char *printable = utf8_printable(cases[i].bytes, cases[i].length);
        ck_assert_str_eq(repaired, cases[i].repaired);
        ck_assert_str_eq(printable, cases[i].printable);
        free(repaired);
        free(printable);
    }
}
END_TEST

START_TEST(utf8_widths)
{
    ck_assert_uint_eq(utf8_width("grün", strlen("grün")), 4);
    ck_assert_uint_eq(utf8_prefix("grün", 3), 4);
    ck_assert_uint_eq(utf8_prefix("grün", 4), 5);
    ck_assert_uint_eq(utf8_prefix("grün", 9), 5);
    ck_assert_uint_eq(utf8_prefix("", 9), 0);
}
END_TEST

START_TEST(json_of_an_exit)
{
    struct observation o = exit_of(3, "hello\n", "");
    o.wall_ms = 1.23456;
    json_t *json = json_of(&o);
    ck_assert_str_eq(string_in(json, "outcome"), "exit 3");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "exit")), 3);
    ck_assert(json_is_null(json_object_get(json, "signal")));
    ck_assert(json_is_null(json_object_get(json, "verdict_ms")));
    ck_assert(json_real_value(json_object_get(json, "wall_ms")) == 1.235);
    ck_assert_str_eq(string_in(json, "stdout"), "hello\n");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "stdout_bytes")), 6);
    ck_assert_str_eq(string_in(json, "stderr"), "");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "waits")), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "left_behind")), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "isolation")), 6);
    ck_assert(json_is_null(json_object_get(json, "note")));
    ck_assert(json_is_null(json_object_get(json, "kept")));
    json_decref(json);
}
END_TEST

START_TEST(json_of_a_signal)
{
    struct observation o = exit_of(0, "", "");
    o.outcome = (struct outcome){OUTCOME_SIGNAL, SIGPIPE};
    json_t *json = json_of(&o);
    ck_assert_str_eq(string_in(json, "outcome"), "signal PIPE");
    ck_assert_str_eq(string_in(json, "signal"), "PIPE");
    ck_assert(json_is_null(json_object_get(json, "exit")));
    json_decref(json);
}
END_TEST

START_TEST(json_of_a_deadlock)
{
    struct wait waits[] = {
        WAIT(2, "parent", "wait4", OBJECT_CHILD, "parent waits in wait4 for child"),
        WAIT(3, "child", "write", OBJECT_PIPE, "child waits in write on a full pipe"),
    };
    strcpy(waits[1].state, "full");
    struct left left = {LEFT_FIFO, TEXT("/tmp/f"), TEXT("")};
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .verdict_ms = 1.5,
                            .explanation = {.waits = waits, .n_waits = 2, .took_ms = 2.25},
                            .left = &left,
                            .n_left = 1,
                            .isolation = ISOLATION_USER | ISOLATION_NET,
                            .note = TEXT("a note"),
                            .kept = TEXT("/somewhere")};
    json_t *json = json_of(&o);
    ck_assert_str_eq(string_in(json, "outcome"), "deadlock");
    ck_assert(json_real_value(json_object_get(json, "verdict_ms")) == 1.5);

    json_t *wait = json_array_get(json_object_get(json, "waits"), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(wait, "pid")), 3);
    ck_assert_int_eq(json_integer_value(json_object_get(wait, "tid")), 3);
    ck_assert_str_eq(string_in(wait, "name"), "child");
    ck_assert_str_eq(string_in(wait, "call"), "write");
    ck_assert_str_eq(string_in(wait, "sentence"), "child waits in write on a full pipe");
    ck_assert_str_eq(string_in(wait, "object"), "pipe");
    ck_assert_str_eq(string_in(wait, "state"), "full");

    json_t *explanation = json_object_get(json, "explanation");
    ck_assert(json_is_null(json_object_get(explanation, "lesson")));
    ck_assert_str_eq(string_in(json_object_get(explanation, "chain"), "kind"), "none");
    ck_assert(json_real_value(json_object_get(explanation, "took_ms")) == 2.25);

    json_t *one = json_array_get(json_object_get(json, "left_behind"), 0);
    ck_assert_str_eq(string_in(one, "kind"), "fifo");
    ck_assert_str_eq(string_in(one, "name"), "/tmp/f");
    json_t *isolation = json_object_get(json, "isolation");
    ck_assert_uint_eq(json_array_size(isolation), 2);
    ck_assert_str_eq(json_string_value(json_array_get(isolation, 1)), "net");
    ck_assert_str_eq(string_in(json, "note"), "a note");
    ck_assert_str_eq(string_in(json, "kept"), "/somewhere");
    json_decref(json);
}
END_TEST

/* Output, process names and file names are whatever the program chose. */
START_TEST(json_is_valid_whatever_was_written)
{
    static char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    struct wait wait = WAIT(2, "\xFF\x01", "read", OBJECT_PIPE, "\xC0 waits");
    struct left left = {LEFT_FILE, TEXT("/tmp/\xED\xA0\x80\n"), TEXT("\xFE")};
    struct observation o = exit_of(0, "", "");
    o.out = (struct output){bytes, sizeof bytes, 5000};
    o.explanation.waits = &wait;
    o.explanation.n_waits = 1;
    o.left = &left;
    o.n_left = 1;
    o.note = TEXT("\x80");
    json_t *json = json_of(&o);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "stdout_bytes")), 5000);
    ck_assert_int_eq(strncmp(string_in(json, "stdout"), "\uFFFD\x01\x02", 5), 0);
    json_decref(json);
}
END_TEST

START_TEST(story_of_a_deadlock)
{
    struct wait waits[] = {
        WAIT(2, "parent", "wait4", OBJECT_CHILD, "parent waits in wait4 for child"),
        WAIT(3, "child", "write", OBJECT_PIPE,
             "child waits in write on a full pipe that only parent can read"),
    };
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .explanation = {.waits = waits, .n_waits = 2}};
    expect_story(&o, "parent waits in wait4 for child; "
                     "child waits in write on a full pipe that only parent can read");
}
END_TEST

START_TEST(story_merges_tasks_of_one_shape)
{
    struct wait waits[] = {
        WAIT(2, "worker", "read", OBJECT_PIPE, "worker waits in read on an empty pipe"),
        WAIT(3, "main", "wait4", OBJECT_CHILD, "main waits in wait4 for worker"),
        WAIT(4, "worker", "read", OBJECT_PIPE, "worker waits in read on an empty pipe"),
        WAIT(5, "worker", "read", OBJECT_PIPE, "worker waits in read on an empty pipe"),
    };
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .explanation = {.waits = waits, .n_waits = 4}};
    expect_story(&o, "3 tasks named worker wait in read on an empty pipe; "
                     "main waits in wait4 for worker");
}
END_TEST

START_TEST(story_tells_no_more_than_a_few_tasks)
{
    struct wait waits[9];
    char sentences[9][32];
    for (int i = 0; i < 9; i++) {
        snprintf(sentences[i], sizeof sentences[i], "t%d waits", i);
        waits[i] = (struct wait){.sentence = sentences[i]};
    }
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .explanation = {.waits = waits, .n_waits = 9}};
    expect_story(&o, "t0 waits; t1 waits; t2 waits; t3 waits; t4 waits; t5 waits; and 3 more");
}
END_TEST

START_TEST(story_of_an_exit)
{
    struct observation o = exit_of(0, "first\nreceived 262144 bytes\n", "a warning\n");
    expect_story(&o, "exit 0: \"received 262144 bytes\"");
    o = exit_of(1, "handled 1 of 100 signals\n", "");
    expect_story(&o, "exit 1: \"handled 1 of 100 signals\"");
    o = exit_of(1, "half a result\n", "broken: msgsnd: No space left on device\nmore\n");
    expect_story(&o, "exit 1: \"broken: msgsnd: No space left on device\"");
    o = exit_of(0, "", "");
    expect_story(&o, "exit 0");
    o = exit_of(0, "bell\007 and\ttab\n\n", "");
    expect_story(&o, "exit 0: \"bell␇ and tab\"");
    o.out.length = 1 << 20;
    expect_story(&o, "exit 0");
}
END_TEST

START_TEST(story_names_what_was_left)
{
    struct left left[] = {
        {LEFT_SYSV_MSG, TEXT("key 0x1234"), TEXT("")},
        {LEFT_FIFO, TEXT("/tmp/a"), TEXT("")},
        {LEFT_FIFO, TEXT("/tmp/b"), TEXT("")},
        {LEFT_FIFO, TEXT("/tmp/c"), TEXT("")},
    };
    struct observation o = exit_of(0, "done\n", "");
    o.left = left;
    o.n_left = 1;
    expect_story(&o, "exit 0: \"done\"; left sysv-msg key 0x1234");
    o.n_left = 4;
    expect_story(&o, "exit 0: \"done\"; left sysv-msg key 0x1234, fifo /tmp/a, fifo /tmp/b "
                     "and 1 more");
}
END_TEST

START_TEST(story_of_the_other_outcomes)
{
    struct wait wait = WAIT(2, "writer", "", OBJECT_NONE, "writer runs");
    struct observation o = exit_of(0, "", "");
    o.outcome = (struct outcome){OUTCOME_SIGNAL, SIGPIPE};
    expect_story(&o, "killed by SIGPIPE");
    o.explanation.waits = &wait;
    o.explanation.n_waits = 1;
    o.cpu_ms = 2010;
    o.wall_ms = 10020;
    o.outcome = (struct outcome){OUTCOME_LIVELOCK, 0};
    expect_story(&o, "livelock: 2.0 s of CPU time used; writer runs");
    o.outcome = (struct outcome){OUTCOME_TIMEOUT, 0};
    expect_story(&o, "timeout: alive after 10.0 s; writer runs");
    o.outcome = (struct outcome){OUTCOME_LIMIT, LIMIT_OUTPUT};
    expect_story(&o, "limit output");
}
END_TEST

START_TEST(text_of_a_deadlock)
{
    struct wait waits[] = {
        WAIT(2, "parent", "wait4", OBJECT_CHILD, "parent waits in wait4 for child"),
        WAIT(3, "child", "futex", OBJECT_FUTEX, "child waits in futex"),
    };
    waits[1].tid = 5;
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .verdict_ms = 1.23,
                            .wall_ms = 4.5,
                            .cpu_ms = 0.75,
                            .explanation = {.waits = waits, .n_waits = 2},
                            .isolation = ISOLATION_FULL};
    char *text = text_of(&o);
    ck_assert_str_eq(text, "deadlock, proved 1.2 ms after the last task blocked\n"
                           "  parent (pid 2) waits in wait4 for child\n"
                           "  child (pid 3, thread 5) waits in futex\n"
                           "wall 4.5 ms, CPU 0.8 ms\n");
    free(text);
}
END_TEST

START_TEST(text_of_an_exit)
{
    struct left left = {LEFT_FIFO, TEXT("/tmp/f"), TEXT("nobody has it open")};
    struct observation o = exit_of(1, "one\ntwo\n", "\033[31mred");
    o.left = &left;
    o.n_left = 1;
    char *text = text_of(&o);
    ck_assert_str_eq(text, "exit 1\n"
                           "left behind:\n"
                           "  fifo /tmp/f: nobody has it open\n"
                           "stdout, 8 bytes:\n"
                           "  | one\n"
                           "  | two\n"
                           "stderr, 8 bytes:\n"
                           "  | ␛[31mred\n"
                           "wall 0.0 ms, CPU 0.0 ms\n");
    free(text);
}
END_TEST

START_TEST(text_is_cut)
{
    static char lines[4000];
    memset(lines, '\n', sizeof lines);
    memset(lines, 'x', 1000);
    struct observation o = exit_of(0, "", "");
    o.out = (struct output){lines, sizeof lines, 1000000};
    expect_in_text(&o, "xxx...\n");
    expect_in_text(&o, "stdout, 1000000 bytes:\n");
    expect_in_text(&o, "\n  (998980 bytes more)\n");
}
END_TEST

START_TEST(text_tells_reduced_isolation)
{
    struct observation o = exit_of(0, "", "");
    o.isolation = ISOLATION_USER | ISOLATION_PID;
    expect_in_text(&o, "reduced isolation, so nothing is proved; namespaces in force: user pid\n");
    o.isolation = 0;
    expect_in_text(&o, "namespaces in force: none\n");
}
END_TEST

static void expect_failure(const struct scenario *s, const struct claim *c, const struct verdict *v,
                           const struct observation *o, const char *expected)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    report_failure(to, s, c, v, o);
    ck_assert_int_eq(fclose(to), 0);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(failure_names_case_claim_and_command)
{
    struct expectation e = {.file = TEXT("expected/pipe/x.ini")};
    struct scenario s = {
        .id = TEXT("pipe/x"), .build = TEXT("/nowhere/scenarios/pipe/x"), .expectation = &e};
    struct claim c = {.variant = TEXT("fixed"), .knob = TEXT("payload 7"), .line = 12};
    struct verdict v = {
        .kind = VERDICT_FAIL, .expected = TEXT("exit 0"), .observed = TEXT("exit 1")};
    struct observation o = exit_of(1, "", "");
    expect_failure(&s, &c, &v, &o,
                   "FAIL pipe/x:fixed under payload 7\n"
                   "  expected: exit 0 (expected/pipe/x.ini:12)\n"
                   "  observed: exit 1\n"
                   "    exit 1\n"
                   "    wall 0.0 ms, CPU 0.0 ms\n"
                   "  repeat:   brokenpipe check --case 'fixed under payload 7' pipe/x\n");
    c.knob = NULL;
    v = (struct verdict){
        .kind = VERDICT_BROKEN_HARNESS, .expected = TEXT("exit 0"), .observed = TEXT("no space")};
    expect_failure(&s, &c, &v, &o,
                   "BROKEN-HARNESS pipe/x:fixed\n"
                   "  could not be run: no space\n"
                   "  repeat:   brokenpipe check --case fixed pipe/x\n");
}
END_TEST

START_TEST(failure_tells_its_news_first)
{
    struct expectation e = {.file = TEXT("expected/pipe/x.ini")};
    struct scenario s = {
        .id = TEXT("pipe/x"), .build = TEXT("/nowhere/scenarios/pipe/x"), .expectation = &e};
    struct claim c = {.variant = TEXT("broken"), .line = 12};
    struct verdict v = {.kind = VERDICT_FAIL,
                        .expected = TEXT("deadlock"),
                        .observed = TEXT("exit 0"),
                        .news = "a broken variant that stopped breaking"};
    struct observation o = exit_of(0, "", "");
    expect_failure(&s, &c, &v, &o,
                   "FAIL pipe/x:broken\n"
                   "  news:     a broken variant that stopped breaking\n"
                   "  expected: deadlock (expected/pipe/x.ini:12)\n"
                   "  observed: exit 0\n"
                   "    exit 0\n"
                   "    wall 0.0 ms, CPU 0.0 ms\n"
                   "  repeat:   brokenpipe check --case broken pipe/x\n");
}
END_TEST

START_TEST(failure_of_an_exploration_names_the_command_that_tells_it)
{
    struct expectation e = {.file = TEXT("expected/pipe/x.ini"),
                            .args = (char *[]){TEXT("2"), TEXT("10"), NULL},
                            .explore_s = 1};
    struct scenario s = {
        .id = TEXT("pipe/x"), .build = TEXT("/nowhere/scenarios/pipe/x"), .expectation = &e};
    struct claim c = {.variant = TEXT("fixed"), .knob = TEXT("explore"), .line = 12};
    struct verdict v = {.kind = VERDICT_FAIL,
                        .expected = TEXT("in every schedule: exit 0"),
                        .observed = TEXT("in schedule 7: exit 1"),
                        .coverage = {.schedules = 9},
                        .schedule = 7};
    struct observation o = exit_of(1, "", "");
    expect_failure(&s, &c, &v, &o,
                   "FAIL pipe/x:fixed under explore\n"
                   "  expected: in every schedule: exit 0 (expected/pipe/x.ini:12)\n"
                   "  observed: in schedule 7: exit 1\n"
                   "    exit 1\n"
                   "    wall 0.0 ms, CPU 0.0 ms\n"
                   "  explore:  brokenpipe explore -- /nowhere/scenarios/pipe/x/fixed 2 10\n"
                   "  repeat:   brokenpipe check --case 'fixed under explore' pipe/x\n");
    c.knob = TEXT("second-instance");
    expect_failure(
        &s, &c, &v, &o,
        "FAIL pipe/x:fixed under second-instance\n"
        "  expected: in every schedule: exit 0 (expected/pipe/x.ini:12)\n"
        "  observed: in schedule 7: exit 1\n"
        "    exit 1\n"
        "    wall 0.0 ms, CPU 0.0 ms\n"
        "  explore:  brokenpipe explore --second-instance -- /nowhere/scenarios/pipe/x/fixed 2 10\n"
        "  repeat:   brokenpipe check --case 'fixed under second-instance' pipe/x\n");
}
END_TEST

START_TEST(failure_tells_who_waits)
{
    struct wait wait = WAIT(2, "reader", "read", OBJECT_PIPE, "reader waits in read on a pipe");
    struct expectation e = {.file = TEXT("expected/pipe/x.ini")};
    struct scenario s = {
        .id = TEXT("pipe/x"), .build = TEXT("/nowhere/scenarios/pipe/x"), .expectation = &e};
    struct claim c = {.variant = TEXT("fixed"), .line = 12};
    struct verdict v = {
        .kind = VERDICT_FAIL, .expected = TEXT("exit 0"), .observed = TEXT("deadlock")};
    struct observation o = {.outcome = {OUTCOME_DEADLOCK, 0},
                            .explanation = {.waits = &wait, .n_waits = 1},
                            .isolation = ISOLATION_FULL};
    expect_failure(&s, &c, &v, &o,
                   "FAIL pipe/x:fixed\n"
                   "  expected: exit 0 (expected/pipe/x.ini:12)\n"
                   "  observed: deadlock\n"
                   "    deadlock, proved 0.0 ms after the last task blocked\n"
                   "      reader (pid 2) waits in read on a pipe\n"
                   "    wall 0.0 ms, CPU 0.0 ms\n"
                   "  repeat:   brokenpipe check --case fixed pipe/x\n");
}
END_TEST

static Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *utf8 = tcase_create("utf8"), *json = tcase_create("json");
    TCase *story = tcase_create("story"), *text = tcase_create("text");
    tcase_add_test(utf8, utf8_of_any_bytes);
    tcase_add_test(utf8, utf8_widths);
    tcase_add_test(json, json_of_an_exit);
    tcase_add_test(json, json_of_a_signal);
    tcase_add_test(json, json_of_a_deadlock);
    tcase_add_test(json, json_is_valid_whatever_was_written);
    tcase_add_test(story, story_of_a_deadlock);
    tcase_add_test(story, story_merges_tasks_of_one_shape);
    tcase_add_test(story, story_tells_no_more_than_a_few_tasks);
    tcase_add_test(story, story_of_an_exit);
    tcase_add_test(story, story_names_what_was_left);
    tcase_add_test(story, story_of_the_other_outcomes);
    tcase_add_test(text, text_of_a_deadlock);
    tcase_add_test(text, text_of_an_exit);
    tcase_add_test(text, text_is_cut);
    tcase_add_test(text, text_tells_reduced_isolation);
    tcase_add_test(text, failure_names_case_claim_and_command);
    tcase_add_test(text, failure_tells_its_news_first);
    tcase_add_test(text, failure_of_an_exploration_names_the_command_that_tells_it);
    tcase_add_test(text, failure_tells_who_waits);
    suite_add_tcase(suite, utf8);
    suite_add_tcase(suite, json);
    suite_add_tcase(suite, story);
    suite_add_tcase(suite, text);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(report_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
