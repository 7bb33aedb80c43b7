/* check_expectation.c - tests of the reader of expectation files: what it takes, what it refuses,
 * and that its errors name the line and what would be right. */
#include "claim.h"
#include "expectation.h"

#include "temporary.h"
#include "words.h"

#include <signal.h>
#include <unistd.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const char GOOD[] = "[scenario]\n"                                /* line 1 */
                           "title = The parent waits first\n"            /* 2 */
                           "culprit = main\n"                            /* 3 */
                           "references = pipe(7), wait(2); TLPI 44.10\n" /* 4 */
                           "bug = https://example.org/1\n"               /* 5 */
                           "shape = lost boundary\n"                     /* 6 */
                           "[run]\n"                                     /* 7 */
                           "args = 3  four ; two words\n"                /* 8 */
                           "wall = 7.5\n"                                /* 9 */
                           "# a comment\n"                               /* 10 */
                           "[broken] ; how it fails\n"                   /* 11 */
                           "outcome = deadlock\n"                        /* 12 */
                           "waits = parent wait4 child\n"                /* 13 */
                           "waits = child write pipe full\n"             /* 14 */
                           "cycle = parent child\n"                      /* 15 */
                           "stderr-matches = ^late: .*;?$\n"             /* 16 */
                           "[fixed]\n"                                   /* 17 */
                           "outcome = exit 0\n"                          /* 18 */
                           "stdout = one\n"                              /* 19 */
                           "stdout = two = 2\n"                          /* 20 */
                           "leaves = sysv-msg key 0x4d2\n"               /* 21 */
                           "leaves = zombie\n"                           /* 22 */
                           "[fixed under payload  4194304 x]\n"          /* 23 */
                           "outcome = signal PIPE\n"                     /* 24 */
                           "[wrong-bigger-pipe under one-cpu]\n"         /* 25 */
                           "outcome = limit memory\n"                    /* 26 */
                           "stdout-matches = (a|b)\n"                    /* 27 */
                           "[wrong-bigger-pipe under small-queues]\n"    /* 28 */
                           "outcome = timeout\n"                         /* 29 */
                           "[fixed-2 under small-sockets]\n"             /* 30 */
                           "outcome = livelock\n";                       /* 31 */

static struct expectation *read_bytes(const char *bytes, size_t length, struct error *err)
{
    const char *file = temporary_path("x.ini");

    temporary_write(file, bytes, length);
    return expectation_read(file, err);
}

static struct expectation *read_text(const char *text)
{
    struct error err = {""};
    struct expectation *e = read_bytes(text, strlen(text), &err);

    ck_assert_msg(e != NULL, "%s", err.text);
    return e;
}

/* The text must be refused, with an error in `line` that holds `saying`. */
static void refuse_bytes(const char *bytes, size_t length, int line, const char *saying)
{
    struct error err = {""};
    struct expectation *e = read_bytes(bytes, length, &err);
    char place[PATH_MAX + 32];

    ck_assert_msg(e == NULL, "taken, which should say: %s", saying);
    snprintf(place, sizeof place, "%s/x.ini:%d: ", temporary, line);
    ck_assert_msg(strncmp(err.text, place, strlen(place)) == 0, "not in line %d: %s", line,
                  err.text);
    ck_assert_msg(strstr(err.text, saying) != NULL, "does not say '%s': %s", saying, err.text);
}

static void refuse(const char *text, int line, const char *saying)
{
    refuse_bytes(text, strlen(text), line, saying);
}

/* GOOD with the first `old` replaced. */
static const char *change(const char *old, const char *new)
{
    static char text[2 * sizeof GOOD];
    const char *place = strstr(GOOD, old);

    ck_assert_msg(place != NULL, "no '%s' to replace", old);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(place - GOOD), GOOD, new, place + strlen(old));
    return text;
}

