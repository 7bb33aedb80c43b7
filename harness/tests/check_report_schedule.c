/* check_report_schedule.c - tests of the reports on schedules and explorations, on ones made by
 * hand: as a story, and as JSON. */
#include "preload/library_call.h"
#include "report.h"
#include "utf8.h"

#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define BIT(number)        (UINT64_C(1) << (number))
#define SIGNAL_BIT(number) BIT((number)-1)

static struct schedule made;
static struct exploration x;

static void begin(void)
{
    schedule_init(&made);
    x = (struct exploration){
        .failure = FAILURE_OUTCOME,
        .by = STRATEGY_DFS,
        .number = 14,
        .coverage = {.schedules = 14, .distinct = 13, .exhausted = -1, .real_time = true}};
}

static void end(void)
{
    schedule_free(&made);
}

/* The next task: its number is its path's turn. */
static struct schedule_task *task(const char *path, const char *name)
{
    made.tasks = reallocarray(made.tasks, made.n_tasks + 1, sizeof *made.tasks);
    ck_assert_ptr_nonnull(made.tasks);
    struct schedule_task *t = &made.tasks[made.n_tasks++];
    *t = (struct schedule_task){.pid = (pid_t)made.n_tasks + 1, .tid = (pid_t)made.n_tasks + 1};
    snprintf(t->path, sizeof t->path, "%s", path);
    memcpy(t->name, name, strnlen(name, sizeof t->name)); /* which need not be terminated */
    return t;
}

static struct step *step(int number, const char *shown, const char *where)
{
    struct step *s = schedule_add(&made);
    ck_assert_ptr_nonnull(s);
    s->choice.task = number;
    s->n_options = 1;
    s->nr = SYS_write; /* what most of these steps are does not matter */
    s->shown = shown != NULL ? strdup(shown) : NULL;
    s->where = where != NULL ? strdup(where) : NULL;
    return s;
}

static struct step *birth(int number)
{
    struct step *s = step(number, "set_robust_list(...)", NULL);
    s->nr = SYS_set_robust_list;
    return s;
}

static char *told(void)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    report_schedule_text(to, &made);
    ck_assert_int_eq(fclose(to), 0);
    return text;
}

static void expect_story(const char *expected)
{
    char *text = told();
    ck_assert_str_eq(text, expected);
    free(text);
}

static void expect_in_story(const char *part, bool there)
{
    char *text = told();
    ck_assert_msg((strstr(text, part) != NULL) == there, "%s \"%s\" in:\n%s", there ? "no" : "a",
                  part, text);
    free(text);
}

/* No line is wider than a terminal, or ends in blanks. */
static void expect_tidy(void)
{
    char *text = told();
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        size_t length = strlen(line);
        ck_assert_msg(utf8_width(line, length) <= 100, "too wide: %s", line);
        ck_assert_msg(length == 0 || line[length - 1] != ' ', "ends in blanks: '%s'", line);
    }
    free(text);
}

START_TEST(story_of_a_deadlock)
{
    task("0", "parent");
    task("0.1", "child");
    step(0, "clone(...)", "main (broken.c:58)")->nr = SYS_clone;
    step(0, "semop(0, [{0, -1}], 1)", "take (broken.c:31)");
    birth(1)->preempts = true;
    step(1, "semop(0, [{1, -1}], 1)", "take (broken.c:31)");
    step(1, "semop(0, [{0, -1}], 1)", "take (broken.c:31)")->blocks = true;
    step(0, "semop(0, [{1, -1}], 1)", NULL)->blocks = true;
    expect_story("     parent                  | child\n"
                 "     pid 2                   | pid 3\n"
                 "     ------------------------+------------------------------\n"
                 "  1  clone(...)              |\n"
                 "       at main (broken.c:58) |\n"
                 "  2  semop(0, [{0, -1}], 1)  |\n"
                 "       at take (broken.c:31) |\n"
                 "> 3                          | begins\n"
                 "  4                          | semop(0, [{1, -1}], 1)\n"
                 "                             |   at take (broken.c:31)\n"
                 "  5                          | semop(0, [{0, -1}], 1)\n"
                 "                             |   waits at take (broken.c:31)\n"
                 "  6  semop(0, [{1, -1}], 1)  |\n"
                 "       waits                 |\n"
                 "\n"
                 "> another task goes on here, although the one before it could have\n");
}
END_TEST

