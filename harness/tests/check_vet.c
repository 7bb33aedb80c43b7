/* check_vet.c - tests of `brokenpipe vet`: a scenario that has all passes every check, and each
 * thing that can be missing is told by the check that is for it, and by no other.
 *
 * The scenario is pipe/example, in a tree of its own. Its sources are C; what is run in their place
 * are shell scripts. */
#include "command.h"

#include <signal.h>
#include <time.h>

#define FOLDER "root/scenarios/pipe/example/"

/* A program of the scenario: its head comment, and what it prints. */
#define PROGRAM(head, printed)                                                                     \
    "/* " head " */\n"                                                                             \
    "#define _GNU_SOURCE\n"                                                                        \
    "#include <err.h>\n"                                                                           \
    "#include <stdio.h>\n"                                                                         \
    "#include <stdlib.h>\n"                                                                        \
    "#include <sys/prctl.h>\n"                                                                     \
    "#include <unistd.h>\n"                                                                        \
    "\n"                                                                                           \
    "static long check(long result, const char *call)\n"                                           \
    "{\n"                                                                                          \
    "    if (result == -1)\n"                                                                      \
    "        err(EXIT_FAILURE, \"%s\", call);\n"                                                   \
    "    return result;\n"                                                                         \
    "}\n"                                                                                          \
    "\n"                                                                                           \
    "int main(int argc, char *argv[])\n"                                                           \
    "{\n"                                                                                          \
    "    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1;\n"                                 \
    "\n"                                                                                           \
    "    check(prctl(PR_SET_NAME, \"writer\"), \"prctl\");\n"                                      \
    "    check(close(0), \"close\");\n"                                                            \
    "    if (printf(\"done %ld\\n\", " printed ") < 0)\n"                                          \
    "        err(EXIT_FAILURE, \"printf\");\n"                                                     \
    "    return EXIT_SUCCESS;\n"                                                                   \
    "}\n"

/* Stands in every program on a line of its own; tests put something else there. */
#define STATEMENT "    check(close(0), \"close\");\n"

static const char BROKEN[] = PROGRAM("It counts wrong. Compare with fixed.c.", "count - 1");
static const char FIXED[] = PROGRAM("It counts right. Compare with broken.c.", "count");
static const char WRONG[] = PROGRAM("It is right for 1. Compare with fixed.c.", "count * count");
static const char ANOTHER[] = PROGRAM("Right as well. Compare with fixed.c.", "0 + count");

static const char PAGE[] = "# It counts wrong\n" /* 1 */
                           "\n"
                           "## Symptom\n" /* 3 */
                           "\n"
                           "```\n"
                           "$ build/brokenpipe run -- build/scenarios/pipe/example/broken\n"
                           "exit 0\n"
                           "```\n"
                           "\n"
                           "## Reproduce\n" /* 10 */
                           "\n"
                           "By running it.\n"
                           "\n"
                           "## Diagnose\n" /* 14 */
                           "\n"
                           "```\n"
                           "$ strace\n"
                           "## no section\n"
                           "```\n"
                           "\n"
                           "## Cause\n" /* 21 */
                           "\n"
                           "It counts wrong.\n"
                           "\n"
                           "## Fix\n" /* 25 */
                           "\n"
                           "```diff\n"
                           "-count - 1\n"
                           "+count\n"
                           "```\n"
                           "\n"
                           "Or [as well](fixed-another.c), as in [the mechanism](../README.md).\n"
                           "\n"
                           "## Wrong fixes\n" /* 34 */
                           "\n"
                           "[A square](wrong-square.c).\n"
                           "\n"
                           "## References\n" /* 38 */
                           "\n"
                           "- pipe(7)\n"
                           "- *The Linux Programming Interface*, 44.1\n"
                           "- CWE-682; MEM12-C; Hoare\n"
                           "- [one](https://example.org/1)\n";