START_TEST(scenario_and_run_are_read)
{
    struct expectation *e = read_text(GOOD);
    struct world_limits limits = world_limits_default();

    ck_assert_str_eq(e->file, temporary_path("x.ini"));
    ck_assert_str_eq(e->title, "The parent waits first");
    ck_assert_str_eq(e->culprit, "main");
    ck_assert_str_eq(e->references[0], "pipe(7), wait(2)");
    ck_assert_str_eq(e->references[1], "TLPI 44.10");
    ck_assert_ptr_null(e->references[2]);
    ck_assert_str_eq(e->bugs[0], "https://example.org/1");
    ck_assert_ptr_null(e->bugs[1]);
    ck_assert_str_eq(e->args[0], "3");
    ck_assert_str_eq(e->args[1], "four");
    ck_assert_ptr_null(e->args[2]);
    ck_assert_double_eq(e->limits.wall_s, 7.5);
    ck_assert_double_eq(e->limits.cpu_s, limits.cpu_s);
    ck_assert_double_eq(e->explore_s, 1);
    ck_assert_int_eq(e->limits.memory_mib, limits.memory_mib);
    expectation_free(e);
}
END_TEST

START_TEST(claims_are_read_in_order)
{
    static const struct {
        const char *variant, *knob;
        int line;
        struct outcome outcome;
    } expected[] = {
        {"broken", NULL, 11, {OUTCOME_DEADLOCK, 0}},
        {"fixed", NULL, 17, {OUTCOME_EXIT, 0}},
        {"fixed", "payload 4194304 x", 23, {OUTCOME_SIGNAL, SIGPIPE}},
        {"wrong-bigger-pipe", "one-cpu", 25, {OUTCOME_LIMIT, LIMIT_MEMORY}},
        {"wrong-bigger-pipe", "small-queues", 28, {OUTCOME_TIMEOUT, 0}},
        {"fixed-2", "small-sockets", 30, {OUTCOME_LIVELOCK, 0}},
        {"fixed", "explore", 17, {OUTCOME_EXIT, 0}}, /* implied */
    };
    struct expectation *e = read_text(GOOD);

    ck_assert_uint_eq(e->n_claims, LENGTH(expected));
    for (int i = 0; i < LENGTH(expected); i++) {
        ck_assert_str_eq(e->claims[i].variant, expected[i].variant);
        ck_assert_pstr_eq(e->claims[i].knob, expected[i].knob);
        ck_assert_int_eq(e->claims[i].line, expected[i].line);
        ck_assert(outcome_equal(e->claims[i].outcome, expected[i].outcome));
    }
    expectation_free(e);
}
END_TEST

START_TEST(details_of_claims_are_read)
{
    struct expectation *e = read_text(GOOD);
    const struct claim *broken = &e->claims[0], *fixed = &e->claims[1];

    ck_assert_uint_eq(broken->n_waits, 2);
    ck_assert_str_eq(broken->waits[0].name, "parent");
    ck_assert_str_eq(broken->waits[0].call, "wait4");
    ck_assert_int_eq(broken->waits[0].object, OBJECT_CHILD);
    ck_assert_ptr_null(broken->waits[0].state);
    ck_assert_int_eq(broken->waits[1].object, OBJECT_PIPE);
    ck_assert_str_eq(broken->waits[1].state, "full");
    ck_assert_int_eq(broken->chain, CHAIN_CYCLE);
    ck_assert_str_eq(broken->chain_names[0], "parent");
    ck_assert_str_eq(broken->chain_names[1], "child");
    ck_assert_ptr_null(broken->chain_names[2]);
    ck_assert_str_eq(broken->stderr_regex, "^late: .*;?$");
    ck_assert_ptr_null(broken->stdout_text);
    ck_assert_uint_eq(broken->n_leaves, 0);

    ck_assert_int_eq(fixed->chain, CHAIN_NONE);
    ck_assert_ptr_null(fixed->chain_names);
    ck_assert_str_eq(fixed->stdout_text, "one\ntwo = 2");
    ck_assert_ptr_null(fixed->stdout_regex);
    ck_assert_uint_eq(fixed->n_leaves, 2);
    ck_assert_int_eq(fixed->leaves[0].kind, LEFT_SYSV_MSG);
    ck_assert_str_eq(fixed->leaves[0].name, "key 0x4d2");
    ck_assert_int_eq(fixed->leaves[1].kind, LEFT_ZOMBIE);
    ck_assert_ptr_null(fixed->leaves[1].name);
    ck_assert_str_eq(e->claims[3].stdout_regex, "(a|b)");
    expectation_free(e);
}
END_TEST