START_TEST(story_of_a_lost_signal)
{
    task("0", "parent");
    task("0.1", "child");
    birth(1);
    step(1, "exit_group(0)", NULL)->ended = BIT(1);
    struct step *s = step(0, "pause()", "main (broken.c:31)");
    s->choice.kind = CHOICE_SIGNAL;
    s->signal = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGINT);
    step(0, "wait4(-1, NULL, WNOHANG)", "on_child (broken.c:12)")->signal = SIGNAL_BIT(SIGUSR1);
    step(0, "pause()", "main (broken.c:31)")->blocks = true;
    expect_story("     parent                             | child\n"
                 "     pid 2                              | pid 3\n"
                 "     -----------------------------------+--------------\n"
                 "  1                                     | begins\n"
                 "  2                                     | exit_group(0)\n"
                 "                                        | ends\n"
                 "  3  SIGINT, SIGCHLD arrive just before |\n"
                 "     pause()                            |\n"
                 "       at main (broken.c:31)            |\n"
                 "  4  wait4(-1, NULL, WNOHANG)           |\n"
                 "       at on_child (broken.c:12)        |\n"
                 "       SIGUSR1 arrives during           |\n"
                 "  5  pause()                            |\n"
                 "       waits at main (broken.c:31)      |\n");
}
END_TEST

START_TEST(who_is_woken_returns_and_who_ends_ends)
{
    task("0", "parent");
    task("0.1", "child");
    step(0, "read(3, 0x7ffd5c0, 1)", NULL)->blocks = true;
    step(1, "write(4, 0x7ffd5c0, 1)", NULL)->woken = BIT(0);
    step(0, "kill(3, SIGKILL)", NULL)->ended = BIT(1);
    step(0, "exit_group(0)", NULL)->ended = BIT(0);
    expect_story("     parent                | child\n"
                 "     pid 2                 | pid 3\n"
                 "     ----------------------+-----------------------\n"
                 "  1  read(3, 0x7ffd5c0, 1) |\n"
                 "       waits               |\n"
                 "  2                        | write(4, 0x7ffd5c0, 1)\n"
                 "     ...returns from read  |\n"
                 "  3  kill(3, SIGKILL)      |\n"
                 "                           | ends\n"
                 "  4  exit_group(0)         |\n"
                 "     ends                  |\n");
}
END_TEST

START_TEST(what_time_brings_about)
{
    task("0", "one");
    step(0, "poll([{fd=3, POLLIN}], 1, 500)", NULL)->choice.kind = CHOICE_TIMEOUT;
    step(0, "pause()", NULL)->choice.kind = CHOICE_EXPIRE;
    step(0, "pause()", NULL)->choice.kind = CHOICE_SPIN;
    step(0, "read(3, 0x7ffd5c0, 10)", "main (broken.c:9)")->choice.kind = CHOICE_SHORT;
    expect_story("     one\n"
                 "     pid 2\n"
                 "     ---------------------------------------\n"
                 "  1  poll([{fd=3, POLLIN}], 1, 500)\n"
                 "       its time runs out\n"
                 "  2  its timer expires\n"
                 "  3  computes on\n"
                 "  4  read(3, 0x7ffd5c0, 10)\n"
                 "       at main (broken.c:9)\n"
                 "       reads one byte, though more are there\n");
}
END_TEST

