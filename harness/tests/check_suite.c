/* check_suite.c - tests of the suite over the corpus, run as a program over small trees: what it
 * finds, how it names and logs the cases, and its exit status. */
#include "temporary.h"

#include <sys/wait.h>
#include <unistd.h>

static const char EXPECTATION[] =
    "[scenario]\ntitle = t\nshape = leak\nculprit = main\nreferences = pipe(7)\n"
    "[run]\nargs = 7\nexplore = 0.3\n"
    "[broken]\noutcome = exit 1\n"                /* lines 8, 9 */
    "[fixed]\noutcome = exit 0\nstdout = 7\n"     /* 10 */
    "[fixed under payload 9]\noutcome = exit 0\n" /* 13 */
    "[wrong-a]\noutcome = exit 0\nstdout = 7\n"
    "[wrong-a under payload 9]\noutcome = exit 9\n";

/* Programs that do what the expectation says. */
static const struct {
    const char *variant, *program;
} PROGRAMS[] = {
    {"broken", "#!/bin/sh\nexit 1\n"},
    {"fixed", "#!/bin/sh\necho $1\n"},
    {"wrong-a", "#!/bin/sh\necho $1\n[ $1 = 7 ] || exit $1\n"},
};

static void build(const char *id, const char *variant, const char *program)
{
    const char *path = temporary_path("build/scenarios/%s/%s", id, variant);

    temporary_write_text(path, program);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

static void make_scenario(const char *id)
{
    temporary_write_text(temporary_path("scenarios/%s/README.md", id), "");
    temporary_write_text(temporary_path("expected/%s.ini", id), EXPECTATION);
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof PROGRAMS[0]; i++) {
        const char *source = temporary_path("scenarios/%s/%s.c", id, PROGRAMS[i].variant);

        temporary_write_text(source, "");
        build(id, PROGRAMS[i].variant, PROGRAMS[i].program);
    }
}

/* Two scenarios that pass. */
static void make_tree(void)
{
    temporary_make();
    make_scenario("pipe/x");
    make_scenario("sem/y");
    temporary_copy(temporary_path("build/points.so"), BUILD_DIR "/points.so");
    setenv("BROKENPIPE_ROOT", temporary, 1);
    setenv("BROKENPIPE_BUILD", temporary_path("build"), 1);
    setenv("CK_TAP_LOG_FILE_NAME", temporary_path("log.tap"), 1);
    setenv("CK_XML_LOG_FILE_NAME", temporary_path("log.xml"), 1);
    setenv("CK_VERBOSITY", "normal", 1);
    unsetenv("CK_FORK");
}

/* The whole text of a stream. */
static void read_stream(FILE *from, char *text, size_t size)
{
    size_t length = fread(text, 1, size - 1, from);

    text[length] = '\0';
}

static char output[1 << 16], tap[1 << 16], xml[1 << 16];

static void read_log(const char *name, char *text, size_t size)
{
    FILE *log = fopen(temporary_path("%s", name), "re");

    ck_assert_ptr_nonnull(log);
    read_stream(log, text, size);
    ck_assert_int_eq(fclose(log), 0);
}