/* The claim on the exploration of `variant`, which must be there. */
static const struct claim *explored(const struct expectation *e, const char *variant)
{
    const struct claim *c = claim_find(e, variant, "explore");

    ck_assert_msg(c != NULL, "no claim on the exploration of %s", variant);
    ck_assert(claim_is_explored(c));
    return c;
}

START_TEST(every_schedule_of_fixed_must_do_what_its_plain_run_does)
{
    struct expectation *e = read_text(change("under small-sockets]", "]"));

    ck_assert(explored(e, "fixed")->implied);
    ck_assert(claim_is_for_all(explored(e, "fixed")));
    ck_assert_str_eq(explored(e, "fixed")->stdout_text, "one\ntwo = 2");
    ck_assert_uint_eq(explored(e, "fixed")->n_leaves, 2);
    ck_assert(explored(e, "fixed-2")->implied);
    ck_assert(claim_is_for_all(explored(e, "fixed-2")));
    ck_assert_int_eq(explored(e, "fixed-2")->outcome.kind, OUTCOME_LIVELOCK);
    ck_assert_uint_eq(e->n_claims, 9); /* fixed-2 is held to the payload too */
    expectation_free(e);
}
END_TEST

START_TEST(section_replaces_what_is_implied)
{
    struct expectation *e = read_text(change("under payload  4194304 x]", "under explore]"));

    ck_assert_uint_eq(e->n_claims, 6);
    ck_assert(!explored(e, "fixed")->implied);
    ck_assert(claim_is_for_all(explored(e, "fixed")));
    ck_assert_int_eq(explored(e, "fixed")->line, 23);
    ck_assert_int_eq(explored(e, "fixed")->outcome.kind, OUTCOME_SIGNAL);
    expectation_free(e);
}
END_TEST

START_TEST(failure_may_show_in_some_schedules_alone)
{
    struct expectation *e = read_text(change("[broken]", "[broken under explore]"));

    ck_assert_ptr_null(claim_find(e, "broken", NULL));
    ck_assert(!explored(e, "broken")->implied);
    ck_assert(!claim_is_for_all(explored(e, "broken")));
    ck_assert_int_eq(explored(e, "broken")->chain, CHAIN_CYCLE);
    expectation_free(e);
    e = read_text(change("[wrong-bigger-pipe under one-cpu]", "[wrong-x under explore]"));
    ck_assert(!claim_is_for_all(explored(e, "wrong-x")));
    ck_assert(!claim_is_explored(claim_find(e, "broken", NULL)));
    ck_assert(!claim_is_explored(claim_find(e, "wrong-bigger-pipe", "small-queues")));
    expectation_free(e);
}
END_TEST

START_TEST(chain_may_be_a_dead_end)
{
    struct expectation *e = read_text(change("cycle = parent child", "dead-end = child"));

    ck_assert_int_eq(e->claims[0].chain, CHAIN_DEAD_END);
    ck_assert_str_eq(e->claims[0].chain_names[0], "child");
    ck_assert_ptr_null(e->claims[0].chain_names[1]);
    expectation_free(e);
}
END_TEST

START_TEST(every_budget_can_be_set)
{
    struct expectation *e = read_text(change("wall = 7.5\n", "wall = 1\ncpu = .5\nprocesses = 2\n"
                                                             "memory = 3\noutput = 4\ndisk = 5\n"
                                                             "grace = 6e-1\nexplore = 2.5\n"));

    ck_assert_double_eq(e->limits.wall_s, 1);
    ck_assert_double_eq(e->limits.cpu_s, 0.5);
    ck_assert_int_eq(e->limits.processes, 2);
    ck_assert_int_eq(e->limits.memory_mib, 3);
    ck_assert_int_eq(e->limits.output_kib, 4);
    ck_assert_int_eq(e->limits.disk_mib, 5);
    ck_assert_double_eq(e->limits.grace_s, 0.6);
    ck_assert_double_eq(e->explore_s, 2.5);
    ck_assert_double_eq(claim_explore_s(e, claim_find(e, "fixed", "explore")), 2.5);
    ck_assert_double_eq(claim_explore_s(e, claim_find(e, "broken", NULL)), 25);
    expectation_free(e);
}
END_TEST