/* Who computes for long does one thing, and not a hundred. */
START_TEST(computing_on_is_one_row)
{
    task("0", "one");
    task("0.1", "two");
    for (int i = 0; i < 15; i++)
        step(i < 12 ? 0 : 1, NULL, NULL)->choice.kind = CHOICE_SPIN;
    made.steps[14].ended = BIT(0);
    expect_story("      one                    | two\n"
                 "      pid 2                  | pid 3\n"
                 "      -----------------------+----------------------\n"
                 "   1  computes on (12 times) |\n"
                 "  13                         | computes on (2 times)\n"
                 "  15                         | computes on\n"
                 "      ends                   |\n");
}
END_TEST

/* A sleep that ends where it could have gone on seems impossible to many. */
START_TEST(what_a_sleep_guarantees)
{
    static const char legend[] =
        "\na sleep may end before anything else happens: it guarantees nothing about others\n"
        "(--time virtual: it takes its time)\n";
    task("0", "one");
    struct step *s = step(0, "poll(NULL, 0, 500)", NULL);
    s->nr = SYS_poll;
    s->choice.kind = CHOICE_TIMEOUT;
    s->n_options = 2;
    s = step(0, "nanosleep(1 s, NULL)", NULL);
    s->nr = SYS_nanosleep;
    s->choice.kind = CHOICE_TIMEOUT;
    expect_in_story("a sleep may end", false);
    s->n_options = 2;
    expect_in_story(legend, true);
    s->preempts = true;
    expect_in_story("it could have\na sleep may end", true);
}
END_TEST

/* A call that could not be decoded has a name all the same. */
START_TEST(calls_that_are_not_shown)
{
    task("0", "one");
    step(0, NULL, NULL)->nr = SYS_semget;
    struct step *s = step(0, NULL, NULL);
    s->nr = POINT_LIBRARY_CALL;
    s->args[0] = LIBRARY_SEM_POST;
    step(0, NULL, NULL)->nr = 999999;
    expect_in_story("  1  semget\n  2  sem_post\n  3  system call 999999\n", true);
}
END_TEST

START_TEST(names)
{
    task("0", "parent");
    task("0.1", "worker")->thread = true;
    task("0.2", "worker");
    task("0.3", "0123456789abcdef");
    task("0.4", "");
    made.tasks[1].pid = 2;
    expect_in_story("parent | worker 0.1      | worker 0.2 | 0123456789abcdef | 0.4\n", true);
    expect_in_story("pid 2  | pid 2, thread 3 | pid 4      | pid 5            | pid 6\n", true);
}
END_TEST

/* What the program under test calls itself and its files is no command to a terminal. */
START_TEST(foreign_bytes)
{
    task("0", "\033[2J");
    step(0, "unlink(\"a\033[2Jb\tc\nd\xff\")", "f\033 (x.c:1)");
    char *text = told();
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_null(strchr(text, '\t'));
    free(text);
    expect_tidy();
}
END_TEST

START_TEST(a_long_run_is_told_by_its_ends)
{
    task("0", "parent");
    task("0.1", "child");
    for (int i = 0; i < 20; i++) {
        char shown[32];
        snprintf(shown, sizeof shown, "write(1, %d)", i + 1);
        step(0, shown, NULL);
    }
    step(1, "read(3)", NULL)->blocks = true;
    made.steps[9].blocks = true; /* of note in the middle */
    expect_story("      parent         | child\n"
                 "      pid 2          | pid 3\n"
                 "      ---------------+--------\n"
                 "   1  write(1, 1)    |\n"
                 "   2  write(1, 2)    |\n"
                 "      (7 more calls) |\n"
                 "  10  write(1, 10)   |\n"
                 "        waits        |\n"
                 "      (7 more calls) |\n"
                 "  18  write(1, 18)   |\n"
                 "  19  write(1, 19)   |\n"
                 "  20  write(1, 20)   |\n"
                 "  21                 | read(3)\n"
                 "                     |   waits\n");
}
END_TEST

START_TEST(a_short_run_is_told_whole)
{
    task("0", "parent");
    for (int i = 0; i < 8; i++)
        step(0, "write(1)", NULL);
    expect_in_story("more call", false);
    step(0, "write(1)", NULL);
    expect_in_story("(4 more calls)", true);
}
END_TEST

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

