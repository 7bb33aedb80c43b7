/* check_schedule_file.c - tests of the file that keeps a failing schedule: what is written is read
 * again, and what is wrong in a file is said with its place. */
#include "explore.h"

#include "temporary.h"

#include <dirent.h>
#include <stdbool.h>
#include <unistd.h>

static char *const argv[] = {(char *)"/bin/program", (char *)"two words", (char *)"\"quoted\"\n",
                             NULL};

/* A failing schedule of five steps, of which three had options. */
static struct exploration made(void)
{
    static const struct choice choices[] = {
        {0, CHOICE_GO}, {1, CHOICE_SIGNAL}, {0, CHOICE_GO}, {2, CHOICE_SHORT}, {0, CHOICE_EXPIRE}};
    struct exploration x = {.observation = {.outcome = {OUTCOME_SIGNAL, 11}},
                            .realtime_ns = INT64_C(1700000000123456789),
                            .monotonic_ns = -1};
    schedule_init(&x.schedule);
    x.schedule.hash = UINT64_C(0xfedcba9876543210);
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        struct step *step = schedule_add(&x.schedule);
        ck_assert_ptr_nonnull(step);
        step->choice = choices[i];
        step->n_options = 1 + i % 2 + (i == 4);
    }
    return x;
}

static const char *path(void)
{
    return temporary_path("a.schedule.json");
}

static void write_file(char *const *program, const struct explore_options *options)
{
    struct exploration x = made();
    struct error err;
    const struct world_spec spec = {.argv = program};
    int written = schedule_file_write(path(), &spec, options, &x, &err);
    ck_assert_msg(written == 0, "%s", err.text);
    schedule_free(&x.schedule);
}

static size_t count_files(void)
{
    DIR *directory = opendir(temporary);
    ck_assert_ptr_nonnull(directory);
    size_t n = 0;
    while (readdir(directory) != NULL)
        n++;
    closedir(directory);
    return n - 2; /* . and .. */
}

