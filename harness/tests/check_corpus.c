/* check_corpus.c - tests of finding scenarios: which there are, which a pattern selects, and what
 * is said of a folder and an expectation that do not match. */
#include "corpus.h"

#include "temporary.h"

#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const char GOOD[] =
    "[scenario]\ntitle = t\nshape = leak\nculprit = main\nreferences = pipe(7)\n" /* 1-5 */
    "[run]\n"                                                                     /* 5 */
    "[broken]\n"                                                                  /* 6 */
    "outcome = livelock\n"                                                        /* 7 */
    "[fixed]\n"                                                                   /* 8 */
    "outcome = exit 0\n"                                                          /* 9 */
    "stdout = right\n"                                                            /* 10 */
    "[fixed under payload 9]\n"                                                   /* 11 */
    "outcome = exit 0\n"                                                          /* 12 */
    "stdout = right 9\n"                                                          /* 13 */
    "[wrong-a]\n"                                                                 /* 14 */
    "outcome = exit 0\n"                                                          /* 15 */
    "stdout = right\n"                                                            /* 16 */
    "[wrong-a under payload 9]\n"                                                 /* 17 */
    "outcome = timeout\n";                                                        /* 18 */

static void make_scenario(const char *id, const char *expectation)
{
    static const char *const files[] = {"README.md", "broken.c", "fixed.c", "wrong-a.c"};

    for (int i = 0; i < LENGTH(files); i++)
        temporary_write_text(temporary_path("scenarios/%s/%s", id, files[i]), "");
    temporary_write_text(temporary_path("expected/%s.ini", id), expectation);
}

/* Five scenarios, and what is none. */
static void make_tree(void)
{
    temporary_make();
    make_scenario("sem/abba", GOOD);
    make_scenario("pipe/wait-before-drain", GOOD);
    make_scenario("pipe/full", GOOD);
    make_scenario("pipes/full", GOOD);
    make_scenario("csp/runtime-error", GOOD);
    temporary_write_text(temporary_path("scenarios/csp/runtime/runtime.c"), "");
    temporary_write_text(temporary_path("scenarios/pipe/README.md"), "");
    temporary_write_text(temporary_path("scenarios/README.md"), "");
    temporary_write_text(temporary_path("scenarios/pipe/.hidden/broken.c"), "");
    temporary_write_text(temporary_path("expected/pipe/notes.txt"), "");
}

static void find(char *const *patterns, struct corpus *corpus)
{
    struct error err = {""};
    int result = corpus_find(temporary, temporary_path("build"), patterns, corpus, &err);

    ck_assert_msg(result == 0, "%s", err.text);
}

/* The pattern must select exactly the ids, which are NULL-terminated. */
static void selects(const char *pattern, const char *const *ids)
{
    char *patterns[] = {(char *)pattern, NULL};
    struct corpus corpus;
    size_t n = 0;

    find(patterns, &corpus);
    for (; n < corpus.n && ids[n] != NULL; n++)
        ck_assert_str_eq(corpus.scenarios[n].id, ids[n]);
    ck_assert_msg(ids[n] == NULL && n == corpus.n, "'%s' selects %zu", pattern, corpus.n);
    corpus_free(&corpus);
}

#define IDS(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(every_scenario_is_found)
{
    char *none[] = {NULL};
    struct corpus corpus;

    selects("*", IDS("csp/runtime-error", "pipe/full", "pipe/wait-before-drain", "pipes/full",
                     "sem/abba"));
    find(NULL, &corpus);
    ck_assert_uint_eq(corpus.n, 5);
    corpus_free(&corpus);
    find(none, &corpus);
    ck_assert_uint_eq(corpus.n, 5);
    corpus_free(&corpus);
}
END_TEST