/* Of thousands of switches nobody reads the middle; but the end of each task is always told. */
START_TEST(a_long_schedule_is_told_by_its_ends)
{
    task("0", "parent");
    task("0.1", "child");
    task("0.2", "early");
    for (int i = 0; i < 1000; i++)
        step(i % 2, "write(1)", NULL)->preempts = true;
    made.steps[500].choice.task = 2;
    char *text = told();
    ck_assert_uint_lt(count_lines(text), 160);
    ck_assert_ptr_nonnull(strstr(text, "\n>    1  write(1)"));
    ck_assert_ptr_nonnull(strstr(text, "\n>  501  "));
    ck_assert_ptr_nonnull(strstr(text, "\n> 1000  "));
    ck_assert_ptr_nonnull(strstr(text, "(235 more calls) | (235 more calls) |\n"));
    free(text);
    expect_tidy();
}
END_TEST

/* The lines are bounded, too: the start, the end, and the end of each task are told. */
START_TEST(a_story_has_some_hundred_lines)
{
    task("0", "parent");
    task("0.1", "child");
    task("0.2", "early");
    for (int i = 0; i < 1000; i++)
        step(i % 2, "read(3, 0x7ffd5c0, 4096)", "main (broken.c:7)")->signal = SIGNAL_BIT(SIGCHLD);
    made.steps[500].choice.task = 2;
    char *text = told();
    ck_assert_uint_le(count_lines(text), 300);
    ck_assert_ptr_nonnull(strstr(text, "\n     1  read"));
    ck_assert_ptr_nonnull(strstr(text, "\n   501  "));
    ck_assert_ptr_nonnull(strstr(text, "\n  1000  "));
    ck_assert_ptr_nonnull(strstr(text, "more calls)"));
    free(text);
    expect_tidy();
}
END_TEST

/* Hundreds of tasks are counted, and so are their calls in the middle. */
START_TEST(a_story_of_hundreds_of_tasks)
{
    for (int i = 0; i < 300; i++) {
        char path[16];
        snprintf(path, sizeof path, "0.%d", i);
        task(path, "worker");
        step(i, "pause()", "work (broken.c:31)")->blocks = true;
    }
    char *text = told();
    ck_assert_uint_le(count_lines(text), 300);
    free(text);
    expect_in_story("     worker 0.11   pid 13\n       (288 more tasks)\n\n", true);
    expect_in_story("\n       (170 more calls of 170 tasks)\n", true);
    expect_in_story("\n  300  worker 0.299  pause()\n", true);
    expect_tidy();
}
END_TEST

START_TEST(wide_calls_are_wrapped_and_cut)
{
    static const char long_call[] =
        "openat(AT_FDCWD, \"/a/name/of/a/file/that/is/much/too/long/to/fit/in/a/column\", "
        "O_RDWR|O_CREAT|O_EXCL, 0600)";
    task("0", "one");
    task("0.1", "two");
    task("0.2", "three");
    for (int i = 0; i < 3; i++)
        step(i, long_call, "a_function_with_a_rather_long_name (in_a_file_with_one.c:4711)");
    expect_tidy();
    expect_in_story("  1  openat(AT_FDCWD,              |", true);
    expect_in_story("         \"/a/name/of/a/file/tha... |", true);
    expect_in_story("         O_RDWR|O_CREAT|O_EXCL,... |", true); /* no fourth line */
}
END_TEST

START_TEST(columns_take_what_they_need)
{
    task("0", "one");
    task("0.1", "two");
    step(0, "w()", NULL);
    step(1, "a_call_of_sixty_characters(and, some, arguments, it, can, have)", NULL);
    expect_in_story(
        "  2        | a_call_of_sixty_characters(and, some, arguments, it, can, have)\n", true);
}
END_TEST

