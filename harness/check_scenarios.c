/* check_scenarios.c - the Check suite over the corpus: every variant of every scenario against its
 * expectation.
 *
 *     check_scenarios [PATTERN...]             judge the scenarios that the patterns select, or all
 *     check_scenarios --explored [PATTERN...]  judge their explored claims instead, which take time
 *     check_scenarios --list [PATTERN...]      print their ids, one a line
 *
 * The cases are found in the tree when the program starts; none is listed here. A scenario is a
 * test case of Check, tagged with its mechanism; a section of its expectation is a test in it,
 * named SCENARIO:VARIANT in Check's text, TAP and XML logs. Exit status: 0 all passed, 1 some
 * failed, 2 wrong usage, 3 some could not be run. */
#include "corpus.h"
#include "report.h"
#include "verdict.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_PASSED, STATUS_FAILED, STATUS_USAGE, STATUS_BROKEN_HARNESS };

/* Check refuses a longer message. */
enum { LONGEST_MESSAGE = 3500 };

/* Beyond a run's own budgets, which the world enforces: this one only guards against our faults. An
 * exploration may have to wait for a processor of its own as well. */
enum { SPARE_SECONDS = 60, SPARE_SECONDS_EXPLORED = 300 };

/* The runs of an exploration that may begin when its budget is all but used up: the last of the
 * search, and its replays. */
enum { RUNS_BEYOND_BUDGET = 4 };

/* One test; what Check's test functions know of it is its index. */
struct test_case {
    const struct scenario *scenario;
    const struct claim *claim; /* NULL: the scenario has a problem, and that is the failure */
    TTest test;
};

/* Check's test functions take an int and nothing else, hence these two. */
static struct test_case *cases;
static size_t n_cases;

/* Copies `text` for Check's logs: lines after the first become comments of TAP, and what Check
 * would refuse is cut off. */
static void copy_for_logs(char message[LONGEST_MESSAGE], const char *text)
{
    size_t used = 0;

    for (; *text != '\0' && used < LONGEST_MESSAGE - sizeof "\n# ..."; text++) {
        bool ends_line = *text == '\n';

        if (ends_line && text[1] == '\0')
            continue;
        message[used++] = *text;
        if (ends_line) {
            message[used++] = '#';
            message[used++] = ' ';
        }
    }
    strcpy(message + used, *text == '\0' ? "" : "...");
}

/* Ends the test. ck_abort_msg() would name this file and line instead of the expectation's. */
static void fail_case(const struct test_case *this, const char *text)
{
    char message[LONGEST_MESSAGE];

    copy_for_logs(message, text);
    _ck_assert_failed(this->test.file, this->test.line, "Failed", "%s", message);
}

/* The failure as report_failure() tells it: a new string, or NULL. */
static char *describe(const struct test_case *this, const struct verdict *v,
                      const struct observation *o)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    if (to == NULL)
        return NULL;
    report_failure(to, this->scenario, this->claim, v, o);
    if (fclose(to) == 0)
        return text;
    free(text);
    return NULL;
}

/* A test: runs its variant, and fails unless all that is claimed holds. */
static void judge(int index)
{
    const struct test_case *this = &cases[index];
    struct observation o;
    struct verdict v;

    if (this->claim == NULL)
        fail_case(this, this->scenario->problem);
    v = verdict_run(this->scenario, this->claim, &o);
    if (v.kind != VERDICT_PASS) {
        char *text = describe(this, &v, &o);

        fail_case(this, text != NULL ? text : verdict_kind_name(v.kind));
    }
    observation_free(&o);
    verdict_free(&v);
}

/* Adds a test to `tcase`; `file` is shown without the root, as a person would name it. */
static int add_case(TCase *tcase, const char *root, const struct scenario *s, const struct claim *c)
{
    struct test_case *this = &cases[n_cases];
    const char *file = s->expectation != NULL ? s->expectation->file : s->directory;
    size_t length = strlen(root);
    int index = (int)n_cases;

    if (strncmp(file, root, length) == 0 && file[length] == '/')
        file += length + 1;
    *this = (struct test_case){s, c, {NULL, judge, file, c != NULL ? c->line : 1}};
    this->test.name = c != NULL ? case_name(s, c) : strdup(s->id);
    if (this->test.name == NULL)
        return -1;
    n_cases++;
    _tcase_add_test(tcase, &this->test, 0, 0, index, index + 1);
    return 0;
}

/* The longest that a case of the scenario can take. */
static double timeout_of(const struct expectation *e, bool explored)
{
    double run = e->limits.wall_s + e->limits.grace_s, longest = 0;

    if (!explored)
        return run + SPARE_SECONDS;
    for (size_t i = 0; i < e->n_claims; i++)
        longest = fmax(longest, claim_explore_s(e, &e->claims[i]));
    return longest + RUNS_BEYOND_BUDGET * run + SPARE_SECONDS_EXPLORED;
}