/* Runs the suite: its exit status; what it prints is in `output`. */
static int run(const char *arguments)
{
    char command[PATH_MAX];
    FILE *from;
    int status;

    snprintf(command, sizeof command, "%s/check_scenarios %s 2>&1", BUILD_DIR, arguments);
    from = popen(command, "re");
    ck_assert_ptr_nonnull(from);
    read_stream(from, output, sizeof output);
    status = pclose(from);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void says(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in: %.2000s", part, text);
}

START_TEST(list_prints_ids)
{
    ck_assert_int_eq(run("--list"), 0);
    ck_assert_str_eq(output, "pipe/x\nsem/y\n");
    ck_assert_int_eq(run("--list 'p*'"), 0);
    ck_assert_str_eq(output, "pipe/x\n");
}
END_TEST

START_TEST(wrong_usage_is_status_2)
{
    ck_assert_int_eq(run("--list sem/z"), 2);
    ck_assert_str_eq(output, "check_scenarios: unknown scenario 'sem/z'; did you mean sem/y?\n");
    ck_assert_int_eq(run("pipe/x tcp"), 2);
    ck_assert_int_eq(run("--colour"), 2);
    says(output, "usage: ");
    ck_assert_int_eq(run("--help"), 0);
    says(output, "usage: ");
    setenv("BROKENPIPE_ROOT", temporary_path("build"), 1);
    ck_assert_int_eq(run(""), 2);
}
END_TEST

START_TEST(all_that_holds_passes)
{
    ck_assert_msg(run("") == 0, "%.2000s", output);
    says(output, "100%: Checks: 10, Failures: 0, Errors: 0");
    read_log("log.tap", tap, sizeof tap);
    says(tap, "expected/pipe/x.ini:pipe/x:pipe/x:broken: Passed");
    says(tap, ":sem/y:fixed under payload 9: Passed");
    says(tap, "1..10");
    read_log("log.xml", xml, sizeof xml);
    says(xml, "<id>pipe/x:wrong-a under payload 9</id>");
}
END_TEST

START_TEST(tag_is_the_mechanism)
{
    setenv("CK_INCLUDE_TAGS", "sem", 1);
    ck_assert_int_eq(run(""), 0);
    says(output, "100%: Checks: 5, Failures: 0, Errors: 0");
}
END_TEST

START_TEST(failure_tells_expected_and_observed)
{
    build("pipe/x", "fixed", "#!/bin/sh\necho 8\n");
    ck_assert_int_eq(run("pipe"), 1);
    says(output, "Checks: 5, Failures: 1, Errors: 0");
    says(output, "expected/pipe/x.ini:11:F:pipe/x:pipe/x:fixed:");
    says(output, "expected: exit 0; stdout \"7\"");
    says(output, "observed: exit 0; stdout \"8\"");
    says(output, "brokenpipe check ");
    read_log("log.tap", tap, sizeof tap);
    says(tap, "not ok 2 - expected/pipe/x.ini:pipe/x:pipe/x:fixed: FAIL pipe/x:fixed\n# ");
    for (const char *line = strchr(tap, '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n'))
        ck_assert_msg(line[1] == '#' || strncmp(line + 1, "ok ", 3) == 0 ||
                          strncmp(line + 1, "not ok ", 7) == 0 || strncmp(line + 1, "1..", 3) == 0,
                      "not TAP: %s", line);
    read_log("log.xml", xml, sizeof xml);
    says(xml, "<id>pipe/x:fixed</id>");
}
END_TEST

START_TEST(long_failure_is_cut)
{
    build("pipe/x", "fixed", "#!/bin/sh\nyes $(printf %0160d 0) | head -n 50 | tee /dev/stderr\n");
    ck_assert_int_eq(run("pipe"), 1);
    says(output, "Checks: 5, Failures: 1, Errors: 0");
    says(output, "0...\n");
}
END_TEST

START_TEST(program_that_is_not_built_is_status_3)
{
    ck_assert_int_eq(unlink(temporary_path("build/scenarios/pipe/x/wrong-a")), 0);
    ck_assert_int_eq(run("pipe"), 3);
    says(output, "BROKEN-HARNESS pipe/x:wrong-a");
    says(output, "wrong-a is not built: run make");
}
END_TEST

START_TEST(scenario_with_a_problem_fails_once)
{
    ck_assert_int_eq(unlink(temporary_path("scenarios/pipe/x/README.md")), 0);
    ck_assert_int_eq(run("pipe"), 1);
    says(output, "0%: Checks: 1, Failures: 1, Errors: 0");
    says(output, "expected/pipe/x.ini:1:F:pipe/x:pipe/x:");
    says(output, "README.md is missing");
}
END_TEST

START_TEST(explored_claims_are_judged_on_their_own)
{
    ck_assert_msg(run("--explored") == 0, "%.2000s", output);
    says(output, "100%: Checks: 2, Failures: 0, Errors: 0");
    read_log("log.tap", tap, sizeof tap);
    says(tap, "expected/pipe/x.ini:pipe/x:pipe/x:fixed under explore: Passed");
}
END_TEST

START_TEST(every_schedule_of_a_fixed_variant_must_hold)
{
    build("pipe/x", "fixed", "#!/bin/sh\necho 8\n");
    ck_assert_int_eq(run("--explored pipe"), 1);
    says(output, "Checks: 1, Failures: 1, Errors: 0");
    says(output, "expected/pipe/x.ini:11:F:pipe/x:pipe/x:fixed under explore:");
    says(output, "expected: in every schedule: exit 0; stdout \"7\"");
    says(output, "observed: in schedule 1: exit 0; stdout \"8\"");
    says(output, "brokenpipe explore --budget 0.3 -- ");
    says(output, "/build/scenarios/pipe/x/fixed 7\n");
    says(output, "check --case 'fixed under explore' pipe/x");
}
END_TEST

/* Makes pipe/x a scenario whose two processes write a line each: `fixed` in order, `broken` in the
 * order that the schedule brings about. */
static void make_race(const char *broken_claim)
{
    char text[sizeof EXPECTATION + 256];

    snprintf(text, sizeof text,
             "[scenario]\ntitle = t\nshape = leak\nculprit = main\nreferences = "
             "wait(2)\n[run]\nexplore = 0.2\n"
             "[broken under explore]\n%s"
             "[fixed]\noutcome = exit 0\nstdout = a\nstdout = b\n"
             "[wrong-a]\noutcome = exit 0\nstdout = a\nstdout = b\n"
             "[wrong-a under explore]\noutcome = exit 0\nstdout = b\nstdout = a\n",
             broken_claim);
    temporary_write_text(temporary_path("expected/pipe/x.ini"), text);
    build("pipe/x", "broken", "#!/bin/sh\necho a &\necho b\nwait\n");
    build("pipe/x", "fixed", "#!/bin/sh\necho a &\nwait\necho b\n");
    build("pipe/x", "wrong-a", "#!/bin/sh\necho b &\necho a\nwait\n");
}

START_TEST(some_schedule_of_a_broken_variant_must_fail)
{
    make_race("outcome = exit 0\nstdout = b\nstdout = a\n");
    ck_assert_msg(run("--explored pipe") == 0, "%.2000s", output);
    says(output, "100%: Checks: 3, Failures: 0, Errors: 0");
    /* Either order can be found, so that neither is just what the first schedule does. */
    make_race("outcome = exit 0\nstdout-matches = ^a.b$\nleaves = file none\n");
    ck_assert_int_eq(run("--explored pipe"), 1);
    says(output, "Checks: 3, Failures: 1, Errors: 0");
    says(output, "pipe/x:broken under explore:");
    says(output, "expected: in some schedule: exit 0; stdout matches ^a.b$; leaves file none");
    says(output, "observed: no such schedule in ");
    says(output, "; but: ");
    says(output, "exit 0; leaves no file none (");
    says(output, "exit 0; stdout \"b\"...; leaves no file none (");
}
END_TEST

START_TEST(exploration_of_what_is_not_built_is_status_3)
{
    ck_assert_int_eq(unlink(temporary_path("build/scenarios/pipe/x/fixed")), 0);
    ck_assert_int_eq(run("--explored pipe"), 3);
    says(output, "BROKEN-HARNESS pipe/x:fixed under explore");
    says(output, "fixed is not built: run make");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suite");
    TCase *tcase = tcase_create("suite");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, make_tree, temporary_remove);
    tcase_add_test(tcase, list_prints_ids);
    tcase_add_test(tcase, wrong_usage_is_status_2);
    tcase_add_test(tcase, all_that_holds_passes);
    tcase_add_test(tcase, tag_is_the_mechanism);
    tcase_add_test(tcase, failure_tells_expected_and_observed);
    tcase_add_test(tcase, long_failure_is_cut);
    tcase_add_test(tcase, program_that_is_not_built_is_status_3);
    tcase_add_test(tcase, scenario_with_a_problem_fails_once);
    tcase_add_test(tcase, explored_claims_are_judged_on_their_own);
    tcase_add_test(tcase, every_schedule_of_a_fixed_variant_must_hold);
    tcase_add_test(tcase, some_schedule_of_a_broken_variant_must_fail);
    tcase_add_test(tcase, exploration_of_what_is_not_built_is_status_3);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