START_TEST(many_tasks_are_a_list)
{
    task("0", "server");
    for (int i = 1; i < 8; i++) {
        char path[8];
        snprintf(path, sizeof path, "0.%d", i);
        task(path, "worker");
        step(i, "read(3, 0x7ffd5c0, 4096)", "work (broken.c:31)")->blocks = true;
    }
    struct step *s = step(0, "write(4, 0x7ffd5c0, 1)", "main (broken.c:40)");
    s->woken = BIT(1) | BIT(2);
    s->preempts = true;
    expect_in_story("     server      pid 2\n"
                    "     worker 0.1  pid 3\n",
                    true);
    expect_in_story("  7  worker 0.7  read(3, 0x7ffd5c0, 4096)\n"
                    "                   waits at work (broken.c:31)\n"
                    "> 8  server      write(4, 0x7ffd5c0, 1)\n"
                    "                   at main (broken.c:40)\n"
                    "     worker 0.1  ...returns from read\n"
                    "     worker 0.2  ...returns from read\n",
                    true);
    expect_tidy();
}
END_TEST

/* Narrow columns would cut the places. */
START_TEST(four_columns_of_places_are_a_list)
{
    task("0", "office");
    for (int i = 1; i < 4; i++) {
        char path[8];
        snprintf(path, sizeof path, "0.%d", i);
        task(path, "clerk");
        step(i, "flock(4, LOCK_EX)", "take_lock (wrong-sleep.c:57)");
    }
    step(0, "wait(NULL)", "main (wrong-sleep.c:85)");
    expect_in_story("  3  clerk 0.3  flock(4, LOCK_EX)\n"
                    "                  at take_lock (wrong-sleep.c:57)\n",
                    true);
    expect_tidy();
}
END_TEST

/* More tasks than the masks have bits. */
START_TEST(more_than_sixty_four_tasks)
{
    for (int i = 0; i < 100; i++) {
        char path[16];
        snprintf(path, sizeof path, "0.%d", i);
        task(path, "worker");
        step(i, "pause()", NULL)->woken = ~UINT64_C(0);
    }
    expect_in_story(" 100  worker 0.99  pause()\n", true);
    expect_tidy();
}
END_TEST

START_TEST(nothing_at_all)
{
    free(told());
    task("0", "one");
    free(told());
}
END_TEST

START_TEST(a_cut_schedule_says_so)
{
    task("0", "one");
    step(0, "write(1)", NULL);
    made.cut = true;
    expect_in_story("\nThe run went on from here, for longer than can be written down.\n", true);
}
END_TEST

static void expect_coverage(struct explore_coverage c, const char *expected)
{
    char *text = report_coverage(&c);
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(coverage)
{
    struct explore_coverage c = {
        .schedules = 812, .distinct = 790, .exhausted = 1, .real_time = true};
    expect_coverage(c, "no failure in 812 schedules (790 different; all with at most 1 preemption: "
                       "exhausted)");
    c.exhausted = 2;
    expect_coverage(c, "no failure in 812 schedules (790 different; all with at most 2 "
                       "preemptions: exhausted)");
    c.exhausted = 0;
    expect_coverage(c, "no failure in 812 schedules (790 different; all without preemption: "
                       "exhausted)");
    c = (struct explore_coverage){.schedules = 1, .distinct = 1, .exhausted = -1};
    expect_coverage(c, "no failure in 1 schedule (1 different); without real-time priorities, "
                       "which is slower and less certain to replay");
    c = (struct explore_coverage){
        .schedules = 9, .distinct = 9, .exhausted = -1, .cut = 2, .unstable = 3, .real_time = true};
    expect_coverage(c, "no failure that replays in 9 schedules (9 different); 2 of them cut short; "
                       "3 failed, but did not replay three times the same: the program depends on "
                       "more than the schedule, such as random numbers or the time-stamp counter");
    c = (struct explore_coverage){
        .schedules = 15, .distinct = 12, .exhausted = 4, .complete = true, .real_time = true};
    expect_coverage(c, "no failure in 15 schedules (12 different; all there are)");
}
END_TEST

static void expect_told(const char *file, const char *part)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    x.schedule = made;
    report_exploration_text(to, &x, file);
    ck_assert_int_eq(fclose(to), 0);
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
    free(text);
}