static const char EXPECTATION[] = "[scenario]\n" /* 1 */
                                  "title = It counts wrong\n"
                                  "culprit = main\n"
                                  "shape = result misread\n"
                                  "references = pipe(7); TLPI 44.1; CWE-682; CERT MEM12-C\n"
                                  "references = Hoare, Communicating Sequential Processes\n"
                                  "bug = https://example.org/1\n"
                                  "[run]\n" /* 8 */
                                  "args = 1\n"
                                  "explore = 0.1\n"
                                  "[broken]\n" /* 11 */
                                  "outcome = exit 0\n"
                                  "stdout = done 0\n"
                                  "[fixed]\n" /* 14 */
                                  "outcome = exit 0\n"
                                  "stdout = done 1\n"
                                  "[fixed under payload 2]\n" /* 17 */
                                  "outcome = exit 0\n"
                                  "stdout = done 2\n"
                                  "[fixed-another]\n" /* 20 */
                                  "outcome = exit 0\n"
                                  "stdout = done 1\n"
                                  "[wrong-square]\n" /* 23 */
                                  "outcome = exit 0\n"
                                  "stdout = done 1\n"
                                  "[wrong-square under payload 2]\n" /* 26 */
                                  "outcome = exit 0\n"
                                  "stdout = done 4\n";

/* The files of the scenario, and what stands in for its programs. */
static const struct {
    const char *path, *text;
} FILES[] = {
    {FOLDER "README.md", PAGE},
    {FOLDER "broken.c", BROKEN},
    {FOLDER "fixed.c", FIXED},
    {FOLDER "fixed-another.c", ANOTHER},
    {FOLDER "wrong-square.c", WRONG},
    {"root/scenarios/pipe/README.md", "[The example](example/)\n"},
    {"root/expected/pipe/example.ini", EXPECTATION},
};
enum { FILES_MADE = sizeof FILES / sizeof FILES[0] };

static void write_program(const char *variant, const char *script)
{
    write_script(temporary_path("build/scenarios/pipe/example/%s", variant), script);
}

/* What the tree borrows from this one: how programs are built, and what they look like. */
static void borrow(const char *name)
{
    char *target;
    ck_assert_int_ne(asprintf(&target, SOURCE_DIR "/%s", name), -1);
    ck_assert_int_eq(symlink(target, temporary_path("root/%s", name)), 0);
    free(target);
}

static void make_tree(void)
{
    temporary_make();
    ck_assert_int_eq(setenv("BROKENPIPE_ROOT", temporary_path("root"), 1), 0);
    ck_assert_int_eq(setenv("BROKENPIPE_BUILD", temporary_path("build"), 1), 0);
    for (int i = 0; i < FILES_MADE; i++)
        temporary_write_text(temporary_path("%s", FILES[i].path), FILES[i].text);
    borrow("Makefile");
    borrow("tools");
    borrow(".clang-format");
    temporary_write_text(temporary_path("root/build/packages-found"), "");
    temporary_copy(temporary_path("build/points.so"), BUILD_DIR "/points.so");
    write_program("broken", "#!/bin/sh\necho done $(($1 - 1))\n");
    write_program("fixed", "#!/bin/sh\necho done $1\n");
    write_program("fixed-another", "#!/bin/sh\necho done $1\n");
    write_program("wrong-square", "#!/bin/sh\necho done $(($1 * $1))\n");
    ck_assert_int_eq(chmod(temporary_path("build/scenarios/pipe/example"), 0755), 0);
}

/* In one of the FILES: replaces the first `old` by `new`. */
static void edit(const char *path, const char *old, const char *new)
{
    char *text = read_all(temporary_path("%s", path));
    char *at = strstr(text, old), *edited;
    ck_assert_msg(at != NULL, "%s has no \"%s\"", path, old);
    ck_assert_int_ne(asprintf(&edited, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)),
                     -1);
    temporary_write_text(temporary_path("%s", path), edited);
    free(edited);
    free(text);
}

/* The one check of that name must find nothing missing. */
static void expect_ok(const char *check)
{
    struct call call = CALL(S("vet"), S("--runs"), S("3"), S("--check"), S(check), S("pipe"));
    char *line;
    ck_assert_int_ne(asprintf(&line, "pipe/example\n  ok       %s ", check), -1);
    expect_status(call, 0);
    expect_in(call.out, line);
    expect_in(call.out, "1 scenario, 1 check: nothing is missing\n");
    free(line);
    release(call);
}