static int add_scenario(Suite *suite, const char *root, const struct scenario *s, bool explored)
{
    TCase *tcase = tcase_create(s->id);
    char *mechanism = strndup(s->id, strcspn(s->id, "/"));

    if (mechanism == NULL)
        return -1;
    tcase_set_tags(tcase, mechanism);
    free(mechanism);
    suite_add_tcase(suite, tcase);
    if (s->problem != NULL)
        return add_case(tcase, root, s, NULL);
    tcase_set_timeout(tcase, timeout_of(s->expectation, explored));
    for (size_t i = 0; i < s->expectation->n_claims; i++) {
        const struct claim *c = &s->expectation->claims[i];

        if (claim_is_explored(c) == explored && add_case(tcase, root, s, c) == -1)
            return -1;
    }
    return 0;
}

static size_t count_cases(const struct corpus *corpus)
{
    size_t n = 0;

    for (size_t i = 0; i < corpus->n; i++) {
        const struct scenario *s = &corpus->scenarios[i];

        n += s->problem != NULL ? 1 : s->expectation->n_claims;
    }
    return n;
}

/* A test that did not come to its end is our fault: a program cannot end its judge. */
static bool is_harness_fault(TestResult *result)
{
    const char *name = verdict_kind_name(VERDICT_BROKEN_HARNESS);

    return tr_rtype(result) == CK_ERROR || strncmp(tr_msg(result), name, strlen(name)) == 0;
}

/* The exit status for the results. */
static int status_of(SRunner *runner)
{
    int n = srunner_ntests_failed(runner);
    TestResult **failures = srunner_failures(runner);
    int status = n == 0 ? STATUS_PASSED : STATUS_FAILED;

    for (int i = 0; i < n; i++)
        if (is_harness_fault(failures[i]))
            status = STATUS_BROKEN_HARNESS;
    free(failures);
    return status;
}

static int run_suite(const struct corpus *corpus, const char *root, bool explored)
{
    Suite *suite = suite_create("scenarios");
    SRunner *runner = srunner_create(suite);
    int status = STATUS_PASSED;

    cases = calloc(count_cases(corpus), sizeof *cases);
    if (cases == NULL)
        status = STATUS_BROKEN_HARNESS;
    for (size_t i = 0; status == STATUS_PASSED && i < corpus->n; i++)
        if (add_scenario(suite, root, &corpus->scenarios[i], explored) == -1)
            status = STATUS_BROKEN_HARNESS;
    if (status == STATUS_PASSED) {
        srunner_run_all(runner, CK_ENV);
        status = status_of(runner);
    } else {
        fputs("check_scenarios: out of memory\n", stderr);
    }
    srunner_free(runner);
    for (size_t i = 0; i < n_cases; i++)
        free((char *)cases[i].test.name);
    free(cases);
    return status;
}

static int list(const struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->n; i++)
        puts(corpus->scenarios[i].id);
    if (fflush(stdout) == 0)
        return STATUS_PASSED;
    perror("check_scenarios: cannot write the list");
    return STATUS_BROKEN_HARNESS;
}

static int usage(FILE *to, int status)
{
    fputs("usage: check_scenarios [--list | --explored] [PATTERN...]\n"
          "A PATTERN is a scenario's id, a mechanism, or a glob over ids.\n",
          to);
    return status;
}

int main(int argc, char **argv)
{
    bool only_list = argc > 1 && strcmp(argv[1], "--list") == 0;
    bool explored = argc > 1 && strcmp(argv[1], "--explored") == 0;
    char **patterns = argv + (only_list || explored ? 2 : 1);
    char *root, *build;
    struct corpus corpus;
    struct error err;
    int status = STATUS_USAGE;

    if (*patterns != NULL && strcmp(*patterns, "--help") == 0)
        return usage(stdout, STATUS_PASSED);
    if (*patterns != NULL && **patterns == '-')
        return usage(stderr, STATUS_USAGE);
    if (corpus_locate(&root, &build, &err) == -1) {
        fprintf(stderr, "check_scenarios: %s\n", err.text);
        return STATUS_USAGE;
    }
    if (corpus_find(root, build, patterns, &corpus, &err) == -1) {
        fprintf(stderr, "check_scenarios: %s\n", err.text);
    } else {
        status = only_list ? list(&corpus) : run_suite(&corpus, root, explored);
        corpus_free(&corpus);
    }
    free(root);
    free(build);
    return status;
}