START_TEST(what_was_found)
{
    task("0", "one");
    step(0, "write(1)", NULL);
    x.observation.outcome.kind = OUTCOME_DEADLOCK;
    expect_told(NULL, "deadlock in schedule 14 of 14 (found by dfs), replayed 3 times the same\n\n"
                      "     one\n");
    expect_told("/tmp/a.json", "\n  brokenpipe explore --replay /tmp/a.json\n");
    expect_told("it's a file", "--replay 'it'\\''s a file'\n");
    expect_told(NULL, "\ncovered:\n  14 schedules (13 different)\n  0 steps in 0.00 s\n");
    x.observation.outcome = (struct outcome){OUTCOME_EXIT, 1};
    x.by = STRATEGY_PCT;
    expect_told(NULL, "exit 1 in schedule 14 of 14 (found by pct)");
    x.failure = FAILURE_LEFT;
    x.observation.outcome.number = 0;
    expect_told(NULL, "exit 0, but something left behind, in schedule 14");
}
END_TEST

START_TEST(both_outputs_are_told)
{
    static char two[] = "2\n", one[] = "1\n";
    task("0", "one");
    x.failure = FAILURE_DIFFERS;
    x.first.out = (struct output){two, 2, 2};
    x.observation.out = (struct output){one, 2, 2};
    expect_told(NULL, "other output than at first in schedule 14");
    expect_told(NULL, "\nthe first schedule ended so:\nexit 0\nstdout, 2 bytes:\n  | 2\n");
    expect_told(NULL, "\nand this one so:\nexit 0\nstdout, 2 bytes:\n  | 1\n");
}
END_TEST

START_TEST(nothing_found)
{
    x.failure = FAILURE_NONE;
    x.coverage.by_strategy[STRATEGY_DFS] = 6;
    x.coverage.by_strategy[STRATEGY_RANDOM] = 8;
    x.coverage.steps = 1234;
    x.coverage.seconds = 0.987;
    expect_told(NULL, "no failure in 14 schedules (13 different)\n"
                      "6 by dfs, 8 by random; 1234 steps in 0.99 s\n");
    x.coverage.exhausted = 1;
    x.coverage.real_time = false;
    expect_told(NULL, "no failure in 14 schedules (13 different; all with at most 1 preemption: "
                      "exhausted); without\nreal-time priorities, which is slower and less certain "
                      "to replay\n");
}
END_TEST

/* Runs that have been given up say nothing about the program. */
START_TEST(no_run_ended)
{
    x.failure = FAILURE_NONE;
    x.coverage.cut = 14;
    x.coverage.exhausted = 0;
    x.first.outcome.kind = OUTCOME_TIMEOUT;
    ck_assert(report_says_nothing(&x));
    expect_told(NULL, "nothing can be said, for no run came to its end in time: 14 schedules (13 "
                      "different); 14 of them cut\nshort\n");
    expect_told(NULL, "\n--wall gives them more time; ");
    x.coverage.cut = 13;
    ck_assert(!report_says_nothing(&x));
    x.coverage.cut = 14;
    x.first.outcome.kind = OUTCOME_EXIT; /* it was only too long to be written down */
    ck_assert(!report_says_nothing(&x));
}
END_TEST