/* It must find one thing missing, and say `what` of it. */
static void expect_missing(const char *check, const char *what)
{
    struct call call = CALL(S("vet"), S("--runs"), S("3"), S("--check"), S(check), S("pipe"));
    char *line;
    ck_assert_int_ne(asprintf(&line, "  MISSING  %-10s  %s", check, what), -1);
    expect_status(call, 1);
    expect_in(call.out, line);
    expect_in(call.out, "1 scenario, 1 check: 1 thing is missing\n");
    free(line);
    release(call);
}

static size_t count_in(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

START_TEST(whole_scenario_passes)
{
    struct call call = CALL(S("vet"), S("--runs"), S("5"), S("pipe/example"));
    expect_status(call, 0);
    ck_assert_uint_eq(count_in(call.out, "\n  ok  "), 23);
    ck_assert_ptr_null(strstr(call.out, "MISSING"));
    expect_in(call.out, "2 lines differ between broken.c and fixed.c (1 removed, 1 added)\n");
    expect_in(call.out, "1 section, 5 of 5 runs for the stated reason\n");
    expect_in(call.out, "\n1 scenario, 23 checks: nothing is missing\n");
    ck_assert_str_eq(call.err, "");
    release(call);
}
END_TEST

START_TEST(static_runs_nothing)
{
    ck_assert_int_eq(unlink(temporary_path("build/scenarios/pipe/example/broken")), 0);
    struct call call = CALL(S("vet"), S("--static"), S("*/example"));
    expect_status(call, 0);
    expect_in(call.out, "\n1 scenario, 16 checks: nothing is missing\n");
    release(call);
}
END_TEST

#define PAGE_PLACE "scenarios/pipe/example/README.md:"

/* An edit of a file, the check that must see it, and what it says. */
static const struct edit {
    const char *path, *old, *new, *check, *says;
} EDITS[] = {
    {FOLDER "README.md", "# It counts", "# Its count is", "title",
     PAGE_PLACE "1: is not the title of the expectation: right is '# It counts wrong'"},
    {FOLDER "README.md", "## Reproduce", "# Reproduce", "sections",
     PAGE_PLACE " has no '## Reproduce': the commands"},
    {FOLDER "README.md", "## Diagnose", "## Reproduce\n\ntwice\n\n## Diagnose", "sections",
     PAGE_PLACE "14: a second '## Reproduce'"},
    {FOLDER "README.md", "## Cause", "## Causes\n\nmany\n\n## Cause", "sections",
     PAGE_PLACE "21: '## Causes' is no section"},
    {FOLDER "README.md", "It counts wrong.\n", " \n", "sections",
     PAGE_PLACE "21: '## Cause' is empty: why it happens"},
    {FOLDER "README.md", "```diff\n-count - 1\n+count\n```\n", "```\ncount\n```\n", "sections",
     PAGE_PLACE "25: '## Fix' shows no diff"},
    {FOLDER "README.md", "exit 0\n", "", "output",
     PAGE_PLACE "3: '## Symptom' has no block that begins with '$ build/brokenpipe run"},
    {FOLDER "README.md", "pipe/example/broken\n", "pipe/example/fixed\n", "output", PAGE_PLACE "3"},
    {FOLDER "README.md", "$ build", "$ sudo build", "output", PAGE_PLACE "3"},
    {FOLDER "README.md", "[A square](wrong-square.c)", "`wrong-square.c`", "links",
     PAGE_PLACE " does not link to wrong-square.c: write [wrong-square.c](wrong-square.c) in '## "
                "Wrong fixes'"},
    {FOLDER "README.md", "(fixed-another.c)", "", "links",
     PAGE_PLACE " does not link to fixed-another.c"},
    {FOLDER "README.md", "../README.md", "../README.txt", "links",
     PAGE_PLACE "32: links to ../README.txt, which is not there"},
    {"root/scenarios/pipe/README.md", "example/", "examples/", "mechanism",
     "scenarios/pipe/README.md: does not link to the scenario: write [example](example/)"},
    {FOLDER "README.md", "pipe(7)", "pipe(2)", "references",
     PAGE_PLACE " '## References' does not name pipe(7)"},
    {FOLDER "README.md", "The Linux", "A", "references",
     PAGE_PLACE " '## References' does not name The Linux Programming Interface"},
    {FOLDER "README.md", "CWE-682", "CWE-68", "references", PAGE_PLACE},
    {FOLDER "README.md", "MEM12-C", "", "references", PAGE_PLACE},
    {FOLDER "README.md", "; Hoare", "", "references", PAGE_PLACE},
    {FOLDER "README.md", "example.org/1", "example.org/2", "references",
     PAGE_PLACE " '## References' does not link to https://example.org/1"},
    {"root/expected/pipe/example.ini", "pipe(7)", "pipe", "references",
     "expected/pipe/example.ini: references has no man page"},
    {"root/expected/pipe/example.ini", "; CWE-682", "", "references",
     "expected/pipe/example.ini: references has no CWE"},
    {FOLDER "fixed.c", ", count)", ", count - 1)", "diff",
     "scenarios/pipe/example/fixed.c: does not differ from broken.c"},
    {FOLDER "broken.c", "/* It counts wrong. Compare with fixed.c. */\n", "", "head",
     "scenarios/pipe/example/broken.c:1: begins with no comment"},
    {FOLDER "wrong-square.c", "Compare with fixed.c.", "", "head",
     "scenarios/pipe/example/wrong-square.c:1: the head comment does not say with what"},
    {FOLDER "fixed-another.c", "    check(prctl(PR_SET_NAME, \"writer\"), \"prctl\");\n", "",
     "names", "scenarios/pipe/example/fixed-another.c: does not name its processes"},
    {FOLDER "fixed.c", "argc > 1 ? strtol(argv[1], NULL, 10) : 1", "argc", "workload",
     "scenarios/pipe/example/fixed.c: takes no workload"},
    {FOLDER "fixed.c", STATEMENT, "    check(sleep(1), \"sleep\");\n", "sleep",
     "scenarios/pipe/example/fixed.c:21: sleep(): nothing may depend on time"},
    {FOLDER "broken.c", STATEMENT, "    check(alarm(1), \"alarm\");\n", "sleep",
     "scenarios/pipe/example/broken.c:21: alarm()"},
    {FOLDER "broken.c", STATEMENT, "    check(poll(NULL, 0, 10), \"poll\");\n", "sleep",
     "scenarios/pipe/example/broken.c:21: poll()"},
    {FOLDER "wrong-square.c", STATEMENT, "    select(0, NULL, NULL, NULL, &t);\n", "sleep",
     "scenarios/pipe/example/wrong-square.c:21: select()"},
    {FOLDER "wrong-square.c", "    long count", "  long count", "format",
     "scenarios/pipe/example/wrong-square.c:17:2: not as clang-format has it: make format"},
};
enum { EDITS_MADE = sizeof EDITS / sizeof EDITS[0] };

START_TEST(what_is_missing_is_told)
{
    const struct edit *e = &EDITS[_i];
    expect_ok(e->check);
    edit(e->path, e->old, e->new);
    expect_missing(e->check, e->says);
}
END_TEST

START_TEST(section_in_the_wrong_place)
{
    edit(FOLDER "README.md", "## Cause", "## Fox");
    edit(FOLDER "README.md", "## Fix", "## Cause");
    edit(FOLDER "README.md", "## Fox\n\nIt", "## Fix\n\n    +It");
    expect_missing("sections",
                   PAGE_PLACE "21: '## Fix' comes too early: it belongs below '## Cause'");
}
END_TEST

START_TEST(long_program)
{
    for (int i = 0; i < 100; i++)
        edit(FOLDER "fixed.c", STATEMENT, "    count++;\n" STATEMENT);
    expect_missing("length", "scenarios/pipe/example/fixed.c:125: 125 lines, more than 120");
    expect_missing("diff", "scenarios/pipe/example/fixed.c: 102 lines differ from broken.c (1 "
                           "removed, 101 added), more than 30");
}
END_TEST

START_TEST(empty_program)
{
    temporary_write_text(temporary_path(FOLDER "fixed.c"), "");
    expect_missing("head", "scenarios/pipe/example/fixed.c:1: begins with no comment");
}
END_TEST

START_TEST(head_comment_and_blank_lines_make_no_difference)
{
    edit(FOLDER "fixed.c", "Compare", "It is\n * longer. Compare");
    edit(FOLDER "fixed.c", STATEMENT, "\n" STATEMENT "\n");
    expect_ok("diff");
}
END_TEST

START_TEST(wrong_sleep_may_sleep)
{
    ck_assert_int_eq(rename(temporary_path(FOLDER "wrong-square.c"),
                            temporary_path(FOLDER "wrong-sleep-a-bit.c")),
                     0);
    edit(FOLDER "wrong-sleep-a-bit.c", STATEMENT, "    check(usleep(1), \"usleep\");\n");
    expect_ok("sleep");
}
END_TEST

START_TEST(wrong_fix_may_set_an_alarm)
{
    edit(FOLDER "wrong-square.c", STATEMENT, "    alarm(1);\n");
    expect_ok("sleep");
}
END_TEST

START_TEST(waiting_is_not_sleeping)
{
    edit(FOLDER "fixed.c", STATEMENT,
         "    check(poll(&watched, 1, -1), \"poll\"); /* no sleep(1) */\n"
         "    check(select(1, &set, NULL, NULL, NULL), \"select\");\n"
         "    puts(\"usleep(1)\");\n"
         "    asleep(1);\n");
    expect_ok("sleep");
}
END_TEST

/* Statements that throw a result away. */
static const char *const THROWN_AWAY[] = {
    "    close(0);\n",
    "    (void)close(0);\n",
    "    if (count)\n        close(0);\n",
    "    if (count > 1) {\n    } else\n        close(0);\n",
    "    while (count--)\n        close(0);\n",
    "    for (long i = 0; i < count; i++)\n        close(0);\n",
    "    do\n        close(0);\n    while (count--);\n",
    "again:\n    close(0);\n",
    "    switch (count) {\n    case 1:\n        close(0);\n    }\n",
    "    {\n        close(0);\n    }\n",
    "    close(\n        0);\n",
    "    write(1, \");\", 2);\n",
    "    printf(\"here\\n\");\n",
    "    fprintf(stdout, \"here\\n\");\n",
    "    prctl(PR_SET_DUMPABLE, 0);\n",
    "    /* checked? */ close(0);\n",
};

/* Statements that do not. */
static const char *const LOOKED_AT[] = {
    "    if (close(0) == -1)\n        err(1, \"close\");\n",
    "    count = close(0);\n",
    "    count = count ? 1 : close(0);\n",
    "    return count ? 1 : close(0);\n",
    "    for (long i = 0; close(0); i++)\n        ;\n",
    "    while (close(0) == 0)\n        ;\n",
    "    /* close(0); */\n",
    "    /* a\n       close(0); */\n",
    "    // close(0);\n",
    "    const char *text = \"; close(0);\";\n",
    "    const char mark = '\\''; /* ; close(0); ' */\n",
    "#define CLOSE close(0);\n",
    "#define LONG_CLOSE \\\n    close(0);\n",
    "    int results[] = {close(0), close(1)};\n",
    "    warnx(\"exit\");\n    free(argv);\n    exit(0);\n",
    "    memset(argv, 0, 1);\n    atomic_fetch_add(&n, 1);\n",
    "    prctl(PR_SET_NAME, \"child\");\n",
    "    fprintf(stderr, \"here\\n\");\n    fputs(\"here\\n\", stderr);\n",
    "    printf(\"here\\n\");\n    if (fflush(stdout) == EOF)\n        err(1, \"stdout\");\n",
    "    execl(\"a\", \"a\", NULL);\n    err(1, \"a\");\n",
    "    void (*work)(int) = NULL;\n    work(1);\n",
};

START_TEST(thrown_away_results)
{
    for (size_t i = 0; i < sizeof THROWN_AWAY / sizeof THROWN_AWAY[0]; i++) {
        edit(FOLDER "fixed.c", STATEMENT, THROWN_AWAY[i]);
        expect_missing("calls", "scenarios/pipe/example/fixed.c:2");
        temporary_write_text(temporary_path(FOLDER "fixed.c"), FIXED);
    }
}
END_TEST

START_TEST(results_that_are_looked_at)
{
    for (size_t i = 0; i < sizeof LOOKED_AT / sizeof LOOKED_AT[0]; i++) {
        edit(FOLDER "fixed.c", STATEMENT, LOOKED_AT[i]);
        expect_ok("calls");
        temporary_write_text(temporary_path(FOLDER "fixed.c"), FIXED);
    }
}
END_TEST

/* In what is broken or wrong, a line that fixed.c does not have may be the fault. */
START_TEST(unchecked_call_may_be_the_fault)
{
    edit(FOLDER "broken.c", STATEMENT, "    close(0);\n");
    edit(FOLDER "wrong-square.c", STATEMENT, "    if (count)\n        close(0);\n");
    expect_ok("calls");
    edit(FOLDER "fixed-another.c", STATEMENT, "    close(0);\n");
    expect_missing("calls", "scenarios/pipe/example/fixed-another.c:21: the result of close() is "
                            "thrown away");
}
END_TEST

START_TEST(unchecked_call_of_fixed_is_no_fault)
{
    edit(FOLDER "broken.c", STATEMENT, "        close(0);\n");
    edit(FOLDER "fixed.c", STATEMENT, "    close(0);\n");
    struct call call = CALL(S("vet"), S("--check"), S("calls"), S("pipe"));
    expect_status(call, 1);
    expect_in(call.out, "scenarios/pipe/example/broken.c:21: the result of close()");
    expect_in(call.out, "scenarios/pipe/example/fixed.c:21: the result of close()");
    release(call);
}
END_TEST

/* Each warning is told once, with the build that gave it first. */
START_TEST(warnings_of_both_compilers)
{
    edit(FOLDER "broken.c", STATEMENT, "    long unused;\n");
    struct call call = CALL(S("vet"), S("--check"), S("build"), S("pipe"));
    expect_status(call, 1);
    ck_assert_uint_eq(count_in(call.out, "MISSING"), 2);
    expect_in(call.out, "scenarios/pipe/example/broken.c:21:10: error: unused variable");
    expect_in(call.out, "(gcc -O0)\n");
    expect_in(call.out, "(clang -O0)\n");
    release(call);
}
END_TEST

START_TEST(folder_and_expectation_must_match)
{
    ck_assert_int_eq(unlink(temporary_path(FOLDER "fixed-another.c")), 0);
    expect_missing("scenario", "line 20: section [fixed-another] has no fixed-another.c");
    struct call call = CALL(S("vet"), S("pipe"));
    expect_status(call, 1);
    expect_in(call.out, "7 checks are left out until folder and expectation match\n");
    release(call);

    ck_assert_int_eq(unlink(temporary_path("root/expected/pipe/example.ini")), 0);
    expect_missing("scenario", "expected/pipe/example.ini is missing");
}
END_TEST

START_TEST(program_older_than_its_source)
{
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    ck_assert_int_eq(
        utimensat(AT_FDCWD, temporary_path("build/scenarios/pipe/example/fixed"), times, 0), 0);
    expect_missing("fresh", "scenarios/pipe/example/fixed.c: is newer than ");
}
END_TEST

START_TEST(program_that_is_not_built)
{
    ck_assert_int_eq(unlink(temporary_path("build/scenarios/pipe/example/broken")), 0);
    struct call call = CALL(S("vet"), S("--check"), S("broken"), S("pipe"));
    expect_status(call, 3);
    expect_in(call.out, "  FAULT    broken      [broken]: ");
    expect_in(call.out, "example/broken is not built: run make\n");
    expect_in(call.out, "0 missing, 1 could not be checked\n");
    release(call);
}
END_TEST

/* A script that stands in for a program, and what its check says. */
static const struct {
    const char *variant, *script, *check, *says;
} SCRIPTS[] = {
    {"broken", "echo done $1", "broken",
     "expected/pipe/example.ini:11: [broken] is not so in 3 of 3 runs: exit 0; stdout \"done 1\"; "
     "a broken variant that stopped breaking"},
    {"broken", "exit 1", "broken",
     "expected/pipe/example.ini:11: [broken] is not so in 3 of 3 runs: exit 1"},
    {"fixed-another", "echo done 2", "fixed",
     "expected/pipe/example.ini:20: [fixed-another] is not so in 3 of 3 runs: exit 0"},
    {"fixed", "[ $1 = 1 ] && echo done 1", "fixed", "expected/pipe/example.ini:17: [fixed under "},
    {"fixed-another", "[ $1 = 1 ] && echo done 1", "fixed",
     "expected/pipe/example.ini:17: [fixed-another under payload 2] is not so in 3 of 3 runs"},
    {"fixed", "mkfifo f; echo done $1", "fixed", NULL},
    {"fixed", "exit 1", "loaded", NULL},
    {"fixed", "exit 1", "explored", NULL},
    {"wrong-square", "echo done $1", "wrong",
     "expected/pipe/example.ini:26: [wrong-square under payload 2] is not so in 1 of 1 runs: exit "
     "0; stdout \"done 2\"; a wrong fix that now passes"},
    {"wrong-square", "echo done 4", "wrong",
     "expected/pipe/example.ini:23: [wrong-square] is not so in 1 of 1 runs"},
};

enum { SCRIPTS_MADE = sizeof SCRIPTS / sizeof SCRIPTS[0] };

START_TEST(runs_that_are_not_as_said)
{
    char *script;
    ck_assert_int_ne(asprintf(&script, "#!/bin/sh\n%s\n", SCRIPTS[_i].script), -1);
    write_program(SCRIPTS[_i].variant, script);
    free(script);
    if (SCRIPTS[_i].says != NULL) {
        expect_missing(SCRIPTS[_i].check, SCRIPTS[_i].says);
        return;
    }
    struct call call =
        CALL(S("vet"), S("--runs"), S("3"), S("--check"), S(SCRIPTS[_i].check), S("pipe"));
    expect_status(call, 1);
    expect_in(call.out, "expected/pipe/example.ini:14: [fixed");
    release(call);
}
END_TEST

START_TEST(fixed_may_not_claim_to_leave_anything)
{
    edit("root/expected/pipe/example.ini", "[fixed-another]\n",
         "[fixed-another]\nleaves = fifo f\n");
    write_program("fixed-another", "#!/bin/sh\n[ $1 = 2 ] || mkfifo f\necho done $1\n");
    expect_missing("fixed", "expected/pipe/example.ini:20: fixed-another may leave nothing behind");
}
END_TEST

START_TEST(slow_runs)
{
    write_program("wrong-square", "#!/bin/sh\nsleep 1.1\necho done $(($1 * $1))\n");
    struct call call = CALL(S("vet"), S("--runs"), S("1"), S("pipe"));
    expect_status(call, 1);
    ck_assert_uint_eq(count_in(call.out, "MISSING"), 1);
    expect_in(call.out, "  MISSING  time        expected/pipe/example.ini:2");
    expect_in(call.out, " takes 1.1 s (median), more than 1.0 s: ");
    release(call);
}
END_TEST

/* Processor time of the process so far, in clock ticks; -1: it is gone. */
static long ticks_of(pid_t pid)
{
    char path[64];
    unsigned long ticks;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    int found =
        fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &ticks);
    fclose(file);
    return found == 1 ? (long)ticks : -1;
}