START_TEST(scenario_knows_its_places)
{
    char *patterns[] = {"pipe/full", NULL};
    struct corpus corpus;
    const struct scenario *s;

    find(patterns, &corpus);
    s = &corpus.scenarios[0];
    ck_assert_pstr_eq(s->problem, NULL);
    ck_assert_str_eq(s->directory, temporary_path("scenarios/pipe/full"));
    ck_assert_str_eq(s->build, temporary_path("build/scenarios/pipe/full"));
    ck_assert_str_eq(s->expectation->file, temporary_path("expected/pipe/full.ini"));
    ck_assert_str_eq(s->variants[0], "broken");
    ck_assert_str_eq(s->variants[1], "fixed");
    ck_assert_str_eq(s->variants[2], "wrong-a");
    ck_assert_ptr_null(s->variants[3]);
    corpus_free(&corpus);
}
END_TEST

START_TEST(pattern_is_id_mechanism_or_glob)
{
    char *two[] = {"sem", "*/full", NULL};
    struct corpus corpus;

    selects("pipe/full", IDS("pipe/full"));
    selects("pipe", IDS("pipe/full", "pipe/wait-before-drain"));
    selects("pipe*/full", IDS("pipe/full", "pipes/full"));
    selects("*/wait-*", IDS("pipe/wait-before-drain"));
    selects("[cs]*", IDS("csp/runtime-error", "sem/abba"));
    find(two, &corpus);
    ck_assert_uint_eq(corpus.n, 3);
    corpus_free(&corpus);
}
END_TEST

static const struct {
    const char *pattern, *saying;
} UNKNOWN[] = {
    {"pipe/wait-befor-drain",
     "unknown scenario 'pipe/wait-befor-drain'; did you mean pipe/wait-before-drain?"},
    {"pipe/ful", "unknown scenario 'pipe/ful'; did you mean pipe/full?"},
    {"wait-before-drain", "did you mean pipe/wait-before-drain?"},
    {"abba", "did you mean sem/abba?"},
    {"smem", "did you mean sem?"},
    {"tcp/nagle", "unknown scenario 'tcp/nagle'; there are mechanisms csp, pipe, pipes, sem"},
    {"tcp*", "unknown scenario 'tcp*'; there are mechanisms"},
    {"pip", "did you mean pipe?"},
    {"csp/runtime", "unknown scenario 'csp/runtime'"},
    {"pipe/", "unknown scenario 'pipe/'"},
    {"", "unknown scenario ''"},
    {"pipe/full/broken", "unknown scenario 'pipe/full/broken'"},
};

START_TEST(unknown_pattern_names_what_is_near)
{
    char *patterns[] = {"pipe", (char *)UNKNOWN[_i].pattern, NULL};
    struct error err = {""};
    struct corpus corpus;

    ck_assert_int_eq(corpus_find(temporary, temporary, patterns, &corpus, &err), -1);
    ck_assert_msg(strstr(err.text, UNKNOWN[_i].saying) != NULL, "does not say '%s': %s",
                  UNKNOWN[_i].saying, err.text);
    ck_assert_uint_eq(corpus.n, 0);
}
END_TEST

START_TEST(empty_tree_is_an_error)
{
    const char *root = temporary_path("empty");
    struct error err = {""};
    struct corpus corpus;

    temporary_write_text(temporary_path("empty/scenarios/README.md"), "");
    temporary_write_text(temporary_path("empty/expected/README.md"), "");
    ck_assert_int_eq(corpus_find(root, root, NULL, &corpus, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "holds no scenario"));
}
END_TEST

START_TEST(root_may_hold_any_character)
{
    char *root = strdup(temporary_path("[a]*?\\ b"));
    struct error err = {""};
    struct corpus corpus;

    temporary_write_text(temporary_path("[a]*?\\ b/expected/pipe/x.ini"), GOOD);
    temporary_write_text(temporary_path("[a]*?\\ b/scenarios/README.md"), "");
    ck_assert_msg(corpus_find(root, root, NULL, &corpus, &err) == 0, "%s", err.text);
    ck_assert_uint_eq(corpus.n, 1);
    ck_assert_str_eq(corpus.scenarios[0].id, "pipe/x");
    corpus_free(&corpus);
    free(root);
}
END_TEST