/* Every key, so that none goes away unnoticed. */
static void expect_keys(const json_t *object, const char *const *keys, size_t n)
{
    ck_assert(json_is_object(object));
    ck_assert_uint_eq(json_object_size(object), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(json_object_get(object, keys[i]) != NULL, "no key %s", keys[i]);
}

#define EXPECT_KEYS(object, ...)                                                                   \
    expect_keys(object, (const char *const[]){__VA_ARGS__},                                        \
                sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

START_TEST(json_of_a_failure)
{
    task("0", "one");
    task("0.1", "two")->thread = true;
    struct step *s = step(1, "write(1)", "main (broken.c:9)");
    s->args[5] = UINT64_MAX;
    s->woken = BIT(0);
    s->signal = SIGNAL_BIT(SIGCHLD);
    made.hash = 255;
    x.schedule = made;
    x.coverage.exhausted = 1;
    json_t *json = report_exploration_json(&x, "/tmp/a.json");
    EXPECT_KEYS(json, "failure", "strategy", "number", "file", "coverage", "schedule",
                "observation", "first");
    const json_t *schedule = json_object_get(json, "schedule");
    EXPECT_KEYS(schedule, "hash", "cut", "tasks", "steps");
    EXPECT_KEYS(json_object_get(json, "coverage"), "schedules", "distinct", "by_strategy",
                "exhausted_preemptions", "complete", "cut", "unstable", "steps", "decisions",
                "seconds", "real_time");
    EXPECT_KEYS(json_array_get(json_object_get(schedule, "tasks"), 1), "path", "name", "thread",
                "pid", "tid");
    const json_t *first = json_array_get(json_object_get(schedule, "steps"), 0);
    EXPECT_KEYS(first, "task", "kind", "options", "chosen", "preempts", "call", "nr", "arguments",
                "shown", "where", "waits", "signals", "woken", "ended");
    const char *call, *hash, *signal, *sixth, *by;
    int woken, bound;
    ck_assert_int_eq(json_unpack(json, "{s:s, s:{s:i}, s:{s:s, s:[{s:s, s:[s], s:[i]}]}}",
                                 "strategy", &by, "coverage", "exhausted_preemptions", &bound,
                                 "schedule", "hash", &hash, "steps", "call", &call, "signals",
                                 &signal, "woken", &woken),
                     0);
    sixth = json_string_value(json_array_get(json_object_get(first, "arguments"), 5));
    ck_assert_str_eq(by, "dfs");
    ck_assert_int_eq(bound, 1);
    ck_assert_str_eq(hash, "00000000000000ff");
    ck_assert_str_eq(call, "write");
    ck_assert_str_eq(signal, "CHLD");
    ck_assert_str_eq(sixth, "ffffffffffffffff");
    ck_assert_int_eq(woken, 0);
    json_decref(json);
}
END_TEST

START_TEST(json_without_a_failure)
{
    x.failure = FAILURE_NONE;
    json_t *json = report_exploration_json(&x, NULL);
    static const char *const nulls[] = {"strategy", "number", "file", "schedule", "observation"};
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
        ck_assert_msg(json_is_null(json_object_get(json, nulls[i])), "%s", nulls[i]);
    ck_assert_str_eq(json_string_value(json_object_get(json, "failure")), "none");
    ck_assert(
        json_is_null(json_object_get(json_object_get(json, "coverage"), "exhausted_preemptions")));
    json_decref(json);
}
END_TEST

int main(void)
{
    static const TTest *const *const tests[] = {
        &story_of_a_deadlock,
        &story_of_a_lost_signal,
        &who_is_woken_returns_and_who_ends_ends,
        &what_time_brings_about,
        &computing_on_is_one_row,
        &what_a_sleep_guarantees,
        &calls_that_are_not_shown,
        &names,
        &foreign_bytes,
        &a_long_run_is_told_by_its_ends,
        &a_short_run_is_told_whole,
        &a_long_schedule_is_told_by_its_ends,
        &a_story_has_some_hundred_lines,
        &a_story_of_hundreds_of_tasks,
        &wide_calls_are_wrapped_and_cut,
        &columns_take_what_they_need,
        &many_tasks_are_a_list,
        &four_columns_of_places_are_a_list,
        &more_than_sixty_four_tasks,
        &nothing_at_all,
        &a_cut_schedule_says_so,
        &coverage,
        &what_was_found,
        &both_outputs_are_told,
        &nothing_found,
        &no_run_ended,
        &json_of_a_failure,
        &json_without_a_failure,
    };
    TCase *tcase = tcase_create("report_schedule");
    tcase_add_checked_fixture(tcase, begin, end);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, *tests[i]);
    Suite *suite = suite_create("report_schedule");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