static const char *const HARMLESS[][2] = {
    {"[scenario]", "\xEF\xBB\xBF[scenario]"}, /* byte order mark */
    {"\n", "\r\n"},
    {"# a comment", "    ; a comment further right"},
    {"args = 3  four ; two words", "args ="},
    {"args = 3  four ; two words\n", ""},
    {"culprit = main", "culprit: main"},
    {"references = pipe(7)", "references = one; two\nreferences = pipe(7)"},
    {"bug = https://example.org/1\n", ""},
    {"livelock\n", "livelock"}, /* no newline at the end of the file */
};

START_TEST(harmless_change_is_taken)
{
    expectation_free(read_text(change(HARMLESS[_i][0], HARMLESS[_i][1])));
}
END_TEST

/* 37 characters: just short enough after "fixed under ", too long after "broken under ". */
#define LONG_KNOB "payload 789 123456789 123456789 12345"

/* GOOD with `old` replaced by `new` is refused in `line`, `saying` so. */
static const struct {
    const char *old, *new;
    int line;
    const char *saying;
} REFUSED[] = {
    /* keys */
    {"outcome = deadlock", "outcom = deadlock", 12, "unknown key 'outcom'; did you mean 'outcome'"},
    {"outcome = deadlock", "outcom = deadlock", 12, "known here: outcome, waits, cycle, dead-end"},
    {"outcome = deadlock", "colour = red", 12, "unknown key 'colour'; known here: outcome"},
    {"title =", "waits =", 2, "unknown key 'waits'"},
    {"wall = 7.5", "Wall = 7.5", 9, "did you mean 'wall'"},
    {"outcome = deadlock", "outcome = deadlock\noutcome = exit 0", 13, "'outcome' is given twice"},
    {"culprit = main", "culprit = main\nculprit = f", 4, "'culprit' is given twice in [scenario]"},
    {"wall = 7.5", "wall = 7.5\nwall = 7.5", 10, "'wall' is given twice"},
    {"stdout-matches = (a|b)", "stdout-matches = a\nstdout-matches = b", 28, "given twice"},
    {"title = The parent waits first", "title =", 2, "'title' has no value"},
    {"title = The parent waits first", "title = ; comment", 2, "'title' has no value"},
    {"stdout = one", "stdout =", 19, "'stdout' has no value"},
    {"title = The parent waits first\n", "", 1, "[scenario] has no 'title'"},
    {"culprit = main\n", "", 1, "[scenario] has no 'culprit'"},
    {"references = pipe(7), wait(2); TLPI 44.10\n", "", 1, "[scenario] has no 'references'"},
    {"outcome = deadlock\n", "", 11, "[broken] has no 'outcome'"},
    {"outcome = livelock\n", "", 30, "[fixed-2 under small-sockets] has no 'outcome'"},
    {"[scenario]", "title = x\n[scenario]", 1, "'title' stands before the first section"},
    {"shape = lost boundary\n", "", 1, "[scenario] has no 'shape'"},
    /* values */
    {"shape = lost boundary", "shape = lost bondary", 6, "did you mean 'lost boundary'"},
    {"shape = lost boundary", "shape = round", 6, "known here: end kept open, order inversion"},
    {"wall = 7.5", "stdout = screen", 9, "unknown kind of standard output 'screen'"},
    {"bug = https://example.org/1", "bug = see there", 5, "'see there' is no URL"},
    {"wall = 7.5", "wall = 0", 9, "wall: '0' is no time"},
    {"wall = 7.5", "wall = -1", 9, "'-1' is no time"},
    {"wall = 7.5", "wall = nan", 9, "'nan' is no time"},
    {"wall = 7.5", "wall = inf", 9, "'inf' is no time"},
    {"wall = 7.5", "wall = 1e9", 9, "at most 1000000"},
    {"wall = 7.5", "wall = 10 s", 9, "'10 s' is no time; right would be seconds"},
    {"wall = 7.5", "grace = 0", 9, "grace: '0' is no time"},
    {"wall = 7.5", "explore = 0", 9, "explore: '0' is no time"},
    {"wall = 7.5", "explore = yes", 9, "explore: 'yes' is no time; right would be seconds"},
    {"wall = 7.5", "memory = 0", 9, "memory: '0' is no limit"},
    {"wall = 7.5", "memory = -5", 9, "'-5' is no limit"},
    {"wall = 7.5", "memory = 1.5", 9, "'1.5' is no limit; right would be a whole number"},
    {"wall = 7.5", "disk = 99999999999999999999", 9, "is no limit"},
    {"wall = 7.5", "output = much", 9, "'much' is no limit"},
    {"outcome = deadlock", "outcome = deadlok", 12, "unknown outcome 'deadlok'; right are: exit N"},
    {"outcome = deadlock", "outcome = exit 256", 12, "unknown outcome 'exit 256'"},
    {"outcome = deadlock", "outcome = signal SIGPIPE", 12, "as in 'signal PIPE'"},
    {"outcome = deadlock", "outcome = limit time", 12, "unknown outcome 'limit time'"},
    {"child write pipe full", "child write pip full", 14,
     "unknown object 'pip'; did you mean 'pipe'"},
    {"child write pipe full", "child write none", 14, "unknown object 'none'"},
    {"child write pipe full", "child write unknown", 14, "unknown object 'unknown'"},
    {"child write pipe full", "child write", 14, "NAME CALL OBJECT [STATE]"},
    {"child write pipe full", "child write pipe full now", 14, "NAME CALL OBJECT [STATE]"},
    {"child write pipe full", "a-name-of-sixteen write pipe", 14, "keeps 15 characters"},
    {"leaves = zombie", "leaves = zombi", 22, "unknown kind 'zombi'; did you mean 'zombie'"},
    {"leaves = zombie", "leaves = pipe", 22, "known here: sysv-msg, sysv-sem, sysv-shm"},
    {"(a|b)", "(a|b", 27, "'(a|b' is no POSIX extended regular expression: "},
    {"^late: .*;?$", "[[:nil:]]", 16, "stderr-matches: '[[:nil:]]' is no"},
    {"outcome = deadlock", "outcome = exit 1", 11, "claims 'waits', which needs an outcome"},
    {"outcome = deadlock", "outcome = signal TERM", 11, "claims 'waits', which needs an outcome"},
    {"outcome = deadlock", "outcome = timeout", 11, "claims 'cycle', which needs the outcome dead"},
    {"outcome = livelock", "outcome = livelock\ndead-end = x", 30,
     "[fixed-2 under small-sockets] "
     "claims 'dead-end', which needs"},
    {"cycle = parent child\n", "", 11,
     "[broken] ends in a deadlock: state its cycle (cycle = NAME NAME...) or its dead end "
     "(dead-end = NAME...)"},
    {"cycle = parent child", "cycle =", 15, "'cycle' has no value"},
    {"cycle = parent child", "cycle = parent\ncycle = child", 16, "'cycle' is given twice"},
    {"cycle = parent child", "cycle = parent child\ndead-end = child", 16,
     "[broken] has both 'cycle' and 'dead-end'; right is one"},
    {"cycle = parent child", "cycle = parent childs", 11,
     "[broken] claims 'cycle' with a task 'childs' that no 'waits' of it names"},
    {"cycle = parent child", "circle = parent child", 15, "did you mean 'cycle'"},
    /* sections */
    {"[broken]", "[brokn]", 11, "unknown section [brokn]; did you mean [broken]?"},
    {"[broken]", "[somehow]", 11, "unknown section [somehow]; right are [scenario], [run]"},
    {"[broken]", "[]", 11, "unknown section []"},
    {"[broken]", "[wrong-]", 11, "unknown section [wrong-]"},
    {"[broken]", "[wrong-Idea]", 11, "unknown section [wrong-Idea]"},
    {"[broken]", "[wrong-../x]", 11, "unknown section [wrong-../x]"},
    {"[broken]", "[fixed-]", 11, "unknown section [fixed-]"},
    {"[broken]", "[broken with one-cpu]", 11, "right would be [broken] or [broken under KNOB]"},
    {"[broken]", "[broken under]", 11, "no knob after 'under'; right are: payload, one-cpu"},
    {"[broken]", "[broken under payload]", 11, "payload needs its arguments"},
    {"[broken]", "[broken under one-cpu 2]", 11, "one-cpu takes no argument"},
    {"[broken]", "[broken under explore 2]", 11, "explore takes no argument"},
    {"[broken]", "[broken under stdout]", 11, "stdout file, stdout pipe or stdout terminal"},
    {"[broken]", "[broken under stdout tty]", 11, "stdout file, stdout pipe or stdout terminal"},
    {"[broken]", "[broken under slow]", 11, "right would be: slow NAME"},
    {"[broken]", "[broken under slow a b]", 11, "right would be: slow NAME"},
    {"[broken]", "[broken under killed a]", 11, "right would be: killed NAME CALL [N]"},
    {"[broken]", "[broken under killed a read 0]", 11, "right would be: killed NAME CALL [N]"},
    {"[broken]", "[broken under killed a read -1]", 11, "right would be: killed NAME CALL [N]"},
    {"[broken]", "[broken under killed a read 1 2]", 11, "right would be: killed NAME CALL [N]"},
    {"[broken]", "[broken under killed a raed]", 11, "'raed' is no system call"},
    {"[broken]", "[broken under killed a getpid]", 11, "getpid is no call by which"},
    {"[broken]", "[broken under O3]", 11, "unknown knob 'O3'"},
    {"[broken]", "[broken under explorer]", 11, "unknown knob 'explorer'; did you mean 'explore'?"},
    {"[broken]", "[broken under one-cpus]", 11, "unknown knob 'one-cpus'; did you mean 'one-cpu'?"},
    {"[broken]", "[broken under luck]", 11, "unknown knob 'luck'; right are: payload"},
    {"[broken]", "[broken", 11, "section head without ']'"},
    {"[broken]", "[broken] outcome = exit 0", 11, "nothing but a comment may follow"},
    {"[broken]", "[broken under " LONG_KNOB "]", 11, "longer than 49 characters"},
    {"under small-queues]", "under one-cpu]", 28, "is given twice, first in line 25"},
    {"under one-cpu]",
     "under payload 4194304 x]\noutcome = exit 0\n[fixed under payload 4194304 x]", 27,
     "is given twice, first in line 23"},
    {"[fixed]", "[run]", 17, "section [run] is given twice, first in line 7"},
    {"[fixed]", "[scenario]", 17, "section [scenario] is given twice, first in line 1"},
    {"[fixed]", "[broken]", 17, "section [broken] is given twice, first in line 11"},
    {"[fixed]", "[fixed under one-cpu]", 31, "ends without a section [fixed]"},
    {"[fixed]", "[fixed under explore]", 31, "ends without a section [fixed]"},
    {"[broken]", "[broken under one-cpu]", 31,
     "ends without a section [broken] or [broken under explore]: how it fails"},
    {"[fixed]", "[broken under explore]\noutcome=livelock\n[broken under explore]", 19,
     "section [broken under explore] is given twice, first in line 17"},
    /* lines */
    {"stdout = one", "nonsense", 19, "neither a section's head nor 'key = value'"},
    {"stdout = one", "nonsense\ncolour = red", 19, "neither a section's head"},
    {"stdout = one", "colour = red\nnonsense", 19, "unknown key 'colour'"},
    {"stdout = two", "  stdout = two", 20, "the line starts with a blank"},
    {"[fixed]", " [fixed]", 17, "the line starts with a blank"},
};