START_TEST(what_is_written_is_read_again)
{
    struct explore_options options = {.seed = 4711, .sleeps_take_time = true, .short_reads = true};
    write_file(argv, &options);
    struct schedule_file file;
    struct error err;
    ck_assert_msg(schedule_file_read(path(), &file, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(file.argv[i], argv[i]);
    ck_assert_ptr_null(file.argv[3]);
    ck_assert_str_eq(file.outcome, "signal SEGV");
    ck_assert_uint_eq(file.seed, 4711);
    ck_assert(file.sleeps_take_time && file.short_reads);
    ck_assert_int_eq(file.realtime_ns, INT64_C(1700000000123456789));
    ck_assert_int_eq(file.monotonic_ns, -1);
    ck_assert_uint_eq(file.hash, UINT64_C(0xfedcba9876543210));
    ck_assert_uint_eq(file.n_choices, 3);
    ck_assert(file.choices[0].task == 1 && file.choices[0].kind == CHOICE_SIGNAL);
    ck_assert(file.choices[1].task == 2 && file.choices[1].kind == CHOICE_SHORT);
    ck_assert(file.choices[2].task == 0 && file.choices[2].kind == CHOICE_EXPIRE);
    schedule_file_free(&file);
}
END_TEST

START_TEST(without_choices)
{
    struct explore_options options = explore_options_default();
    struct exploration x = made();
    struct schedule_file file;
    struct error err;
    for (size_t i = 0; i < x.schedule.n_steps; i++)
        x.schedule.steps[i].n_options = 1;
    ck_assert_int_eq(
        schedule_file_write(path(), &(struct world_spec){.argv = argv}, &options, &x, &err), 0);
    ck_assert_msg(schedule_file_read(path(), &file, &err) == 0, "%s", err.text);
    ck_assert_uint_eq(file.n_choices, 0);
    ck_assert(!file.sleeps_take_time && !file.short_reads);
    schedule_file_free(&file);
    schedule_free(&x.schedule);
}
END_TEST

/* The last file is replaced as a whole, and nothing else is left beside it. */
START_TEST(writing_replaces)
{
    struct explore_options options = explore_options_default();
    temporary_write_text(path(), "something else\n");
    write_file(argv, &options);
    ck_assert_uint_eq(count_files(), 1);
    struct schedule_file file;
    struct error err;
    ck_assert_msg(schedule_file_read(path(), &file, &err) == 0, "%s", err.text);
    schedule_file_free(&file);
}
END_TEST

static void expect_not_written(const char *to, char *const *program, const char *part)
{
    struct explore_options options = explore_options_default();
    struct exploration x = made();
    struct error err = {""};
    ck_assert_int_eq(
        schedule_file_write(to, &(struct world_spec){.argv = program}, &options, &x, &err), -1);
    ck_assert_msg(strstr(err.text, part) != NULL, "no \"%s\" in: %s", part, err.text);
    schedule_free(&x.schedule);
}

START_TEST(what_cannot_be_written)
{
    char *const not_utf8[] = {(char *)"/bin/program", (char *)"\xff", NULL};
    temporary_write_text(path(), "as before");
    expect_not_written(path(), not_utf8, "argument 1 of the program is no valid UTF-8");
    ck_assert_uint_eq(count_files(), 1);
    expect_not_written(temporary_path("no/such/directory"), argv, "No such file");
    expect_not_written(temporary, argv, "no regular file");
    expect_not_written("/dev/null", argv, "no regular file");
}
END_TEST

/* Each line of a good file, with its key. */
static const struct line {
    const char *key, *value;
} good[] = {
    {"brokenpipe_schedule", "1"},
    {"argv", "[\"/bin/program\", \"1\"]"},
    {"outcome", "\"deadlock\""},
    {"seed", "1"},
    {"time", "\"none\""},
    {"short_reads", "false"},
    {"second_instance", "true"},
    {"realtime_ns", "1"},
    {"monotonic_ns", "2"},
    {"hash", "\"0123456789abcdef\""},
    {"choices", "[[0, \"go\"], [1, \"signal\"]]"},
};

enum { LINES = sizeof good / sizeof good[0] };

/* Writes the good file, but with `value` for `key`: NULL is for leaving it out. A key that is in no
 * good file is added. */
static void write_changed(const char *key, const char *value)
{
    char text[4096] = "{\n";
    bool there = false;
    for (size_t i = 0; i <= LINES; i++) {
        bool changed = i < LINES && strcmp(good[i].key, key) == 0;
        const struct line line = i == LINES || changed ? (struct line){key, value} : good[i];
        there |= changed;
        if (line.value == NULL || (i == LINES && there))
            continue;
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s  \"%s\": %s\n", used > 2 ? "," : "", line.key,
                 line.value);
    }
    strcat(text, "}\n");
    temporary_write_text(path(), text);
}

static void expect_unreadable(const char *part)
{
    struct schedule_file file;
    struct error err = {""};
    ck_assert_int_eq(schedule_file_read(path(), &file, &err), -1);
    ck_assert_msg(strstr(err.text, part) != NULL && strstr(err.text, path()) != NULL,
                  "no \"%s\" in: %s", part, err.text);
    ck_assert_ptr_null(file.argv);
    ck_assert_ptr_null(file.choices);
}

START_TEST(the_good_file_is_good)
{
    struct schedule_file file;
    struct error err;
    write_changed("seed", "1");
    ck_assert_msg(schedule_file_read(path(), &file, &err) == 0, "%s", err.text);
    schedule_file_free(&file);
}
END_TEST

START_TEST(each_key_is_needed)
{
    for (size_t i = 0; i < LINES; i++) {
        char missing[64];
        snprintf(missing, sizeof missing, "the key %s is missing", good[i].key);
        write_changed(good[i].key, NULL);
        expect_unreadable(missing);
    }
}
END_TEST

START_TEST(no_value_may_be_of_another_type)
{
    static const char *const types[] = {"null", "1.5", "{}", "[null]"};
    for (size_t i = 0; i < LINES; i++)
        for (size_t j = 0; j < sizeof types / sizeof types[0]; j++) {
            write_changed(good[i].key, types[j]);
            expect_unreadable(good[i].key);
        }
}
END_TEST

START_TEST(wrong_values)
{
    static const struct {
        const char *key, *value, *part;
    } wrong[] = {
        {"brokenpipe_schedule", "2", "brokenpipe_schedule must be 1"},
        {"argv", "[]", "argv must name the program"},
        {"argv", "[\"program\"]", "argv[0] must be a string, and the first one an absolute path"},
        {"argv", "[\"/bin/program\", 7]", "argv[1] must be"},
        {"outcome", "\"dead\"", "outcome must be an outcome, like"},
        {"time", "\"real\"", "time must be \"virtual\" or \"none\""},
        {"hash", "\"0123\"", "hash must be a string of 16"},
        {"hash", "\"0123456789ABCDEF\"", "hash must be a string of 16"},
        {"choices", "{}", "choices must be a list"},
        {"choices", "[[0, \"go\"], [1]]", "choices[1] must be [TASK, KIND]"},
        {"choices", "[[0, \"went\"]]", "choices[0] must be"},
        {"choices", "[[-1, \"go\"]]", "choices[0] must be"},
        {"choices", "[[4294967296, \"go\"]]", "choices[0] must be"},
        {"choices", "[[0, \"go\", 1]]", "choices[0] must be"},
        {"choices", "[[\"go\", 0]]", "choices[0] must be"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        write_changed(wrong[i].key, wrong[i].value);
        expect_unreadable(wrong[i].part);
    }
}
END_TEST

START_TEST(unknown_keys)
{
    write_changed("choises", "[]");
    expect_unreadable("unknown key choises; did you mean choices?");
    write_changed("something", "1");
    expect_unreadable("unknown key something");
    /* A later format has other keys: that it is later is what must be said. */
    write_changed("brokenpipe_schedule", "2, \"something\": 1");
    expect_unreadable("the only format");
}
END_TEST

START_TEST(no_schedule_at_all)
{
    temporary_write_text(path(), "");
    expect_unreadable("line 1: no valid JSON");
    temporary_write_text(path(), "{\n  \"seed\": 1,\n  \"seed\": 2\n}\n");
    expect_unreadable("line 3: no valid JSON");
    temporary_write_text(path(), "{\"seed\": 1} more");
    expect_unreadable("no valid JSON");
    temporary_write_text(path(), "[1, 2]\n");
    expect_unreadable("is no schedule");
    temporary_write_text(path(), "{\"seed\": 99999999999999999999}");
    expect_unreadable("no valid JSON");
    struct schedule_file file;
    struct error err;
    ck_assert_int_eq(schedule_file_read(temporary_path("none"), &file, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
    ck_assert_int_eq(schedule_file_read(temporary, &file, &err), -1);
}
END_TEST

/* A file may come from anybody. */
START_TEST(no_control_character_is_quoted)
{
    write_changed("\\u001b[2J", "1");
    expect_unreadable("unknown key");
    struct schedule_file file;
    struct error err;
    ck_assert_int_eq(schedule_file_read(path(), &file, &err), -1);
    ck_assert_ptr_null(strchr(err.text, '\033'));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("schedule_file");
    tcase_add_checked_fixture(tcase, temporary_make, temporary_remove);
    tcase_add_test(tcase, what_is_written_is_read_again);
    tcase_add_test(tcase, without_choices);
    tcase_add_test(tcase, writing_replaces);
    tcase_add_test(tcase, what_cannot_be_written);
    tcase_add_test(tcase, the_good_file_is_good);
    tcase_add_test(tcase, each_key_is_needed);
    tcase_add_test(tcase, no_value_may_be_of_another_type);
    tcase_add_test(tcase, wrong_values);
    tcase_add_test(tcase, unknown_keys);
    tcase_add_test(tcase, no_schedule_at_all);
    tcase_add_test(tcase, no_control_character_is_quoted);
    Suite *suite = suite_create("schedule_file");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