/* The problem of the only scenario, pipe/x: a new string, or NULL. */
static char *problem_of_x(void)
{
    char *patterns[] = {"pipe/x", NULL};
    struct corpus corpus;
    char *problem;

    find(patterns, &corpus);
    ck_assert_uint_eq(corpus.n, 1);
    problem = corpus.scenarios[0].problem;
    corpus.scenarios[0].problem = NULL;
    corpus_free(&corpus);
    return problem;
}

static void expect_problem(const char *expected)
{
    char *problem = problem_of_x();

    ck_assert_pstr_eq(problem, expected);
    free(problem);
}

static const struct {
    const char *file, *problem; /* without this file, or with it if it is not there */
} FILES[] = {
    {"README.md", "README.md is missing"},
    {"broken.c", "broken.c is missing; line 7: section [broken] has no broken.c"},
    {"fixed.c", "fixed.c is missing; line 9: section [fixed] has no fixed.c; "
                "line 12: section [fixed under payload 9] has no fixed.c"},
    {"wrong-a.c",
     "there is no wrong-IDEA.c, a tempting fix that does not hold; line 15: section [wrong-a] has "
     "no wrong-a.c; line 18: section [wrong-a under payload 9] has no wrong-a.c"},
    {"fixed-b.c", "fixed-b.c has no section [fixed-b]"},
    {"wrong-b.c", "wrong-b.c has no section [wrong-b]"},
    {"brokn.c", "brokn.c is no variant: right are broken.c, fixed.c, wrong-IDEA.c and "
                "fixed-IDEA.c"},
    {"notes.txt", NULL},
    {".backup.c", NULL},
};

START_TEST(folder_must_match_the_expectation)
{
    const char *path = temporary_path("scenarios/pipe/x/%s", FILES[_i].file);

    make_scenario("pipe/x", GOOD);
    expect_problem(NULL);
    if (unlink(path) == -1)
        temporary_write_text(path, "");
    expect_problem(FILES[_i].problem);
}
END_TEST

#define NO_FAILURE "no section [wrong-a under KNOB] shows how wrong-a.c fails"
#define NO_SUCCESS                                                                                 \
    "[wrong-a] must claim the same outcome and output as [fixed]: a wrong fix that fails the "     \
    "plain run tempts nobody"