START_TEST(wrong_file_is_refused)
{
    refuse(change(REFUSED[_i].old, REFUSED[_i].new), REFUSED[_i].line, REFUSED[_i].saying);
}
END_TEST

START_TEST(missing_sections_are_named)
{
    static const char scenario[] = "[scenario]\ntitle=t\nshape=leak\nculprit=c\nreferences=r\n";
    static const char run[] = "[run]\n";

    refuse("", 1, "without a section [scenario]");
    refuse("; nothing\n\n", 2, "without a section [scenario]");
    refuse(run, 1, "without a section [scenario]");
    refuse(scenario, 5, "without a section [run]");
}
END_TEST

/* A line of `length` characters, as a comment's and as a value's. */
static void with_long_line(size_t length, char *text, size_t size, const char *start)
{
    char line[300];

    memset(line, 'x', length);
    memcpy(line, start, strlen(start));
    line[length] = '\0';
    snprintf(text, size, "%s%s\n[fixed-x]\noutcome = exit 0\nstdout = end\n", GOOD, line);
}

START_TEST(longest_line_is_kept_whole)
{
    char text[2 * sizeof GOOD];
    struct expectation *e;

    with_long_line(198, text, sizeof text, "stdout = ");
    e = read_text(text);
    ck_assert_uint_eq(strlen(e->claims[5].stdout_text), 198 - strlen("stdout = "));
    ck_assert_str_eq(e->claims[6].stdout_text, "end");
    expectation_free(e);
}
END_TEST