/* The children of `parent` that have used much processor time: at most `most`. */
static size_t find_spinners(pid_t parent, pid_t *spinners, size_t most)
{
    char path[64];
    int pid;
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (n < most && fscanf(file, "%d", &pid) == 1)
        if (ticks_of(pid) > 5)
            spinners[n++] = pid;
    fclose(file);
    return n;
}

START_TEST(load_ends_with_a_killed_vet)
{
    char *const argv[] = {S("brokenpipe"), S("vet"),    S("--runs"),       S("100000"),
                          S("--check"),    S("loaded"), S("pipe/example"), NULL};
    const struct timespec pause = {.tv_nsec = 10000000};
    pid_t vet = start_command(argv, temporary_path("out"), temporary_path("err"));
    pid_t spinners[64];
    size_t n;
    while ((n = find_spinners(vet, spinners, 64)) == 0)
        nanosleep(&pause, NULL);
    ck_assert_int_eq(kill(vet, SIGKILL), 0);
    ck_assert_int_eq(waitpid(vet, NULL, 0), vet);
    for (size_t i = 0; i < n; i++)
        while (ticks_of(spinners[i]) != -1)
            nanosleep(&pause, NULL);
}
END_TEST

START_TEST(wrong_usage)
{
    expect_refusal(CALL(S("vet")), "which scenarios? brokenpipe vet SCENARIO...");
    expect_refusal(CALL(S("vet"), S("pipe/exampel")), "did you mean pipe/example?");
    expect_refusal(CALL(S("vet"), S("--runs"), S("0"), S("pipe")), "'0' is no number of runs");
    expect_refusal(CALL(S("vet"), S("--runs"), S("-1"), S("pipe")), "'-1' is no number of runs");
    expect_refusal(CALL(S("vet"), S("--runs"), S("1x"), S("pipe")), "'1x' is no number of runs");
    expect_refusal(CALL(S("vet"), S("--check"), S("titel"), S("pipe")), "did you mean 'title'?");
    expect_refusal(CALL(S("vet"), S("--check"), S("zzzzzzz"), S("pipe")), "unknown check 'zzzz");
    expect_refusal(CALL(S("vet"), S("--static"), S("--check"), S("broken"), S("pipe")),
                   "the check 'broken' runs programs");
    expect_refusal(CALL(S("vet"), S("--stat"), S("--runz"), S("pipe")), "did you mean '--runs'?");
}
END_TEST