static const struct {
    const char *old, *new, *problem; /* GOOD with `old` replaced by `new` */
} CLAIMS[] = {
    {"= timeout", "= exit 0\nstdout = wrong 9", NULL},
    {"= timeout", "= exit 0\nstdout-matches = ^wrong", NULL},
    {"= timeout", "= exit 0\nstdout = right 9\nleaves = zombie", NULL},
    {"= timeout", "= exit 0\nstdout = right 9", NO_FAILURE},
    {"= timeout", "= exit 0", NO_FAILURE},
    {"= timeout", "= exit 0\nstdout-matches = ^right", NO_FAILURE},
    {"[wrong-a under payload 9]\noutcome = timeout\n", "", NO_FAILURE},
    {"[wrong-a]\noutcome = exit 0", "[wrong-a]\noutcome = exit 1", NO_SUCCESS},
    {"[wrong-a]\noutcome = exit 0\nstdout = right", "[wrong-a]\noutcome = exit 0", NO_SUCCESS},
    {"[wrong-a]\noutcome = exit 0\nstdout = right", "[wrong-a]\noutcome = exit 0\nstdout = wrong",
     NO_SUCCESS},
    {"[wrong-a]\noutcome = exit 0", "[wrong-a]\nleaves = zombie\noutcome = exit 0", NO_SUCCESS},
    {"[wrong-a]\noutcome = exit 0\nstdout = right\n", "", "wrong-a.c has no section [wrong-a]"},
    {"livelock", "exit 0\nstdout = right", "[broken] claims nothing that fixed does not"},
    {"livelock", "exit 0\nstdout = wrong", NULL},
    {"livelock", "exit 0\nleaves = file", NULL},
    {"[fixed under payload 9]", "[fixed under payload 8]",
     NO_FAILURE "; line 18: there is no section [fixed under payload 9] beside it"},
    {"[broken]", "[broken under one-cpu]\noutcome=livelock\n[broken]",
     "line 7: there is no section [fixed under one-cpu] beside it"},
    /* What only some schedules show; of `fixed` the whole exploration is implied. */
    {"[broken]", "[broken under explore]", NULL},
    {"[wrong-a under payload 9]", "[wrong-a under explore]", NULL},
    {"livelock\n", "livelock\n[broken under explore]\noutcome = exit 0\nstdout = wrong\n", NULL},
    {"[broken]\noutcome = livelock", "[broken under explore]\noutcome = exit 0\nstdout = right",
     "[broken under explore] claims nothing that fixed does not"},
    {"livelock\n", "livelock\n[broken under explore]\noutcome = exit 0\n",
     "[broken under explore] claims nothing that fixed does not"},
    {"[broken]\noutcome = livelock",
     "[broken under explore]\noutcome = exit 1\n[fixed under explore]\noutcome = exit 1",
     "[broken under explore] claims nothing that fixed does not"},
    {"[wrong-a under payload 9]\noutcome = timeout",
     "[wrong-a under explore]\noutcome = exit 0\nstdout = right", NO_FAILURE},
    {"[wrong-a]\noutcome = exit 0\nstdout = right\n",
     "[wrong-a under explore]\noutcome = deadlock\ndead-end = a\nwaits = a read pipe\n",
     "wrong-a.c has no section [wrong-a]"},
    {"[wrong-a]", "[fixed-b under explore]\noutcome = exit 0\n[wrong-a]",
     "line 15: section [fixed-b under explore] has no fixed-b.c"},
    {"stdout = right\n[fixed under", "stdout-matches = ^right\n[fixed under", NO_SUCCESS},
    {"outcome = timeout", "outcome = soon",
     "expected/pipe/x.ini:19: unknown outcome 'soon'; right are: exit N (0 to 255), signal NAME "
     "(as in 'signal PIPE'), deadlock, livelock, timeout, limit processes|memory|output|disk"},
};

START_TEST(claims_must_match_one_another)
{
    const char *place = strstr(GOOD, CLAIMS[_i].old);
    char text[2 * sizeof GOOD];

    ck_assert_ptr_nonnull(place);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(place - GOOD), GOOD, CLAIMS[_i].new,
             place + strlen(CLAIMS[_i].old));
    make_scenario("pipe/x", text);
    expect_problem(CLAIMS[_i].problem);
}
END_TEST

START_TEST(folder_without_expectation_is_kept)
{
    make_scenario("pipe/x", GOOD);
    ck_assert_int_eq(unlink(temporary_path("expected/pipe/x.ini")), 0);
    expect_problem("expected/pipe/x.ini is missing");
}
END_TEST

START_TEST(expectation_without_folder_is_kept)
{
    temporary_write_text(temporary_path("expected/pipe/x.ini"), GOOD);
    temporary_write_text(temporary_path("scenarios/README.md"), "");
    expect_problem("the folder scenarios/pipe/x is missing");
}
END_TEST

START_TEST(environment_tells_the_place)
{
    struct error err = {""};
    char *root, *build;

    setenv("BROKENPIPE_ROOT", temporary, 1);
    setenv("BROKENPIPE_BUILD", temporary_path("scenarios/../expected"), 1);
    ck_assert_msg(corpus_locate(&root, &build, &err) == 0, "%s", err.text);
    ck_assert_str_eq(root, temporary);
    ck_assert_str_eq(build, temporary_path("expected"));
    free(root);
    free(build);
}
END_TEST