START_TEST(longer_line_is_refused)
{
    char text[2 * sizeof GOOD];

    with_long_line(199, text, sizeof text, "stdout = ");
    refuse(text, 32, "the line is longer than 198 characters");
    with_long_line(250, text, sizeof text, "; ");
    refuse(text, 32, "the line is longer than 198 characters");
}
END_TEST

START_TEST(longest_section_name_is_kept_whole)
{
    char text[2 * sizeof GOOD];
    struct expectation *e;

    snprintf(text, sizeof text, "%s[fixed under " LONG_KNOB "]\noutcome = exit 0\n", GOOD);
    e = read_text(text);
    ck_assert_str_eq(e->claims[6].knob, LONG_KNOB);
    expectation_free(e);
}
END_TEST

START_TEST(nul_byte_is_refused)
{
    char text[sizeof GOOD];

    memcpy(text, GOOD, sizeof GOOD);
    *strstr(text, "one") = '\0';
    refuse_bytes(text, sizeof GOOD - 1, 19, "NUL");
}
END_TEST

START_TEST(unreadable_file_is_one_line_with_errno)
{
    struct error err;

    ck_assert_ptr_null(expectation_read(temporary_path("none.ini"), &err));
    ck_assert_ptr_nonnull(strstr(err.text, "none.ini: No such file or directory"));
    ck_assert_ptr_null(expectation_read(temporary, &err));
    ck_assert_ptr_nonnull(strstr(err.text, ": Is a directory"));
    ck_assert_ptr_null(strchr(err.text, '\n'));
}
END_TEST