static TCase *add_cases(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, make_tree, temporary_remove);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("vet");
    TCase *whole = add_cases(suite, "whole");
    tcase_add_test(whole, whole_scenario_passes);
    tcase_add_test(whole, static_runs_nothing);
    tcase_add_test(whole, folder_and_expectation_must_match);
    tcase_add_test(whole, wrong_usage);

    TCase *files = add_cases(suite, "files");
    tcase_add_loop_test(files, what_is_missing_is_told, 0, EDITS_MADE);
    tcase_add_test(files, section_in_the_wrong_place);
    tcase_add_test(files, long_program);
    tcase_add_test(files, empty_program);
    tcase_add_test(files, head_comment_and_blank_lines_make_no_difference);
    tcase_add_test(files, wrong_sleep_may_sleep);
    tcase_add_test(files, wrong_fix_may_set_an_alarm);
    tcase_add_test(files, waiting_is_not_sleeping);
    tcase_add_test(files, thrown_away_results);
    tcase_add_test(files, results_that_are_looked_at);
    tcase_add_test(files, unchecked_call_may_be_the_fault);
    tcase_add_test(files, unchecked_call_of_fixed_is_no_fault);
    tcase_add_test(files, warnings_of_both_compilers);

    TCase *runs = add_cases(suite, "runs");
    tcase_add_test(runs, program_older_than_its_source);
    tcase_add_test(runs, program_that_is_not_built);
    tcase_add_loop_test(runs, runs_that_are_not_as_said, 0, SCRIPTS_MADE);
    tcase_add_test(runs, fixed_may_not_claim_to_leave_anything);
    tcase_add_test(runs, slow_runs);
    tcase_add_test(runs, load_ends_with_a_killed_vet);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