START_TEST(wrong_environment_is_refused)
{
    struct error err = {""};
    char *root, *build;

    setenv("BROKENPIPE_BUILD", temporary, 1);
    setenv("BROKENPIPE_ROOT", temporary_path("none"), 1);
    ck_assert_int_eq(corpus_locate(&root, &build, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "none: No such file or directory"));
    setenv("BROKENPIPE_ROOT", temporary_path("scenarios"), 1);
    ck_assert_int_eq(corpus_locate(&root, &build, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "holds no scenarios/ and expected/"));
}
END_TEST

/* A copy of this program at `path` must find the corpus in `root` and `build`. */
static void finds_from(const char *path, const char *root, const char *build)
{
    char command[2 * PATH_MAX], expected[2 * PATH_MAX], found[2 * PATH_MAX] = "";
    FILE *output;

    temporary_copy(path, "/proc/self/exe");
    snprintf(command, sizeof command, "'%s' --locate", path);
    snprintf(expected, sizeof expected, "%s %s\n", root, build);
    output = popen(command, "re");
    ck_assert_ptr_nonnull(output);
    ck_assert_ptr_nonnull(fgets(found, sizeof found, output));
    ck_assert_int_eq(pclose(output), 0);
    ck_assert_str_eq(found, expected);
}

START_TEST(program_in_the_tree_finds_it)
{
    finds_from(temporary_path("build/program"), temporary, temporary_path("build"));
    finds_from(temporary_path("build/asan/tests/program"), temporary, temporary_path("build"));
}
END_TEST

START_TEST(installed_program_finds_its_corpus)
{
    temporary_write_text(temporary_path("usr/share/brokenpipe/scenarios/README.md"), "");
    temporary_write_text(temporary_path("usr/share/brokenpipe/expected/README.md"), "");
    finds_from(temporary_path("usr/bin/program"), temporary_path("usr/share/brokenpipe"),
               temporary_path("usr/lib/brokenpipe"));
}
END_TEST

/* What the copies do. */
static int locate(void)
{
    struct error err;
    char *root, *build;

    unsetenv("BROKENPIPE_ROOT");
    unsetenv("BROKENPIPE_BUILD");
    if (corpus_locate(&root, &build, &err) == -1) {
        puts(err.text);
        return 1;
    }
    printf("%s %s\n", root, build);
    free(root);
    free(build);
    return 0;
}

static Suite *corpus_suite(void)
{
    Suite *suite = suite_create("corpus");
    TCase *finding = tcase_create("finding");
    TCase *matching = tcase_create("matching");

    tcase_add_checked_fixture(finding, make_tree, temporary_remove);
    tcase_add_test(finding, every_scenario_is_found);
    tcase_add_test(finding, scenario_knows_its_places);
    tcase_add_test(finding, pattern_is_id_mechanism_or_glob);
    tcase_add_loop_test(finding, unknown_pattern_names_what_is_near, 0, LENGTH(UNKNOWN));
    tcase_add_test(finding, empty_tree_is_an_error);
    tcase_add_test(finding, root_may_hold_any_character);
    tcase_add_test(finding, environment_tells_the_place);
    tcase_add_test(finding, wrong_environment_is_refused);
    tcase_add_test(finding, program_in_the_tree_finds_it);
    tcase_add_test(finding, installed_program_finds_its_corpus);
    tcase_add_checked_fixture(matching, temporary_make, temporary_remove);
    tcase_add_loop_test(matching, folder_must_match_the_expectation, 0, LENGTH(FILES));
    tcase_add_loop_test(matching, claims_must_match_one_another, 0, LENGTH(CLAIMS));
    tcase_add_test(matching, folder_without_expectation_is_kept);
    tcase_add_test(matching, expectation_without_folder_is_kept);
    suite_add_tcase(suite, finding);
    suite_add_tcase(suite, matching);
    return suite;
}

int main(int argc, char **argv)
{
    SRunner *runner;
    int failed;

    if (argc == 2 && strcmp(argv[1], "--locate") == 0)
        return locate();
    runner = srunner_create(corpus_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