/* How the run of the first claim of GOOD is made, if that is under `knob`; NULL: the plain run. */
static void apply(const char *knob, struct claim_run *run)
{
    char head[100] = "[fixed] ;";
    struct expectation *e;

    if (knob != NULL)
        snprintf(head, sizeof head, "[fixed]\noutcome = exit 0\n[wrong-x under %s]", knob);
    e = read_text(change("[fixed]", head));
    ck_assert_int_eq(claim_apply(e, &e->claims[knob != NULL ? 2 : 1], run), 0);
    expectation_free(e);
}

/* Whether the run is one with no knob turned but those of `knobs`. */
static void assert_knobs(const struct claim_run *run, struct world_knobs knobs)
{
    ck_assert_mem_eq(&run->knobs, &knobs, sizeof knobs);
}

static void assert_args(const struct claim_run *run, const char *first, const char *second)
{
    ck_assert_uint_eq(count_words(run->args), 2);
    ck_assert_str_eq(run->args[0], first);
    ck_assert_str_eq(run->args[1], second);
}

START_TEST(plain_run_has_the_arguments_of_all)
{
    struct claim_run run;

    apply(NULL, &run);
    assert_args(&run, "3", "four");
    assert_knobs(&run, (struct world_knobs){0});
    ck_assert(!is_directed(&run.direction));
    ck_assert_str_eq(run.build, "");
    claim_run_free(&run);
}
END_TEST

START_TEST(payload_replaces_the_arguments)
{
    struct claim_run run;

    apply("payload 4194304 x", &run);
    assert_args(&run, "4194304", "x");
    assert_knobs(&run, (struct world_knobs){0});
    claim_run_free(&run);
}
END_TEST

static const struct {
    const char *knob;
    struct world_knobs knobs;
    struct direction direction;
    const char *build;
} TURNED[] = {
    {"one-cpu", {.one_cpu = true}, {0}, ""},
    {"small-queues", {.small_queues = true}, {0}, ""},
    {"small-sockets", {.small_sockets = true}, {0}, ""},
    {"small-pipes", {.small_pipes = true}, {0}, ""},
    {"few-descriptors", {.few_descriptors = true}, {0}, ""},
    {"second-instance", {.second_instance = true}, {0}, ""},
    {"stdout pipe", {.stdout_kind = STDOUT_PIPE}, {0}, ""},
    {"stdout terminal", {.stdout_kind = STDOUT_TERMINAL}, {0}, ""},
    {"explore", {0}, {0}, ""},
    {"O0", {0}, {0}, ".O0"},
    {"O2", {0}, {0}, ".O2"},
    {"short-reads", {0}, {.short_reads = true}, ""},
    {"no-sleep", {0}, {.no_sleep = true}, ""},
    {"slow reader", {0}, {.slow = "reader"}, ""},
    {"killed worker write", {0}, {.killed = {"worker", "write", 1}}, ""},
    {"killed worker read 12", {0}, {.killed = {"worker", "read", 12}}, ""},
};

static void assert_same_text(const char *a, const char *b)
{
    ck_assert((a == NULL) == (b == NULL));
    if (a != NULL)
        ck_assert_str_eq(a, b);
}

START_TEST(knob_turns_one_thing)
{
    struct claim_run run;
    const struct direction *d = &run.direction, *right = &TURNED[_i].direction;

    apply(TURNED[_i].knob, &run);
    assert_args(&run, "3", "four");
    assert_knobs(&run, TURNED[_i].knobs);
    ck_assert_str_eq(run.build, TURNED[_i].build);
    ck_assert_int_eq(d->short_reads, right->short_reads);
    ck_assert_int_eq(d->no_sleep, right->no_sleep);
    assert_same_text(d->slow, right->slow);
    assert_same_text(d->killed.name, right->killed.name);
    assert_same_text(d->killed.call, right->killed.call);
    ck_assert_uint_eq(d->killed.nth, right->killed.nth);
    claim_run_free(&run);
}
END_TEST

START_TEST(kind_of_stdout_is_for_all_sections)
{
    struct expectation *e = read_text(change("wall = 7.5", "stdout = terminal"));
    struct claim_run run;

    ck_assert_int_eq(claim_apply(e, &e->claims[0], &run), 0);
    assert_knobs(&run, (struct world_knobs){.stdout_kind = STDOUT_TERMINAL});
    claim_run_free(&run);
    expectation_free(e);
}
END_TEST

START_TEST(other_right_fixes_are_held_to_the_same_knobs)
{
    struct expectation *e =
        read_text(change("[fixed-2 under small-sockets]", "[fixed-2]\noutcome = exit 0\n"
                                                          "[fixed-2 under explore]"));
    const struct claim *c = claim_find(e, "fixed-2", "payload 4194304 x");

    ck_assert_ptr_nonnull(c);
    ck_assert(c->implied);
    ck_assert(c->outcome.kind == OUTCOME_SIGNAL && c->outcome.number == SIGPIPE);
    ck_assert(!claim_find(e, "fixed-2", "explore")->implied);
    ck_assert_ptr_null(claim_find(e, "wrong-bigger-pipe", "payload 4194304 x"));
    expectation_free(e);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expectation");
    TCase *tcase = tcase_create("expectation");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, temporary_make, temporary_remove);
    tcase_add_test(tcase, scenario_and_run_are_read);
    tcase_add_test(tcase, claims_are_read_in_order);
    tcase_add_test(tcase, details_of_claims_are_read);
    tcase_add_test(tcase, every_schedule_of_fixed_must_do_what_its_plain_run_does);
    tcase_add_test(tcase, section_replaces_what_is_implied);
    tcase_add_test(tcase, failure_may_show_in_some_schedules_alone);
    tcase_add_test(tcase, chain_may_be_a_dead_end);
    tcase_add_test(tcase, every_budget_can_be_set);
    tcase_add_loop_test(tcase, harmless_change_is_taken, 0, LENGTH(HARMLESS));
    tcase_add_loop_test(tcase, wrong_file_is_refused, 0, LENGTH(REFUSED));
    tcase_add_test(tcase, missing_sections_are_named);
    tcase_add_test(tcase, longest_line_is_kept_whole);
    tcase_add_test(tcase, longer_line_is_refused);
    tcase_add_test(tcase, longest_section_name_is_kept_whole);
    tcase_add_test(tcase, nul_byte_is_refused);
    tcase_add_test(tcase, unreadable_file_is_one_line_with_errno);
    tcase_add_test(tcase, plain_run_has_the_arguments_of_all);
    tcase_add_test(tcase, payload_replaces_the_arguments);
    tcase_add_loop_test(tcase, knob_turns_one_thing, 0, LENGTH(TURNED));
    tcase_add_test(tcase, kind_of_stdout_is_for_all_sections);
    tcase_add_test(tcase, other_right_fixes_are_held_to_the_same_knobs);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
