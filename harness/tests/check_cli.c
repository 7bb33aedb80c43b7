/* check_cli.c - tests of the command `brokenpipe` as a person or a script meets it: what it says,
 * where it says it, and its exit status.
 *
 * The scenarios judged here are shell scripts in a temporary tree, so that nothing depends on the
 * corpus. */
#include "command.h"
#include "processor.h"

#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The call's JSON; releases the call. */
static json_t *json_of(struct call call)
{
    json_error_t error;
    json_t *json = json_loads(call.out, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s in:\n%s", error.line, error.text, call.out);
    release(call);
    return json;
}

static const char *string_in(const json_t *json, const char *key)
{
    const char *string = json_string_value(json_object_get(json, key));
    ck_assert_msg(string != NULL, "no string %s", key);
    return string;
}

static long long integer_in(const json_t *json, const char *key)
{
    ck_assert_msg(json_is_integer(json_object_get(json, key)), "no integer %s", key);
    return json_integer_value(json_object_get(json, key));
}

/* Runs a shell script in a world. */
#define RUN_SCRIPT(script) CALL(S("run"), S("--json"), S("--"), S("sh"), S("-c"), S(script))

static const char expectation[] = "[scenario]\n"
                                  "title = A title\n"
                                  "shape = leak\n"
                                  "culprit = main\n"
                                  "references = pipe(7)\n"
                                  "[run]\n"
                                  "args = 1\n"
                                  "explore = 0.2\n"
                                  "[broken]\n"
                                  "outcome = deadlock\n"
                                  "waits = broken wait4 child\n"
                                  "waits = cat openat fifo\n"
                                  "dead-end = broken cat\n"
                                  "[fixed]\n"
                                  "outcome = exit 0\n"
                                  "stdout = done 1\n"
                                  "[fixed under payload 2]\n"
                                  "outcome = exit 0\n"
                                  "stdout = done 2\n"
                                  "[wrong-idea]\n"
                                  "outcome = exit 0\n"
                                  "stdout = done 1\n"
                                  "[wrong-idea under payload 2]\n"
                                  "outcome = exit 1\n";

/* The scenario fifo/example in a tree of its own, to which the environment leads from now on. */
static void make_corpus(void)
{
    ck_assert_int_eq(setenv("BROKENPIPE_ROOT", temporary_path("root"), 1), 0);
    ck_assert_int_eq(setenv("BROKENPIPE_BUILD", temporary_path("build"), 1), 0);
    const char *sources[] = {"broken.c", "fixed.c", "wrong-idea.c", "README.md"};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        temporary_write_text(temporary_path("root/scenarios/fifo/example/%s", sources[i]), "\n");
    temporary_write_text(temporary_path("root/expected/fifo/example.ini"), expectation);
    write_script(temporary_path("build/scenarios/fifo/example/broken"),
                 "#!/bin/sh\nmkfifo f\ncat f\n");
    write_script(temporary_path("build/scenarios/fifo/example/fixed"), "#!/bin/sh\necho done $1\n");
    write_script(temporary_path("build/scenarios/fifo/example/wrong-idea"),
                 "#!/bin/sh\n[ $1 = 1 ] && echo done 1\n");
    temporary_copy(temporary_path("build/points.so"), BUILD_DIR "/points.so");
    /* Root's worlds run as nobody, who must be able to get there. */
    ck_assert_int_eq(chmod(temporary_path("build/scenarios/fifo/example"), 0755), 0);
}

START_TEST(help_and_version)
{
    static const char *const commands[] = {"list", "show",   "run", "explore", "check",
                                           "demo", "doctor", "new", "vet",     "grid"};
    struct call call = CALL(S("--help"));
    expect_status(call, 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        expect_in(call.out, commands[i]);
        struct call help = CALL(S(commands[i]), S("--help"));
        expect_status(help, 0);
        expect_in(help.out, "usage: brokenpipe ");
        ck_assert_str_eq(help.err, "");
        release(help);
    }
    release(call);
    call = CALL(S("--version"));
    expect_status(call, 0);
    ck_assert_int_eq(strncmp(call.out, "brokenpipe ", 11), 0);
    release(call);
}
END_TEST

START_TEST(no_command)
{
    char *const argv[] = {S("brokenpipe"), NULL};
    struct call call = call_with(argv);
    expect_status(call, 2);
    ck_assert_str_eq(call.out, "");
    expect_in(call.err, "usage:");
    release(call);
}
END_TEST

START_TEST(wrong_words)
{
    make_corpus();
    expect_refusal(CALL(S("chek")), "did you mean 'check'?");
    expect_refusal(CALL(S("qqqqqqqq")), "unknown command 'qqqqqqqq'");
    expect_refusal(CALL(S("--verson")), "did you mean '--version'?");
    expect_refusal(CALL(S("run"), S("--jsn"), S("true")), "did you mean '--json'?");
    expect_refusal(CALL(S("run"), S("-q"), S("true")), "unknown option '-q'");
    expect_refusal(CALL(S("run"), S("--json=1"), S("true")), "takes no value");
    expect_refusal(CALL(S("run"), S("--wall")), "'--wall' needs a value");
    expect_refusal(CALL(S("run"), S("--wall"), S("soon"), S("true")), "'soon'");
    expect_refusal(CALL(S("run"), S("--cpu"), S("0"), S("true")), "'0'");
    expect_refusal(CALL(S("run"), S("--cpu"), S("nan"), S("true")), "'nan'");
    expect_refusal(CALL(S("run"), S("--explian"), S("true")), "did you mean '--explain'?");
    expect_refusal(CALL(S("run"), S("--graph")), "'--graph' needs a value");
    expect_refusal(CALL(S("run")), "which program?");
    expect_refusal(CALL(S("explore")), "which program?");
    expect_refusal(CALL(S("explore"), S("--replya"), S("f")), "did you mean '--replay'?");
    expect_refusal(CALL(S("show")), "one scenario");
    expect_refusal(CALL(S("doctor"), S("who")), "'who'");
    expect_refusal(CALL(S("new")), "MECHANISM/NAME");
    expect_refusal(CALL(S("list"), S("fifo/exampel")), "fifo/example");
    expect_refusal(CALL(S("show"), S("fifo/exampel")), "fifo/example");
    expect_refusal(CALL(S("check"), S("fifo/exampel")), "fifo/example");
    expect_refusal(CALL(S("demo"), S("fifo/exampel")), "fifo/example");
}
END_TEST

START_TEST(program_that_cannot_be_run)
{
    temporary_write_text(temporary_path("text"), "just text\n");
    expect_refusal(CALL(S("run"), S("--"), S("no-such-program")), "not found in PATH");
    expect_refusal(CALL(S("run"), S("--"), S("/no/such/program")), "No such file");
    expect_refusal(CALL(S("run"), S("--"), S(temporary)), "directory");
    expect_refusal(CALL(S("run"), S("--"), S(temporary_path("text"))), "not executable");
    expect_refusal(CALL(S("explore"), S("--"), S(temporary_path("text"))), "not executable");
}
END_TEST

START_TEST(run_tells_the_exit)
{
    struct call call = RUN_SCRIPT("echo hello; echo complaint >&2; exit 3");
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "outcome"), "exit 3");
    ck_assert_int_eq(integer_in(json, "exit"), 3);
    ck_assert_str_eq(string_in(json, "stdout"), "hello\n");
    ck_assert_int_eq(integer_in(json, "stdout_bytes"), 6);
    ck_assert_str_eq(string_in(json, "stderr"), "complaint\n");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "isolation")), 6);
    json_decref(json);

    call = CALL(S("run"), S("true"));
    expect_status(call, 0);
    expect_in(call.out, "exit 0\n");
    release(call);
}
END_TEST

START_TEST(run_tells_the_signal)
{
    struct call call = RUN_SCRIPT("kill -PIPE $$");
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "outcome"), "signal PIPE");
    ck_assert_str_eq(string_in(json, "signal"), "PIPE");
    json_decref(json);
}
END_TEST

START_TEST(run_proves_a_deadlock)
{
    struct call call = RUN_SCRIPT("mkfifo f; cat f; true");
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "outcome"), "deadlock");
    ck_assert(json_real_value(json_object_get(json, "verdict_ms")) > 0);
    json_t *waits = json_object_get(json, "waits");
    ck_assert_uint_eq(json_array_size(waits), 2);
    json_t *cat = json_array_get(waits, 1);
    ck_assert_str_eq(string_in(cat, "name"), "cat");
    ck_assert_str_eq(string_in(cat, "call"), "openat");
    ck_assert_str_eq(string_in(cat, "object"), "fifo");
    expect_in(string_in(cat, "sentence"), "cat waits in openat");
    json_decref(json);
}
END_TEST

/* A shell and a `sleep` that it waits for, at the end of their time. */
#define RUN_SLEEPER(...)                                                                           \
    CALL(S("run"), S("--wall"), S("0.2"), __VA_ARGS__, S("--"), S("/bin/sh"), S("-c"),             \
         S("sleep 60; true"))

START_TEST(run_explains)
{
    struct call call = RUN_SLEEPER(S("--explain"));
    expect_status(call, 1);
    expect_in(call.out, "timeout, ");
    expect_in(call.out, "  sh (pid 2) waits in wait4 for sleep\n      call    wait4(");
    expect_in(call.out, "      at      ");
    expect_in(call.out, "\n  can still go on:\n      sh (pid 2) -- ");
    release(call);

    json_t *json = json_of(RUN_SLEEPER(S("--explain"), S("--json")));
    json_t *sh = json_array_get(json_object_get(json, "waits"), 0);
    ck_assert_uint_gt(json_array_size(json_object_get(sh, "stack")), 0);
    json_t *goal = json_object_get(json_array_get(json_object_get(sh, "waits_for"), 0), "to");
    ck_assert_str_eq(string_in(goal, "name"), "sleep");
    json_t *chain = json_object_get(json_object_get(json, "explanation"), "chain");
    ck_assert_str_eq(string_in(chain, "kind"), "open");
    json_decref(json);
}
END_TEST

START_TEST(run_draws)
{
    const char *path = temporary_path("x.dot");
    struct call call = RUN_SLEEPER(S("--graph"), S(path));
    expect_status(call, 1);
    ck_assert_str_eq(call.err, "");
    release(call);
    char *dot = read_all(path);
    expect_in(dot, "sh (pid 2)\\nwait4(");
    expect_in(dot, " -> ");
    free(dot);

    ck_assert_int_eq(unlink(path), 0);
    call = CALL(S("run"), S("--graph"), S(path), S("true"));
    expect_status(call, 0);
    expect_in(call.err, "nothing waits: no graph written\n");
    ck_assert_int_eq(access(path, F_OK), -1);
    release(call);
}
END_TEST

/* What can be known before the run is said before it; what cannot, costs the run's answer nothing.
 */
START_TEST(run_cannot_draw)
{
    expect_refusal(RUN_SLEEPER(S("--graph"), S("x.jpeg")), "'x.jpeg'");
    expect_refusal(RUN_SLEEPER(S("--graph"), S("x")), ".dot, .gv, .svg, .png or .pdf");
    expect_refusal(RUN_SLEEPER(S("--graph"), S("/no/such/directory/x.svg")),
                   "cannot write '/no/such/directory/x.svg': No such file or directory");

    const char *path = temporary_path("x.svg");
    ck_assert_int_eq(mkdir(temporary_path("empty"), 0755), 0);
    ck_assert_int_eq(setenv("PATH", temporary_path("empty"), 1), 0);
    struct call call = RUN_SLEEPER(S("--graph"), S(path));
    expect_status(call, 3);
    expect_in(call.out, "sh (pid 2) waits in wait4 for sleep\n");
    expect_in(call.err, "needs Graphviz (package graphviz)");
    ck_assert_int_eq(access(path, F_OK), -1);
    release(call);
}
END_TEST

START_TEST(run_tells_what_was_left)
{
    struct call call = RUN_SCRIPT("mkfifo left");
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "outcome"), "exit 0");
    json_t *left = json_array_get(json_object_get(json, "left_behind"), 0);
    ck_assert_str_eq(string_in(left, "kind"), "fifo");
    ck_assert_str_eq(string_in(left, "name"), "/tmp/left");
    json_decref(json);
}
END_TEST

START_TEST(run_keeps_to_the_budgets)
{
    struct call call = CALL(S("run"), S("--wall"), S("0.2"), S("--"), S("sleep"), S("60"));
    expect_status(call, 1);
    expect_in(call.out, "timeout");
    release(call);
    call =
        CALL(S("run"), S("--cpu"), S("0.2"), S("--"), S("sh"), S("-c"), S("while :; do :; done"));
    expect_status(call, 1);
    expect_in(call.out, "livelock");
    release(call);
}
END_TEST

START_TEST(run_under_takes_knobs_of_one_run)
{
    static const struct {
        const char *knob, *complaint;
    } wrong[] = {
        {"", "no knob"},
        {"smallpipes", "did you mean 'small-pipes'?"},
        {"slow", "slow NAME"},
        {"killed cat raed", "'raed' is no system call"},
        {"killed cat getpid", "getpid is no call"},
        {"payload 3", "about another program, workload or schedule"},
        {"O2", "about another program, workload or schedule"},
        {" explore", "about another program, workload or schedule"},
        {" second-instance", "about another program, workload or schedule"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_refusal(CALL(S("run"), S("--under"), S(wrong[i].knob), S("--"), S("true")),
                       wrong[i].complaint);
}
END_TEST

START_TEST(run_under_tells_what_did_not_come_about)
{
    struct call call = CALL(S("run"), S("--under"), S("slow dog"), S("--"), S("true"));
    expect_status(call, 0);
    ck_assert_str_eq(call.err, "brokenpipe run: note: nobody was called dog\n");
    release(call);
    call = CALL(S("run"), S("--under"), S("killed dog write 2"), S("--"), S("true"));
    expect_status(call, 0);
    ck_assert_str_eq(call.err, "brokenpipe run: note: nobody called dog entered write 2 times\n");
    release(call);
}
END_TEST

START_TEST(run_output_of_any_bytes_is_valid_json)
{
    struct call call = RUN_SCRIPT("printf 'a\\000b\\377\\355\\240\\200'");
    expect_status(call, 0);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "stdout"), "a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD");
    ck_assert_int_eq(integer_in(json, "stdout_bytes"), 7);
    json_decref(json);
}
END_TEST

START_TEST(run_sees_absolute_arguments)
{
    const char *data = temporary_path("data");
    temporary_write_text(data, "contents\n");
    ck_assert_int_eq(chmod(data, 0644), 0);
    ck_assert_int_eq(chmod(temporary, 0755), 0);
    struct call call = CALL(S("run"), S("--json"), S("--"), S("cat"), S(data));
    expect_status(call, 0);
    ck_assert_str_eq(call.err, "");
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "stdout"), "contents\n");
    json_decref(json);

    ck_assert_int_eq(chdir(temporary), 0);
    call = CALL(S("run"), S("--"), S("cat"), S("data"));
    expect_status(call, 1);
    expect_in(call.err, data);
    release(call);
}
END_TEST

START_TEST(run_keeps_the_files)
{
    ck_assert_int_eq(setenv("TMPDIR", temporary, 1), 0);
    struct call call = CALL(S("run"), S("--json"), S("--keep"), S("--"), S("sh"), S("-c"),
                            S("echo precious >file"));
    expect_status(call, 1);
    json_t *json = json_of(call);
    const char *kept = string_in(json, "kept");
    ck_assert_int_eq(strncmp(kept, temporary, strlen(temporary)), 0);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/tmp/file", kept);
    char *text = read_all(path);
    ck_assert_str_eq(text, "precious\n");
    free(text);
    json_decref(json);
    ck_assert_int_eq(setenv("TMPDIR", "/no/such/directory", 1), 0);
    expect_refusal(CALL(S("run"), S("--keep"), S("true")), "/no/such/directory");
}
END_TEST

START_TEST(explore_takes_no_wrong_values)
{
    static const struct {
        const char *option, *value, *part;
    } wrong[] = {
        {"--budget", "soon", "'soon' is no number of seconds"},
        {"--budget", "0", "'0' is no number of seconds"},
        {"--cpu", "-1", "'-1' is no number of seconds"},
        {"--seed", "-1", "'-1' is no whole number from 0 on"},
        {"--seed", "99999999999999999999", "'99999999999999999999' is no whole number"},
        {"--schedules", "0", "'0' is no whole number from 1 on"},
        {"--schedules", "1x", "'1x' is no whole number from 1 on"},
        {"--strategy", "dfs,luck", "'luck' is no strategy"},
        {"--strategy", "dfs,", "'' is no strategy"},
        {"--time", "real", "--time is 'virtual' or 'none'"},
        {"--output", "/no/such/directory/file", "cannot write"},
        {"--output", "/dev/null", "no regular file"},
    };
    ck_assert_int_eq(setenv("TMPDIR", "/no/such/directory", 1), 0);
    expect_refusal(CALL(S("explore"), S("true")),
                   "cannot write a schedule to '/no/such/directory'");
    ck_assert_int_eq(unsetenv("TMPDIR"), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_refusal(CALL(S("explore"), S(wrong[i].option), S(wrong[i].value), S("true")),
                       wrong[i].part);
}
END_TEST

START_TEST(explore_takes_no_wrong_combination)
{
    expect_refusal(CALL(S("explore"), S("--gdb"), S("true")), "--gdb looks at a replay");
    expect_refusal(CALL(S("explore"), S("--replay"), S("f"), S("--gdb"), S("--json")), "--json");
    expect_refusal(CALL(S("explore"), S("--replay"), S("f"), S("--budget"), S("2")),
                   "--budget is for a search");
    expect_refusal(CALL(S("explore"), S("--short-reads"), S("--replay"), S("f")),
                   "--short-reads is for a search");
    expect_refusal(CALL(S("explore"), S("--replay"), S("f"), S("true")), "from its file");
    expect_refusal(CALL(S("explore"), S("--replay"), S(temporary_path("f"))), "No such file");
    temporary_write_text(temporary_path("f"), "{\"seed\": 1}");
    expect_refusal(CALL(S("explore"), S("--replay"), S(temporary_path("f"))),
                   "the key brokenpipe_schedule is missing");
}
END_TEST

START_TEST(explore_finds_nothing)
{
    struct call call = CALL(S("explore"), S("--schedules"), S("3"), S("--"), S("true"));
    expect_status(call, 0);
    expect_in(call.out, "no failure in ");
    release(call);
    call = CALL(S("explore"), S("--json"), S("--schedules"), S("3"), S("--"), S("true"));
    expect_status(call, 0);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "failure"), "none");
    json_decref(json);
}
END_TEST

/* A schedule of a shell that waits for a FIFO's writer, in the file `file`. */
static void find_deadlock(const char *file)
{
    struct call call =
        CALL(S("explore"), S("--output"), S(file), S("--"), S("sh"), S("-c"), S("mkfifo f; cat f"));
    expect_status(call, 1);
    expect_in(call.out, "deadlock in schedule 1 of 1 (found by nonpreemptive)");
    expect_in(call.out, "...returns from");
    expect_in(call.out, file);
    release(call);
}

START_TEST(explore_finds_and_replays)
{
    const char *file = temporary_path("found.json");
    find_deadlock(file);
    struct call call = CALL(S("explore"), S("--replay"), S(file));
    expect_status(call, 1);
    expect_in(call.out, "deadlock again, step by step as in the file");
    ck_assert_str_eq(call.err, "");
    release(call);
    call = CALL(S("explore"), S("--replay"), S(file), S("--json"));
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert(json_is_true(json_object_get(json, "same")));
    ck_assert(json_is_null(json_object_get(json, "diverged")));
    ck_assert_str_eq(string_in(json_object_get(json, "observation"), "outcome"), "deadlock");
    json_decref(json);
}
END_TEST

/* As if the file's run had made other steps. */
static void forge_hash(const char *file)
{
    json_t *json = json_load_file(file, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_int_eq(json_object_set_new(json, "hash", json_string("0000000000000000")), 0);
    ck_assert_int_eq(json_dump_file(json, file, 0), 0);
    json_decref(json);
}

/* How many steps a livelock has before it is called one depends on the machine. */
START_TEST(explore_replays_a_livelock)
{
    const char *file = temporary_path("found.json");
    struct call call = CALL(S("explore"), S("--cpu"), S("0.2"), S("--output"), S(file), S("--"),
                            S("sh"), S("-c"), S("while :; do :; done"));
    expect_status(call, 1);
    expect_in(call.out, "livelock in schedule 1 of 1");
    expect_in(call.out, "computes on (");
    release(call);
    call = CALL(S("explore"), S("--cpu"), S("0.2"), S("--replay"), S(file));
    expect_status(call, 1);
    expect_in(call.out, "livelock again, step by step as in the file\n");
    release(call);
    forge_hash(file);
    call = CALL(S("explore"), S("--cpu"), S("0.2"), S("--replay"), S(file));
    expect_status(call, 1);
    expect_in(call.out, "livelock again, by the same choices as in the file\n");
    release(call);
}
END_TEST

/* Neither that it fails nor that it does not. */
START_TEST(explore_says_that_no_run_ended)
{
    struct call call = CALL(S("explore"), S("--wall"), S("0.2"), S("--schedules"), S("2"), S("--"),
                            S("sh"), S("-c"), S("while :; do :; done"));
    expect_status(call, 3);
    expect_in(call.out, "nothing can be said, for no run came to its end in time: 2 schedules");
    release(call);
}
END_TEST

/* Waits until the file has `part` in it. */
static void expect_soon_in(const char *path, const char *part)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    for (bool there = false; !there;) {
        nanosleep(&pause, NULL); /* the test's time limit ends it */
        char *text = read_all(path);
        there = strstr(text, part) != NULL;
        free(text);
    }
}

/* We have the only processor that it may use. */
START_TEST(explore_says_that_it_waits)
{
    struct processor processor;
    struct error err;
    const char *out = temporary_path("out"), *shown = temporary_path("err");
    ck_assert_msg(processor_claim(&processor, true, NULL, NULL, &err) == 0, "%s", err.text);
    char *const argv[] = {S("brokenpipe"), S("explore"), S("true"), NULL};
    pid_t pid = start_command(argv, out, shown);
    expect_soon_in(shown, "brokenpipe explore: waiting for a processor: other explorations");
    processor_release(&processor);
    ck_assert_int_eq(wait_for(pid), 0);
}
END_TEST

/* On a terminal, for who has waited for two seconds. */
START_TEST(explore_shows_how_far_it_is)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_msg(terminal != -1 && grantpt(terminal) == 0 && unlockpt(terminal) == 0, "%s",
                  strerror(errno));
    int kept = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC); /* and what is written */
    ck_assert_int_ne(kept, -1);
    char *const argv[] = {S("brokenpipe"), S("explore"), S("--strategy"), S("random"),
                          S("--budget"),   S("2.3"),     S("true"),       NULL};
    ck_assert_int_eq(spawn_command(argv, temporary_path("out"), ptsname(terminal)), 0);
    char text[4096] = "";
    ck_assert_int_gt(read(terminal, text, sizeof text - 1), 0);
    expect_in(text, " schedules, 1 different, 2.");
    ck_assert_ptr_null(strstr(text, ", 1.9 s"));
    close(kept);
    close(terminal);
}
END_TEST

START_TEST(explore_says_that_a_replay_went_another_way)
{
    const char *file = temporary_path("found.json");
    find_deadlock(file);
    forge_hash(file);
    struct call call = CALL(S("explore"), S("--replay"), S(file));
    expect_status(call, 3);
    expect_in(call.err, "made other steps");
    release(call);
}
END_TEST

/* Where the file goes if nobody says: beside other temporary files, with a name that tells. */
START_TEST(explore_names_its_file)
{
    ck_assert_int_eq(setenv("TMPDIR", temporary, 1), 0);
    struct call call = CALL(S("explore"), S("--json"), S("--"), S("false"));
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_str_eq(string_in(json, "failure"), "outcome");
    const char *file = string_in(json, "file");
    expect_in(file, temporary);
    expect_in(file, "/brokenpipe-false-");
    ck_assert_int_eq(access(file, R_OK), 0);
    json_decref(json);
}
END_TEST

START_TEST(explore_needs_gdb)
{
    const char *file = temporary_path("found.json");
    find_deadlock(file);
    ck_assert_int_eq(setenv("PATH", temporary, 1), 0);
    struct call call = CALL(S("explore"), S("--replay"), S(file), S("--gdb"));
    expect_status(call, 3);
    expect_in(call.err, "--gdb needs gdb");
    release(call);
}
END_TEST

START_TEST(list_and_show)
{
    make_corpus();
    struct call call = CALL(S("list"));
    expect_status(call, 0);
    ck_assert_str_eq(call.out, "fifo/example  A title\n");
    release(call);
    call = CALL(S("show"), S("fifo/example"));
    expect_status(call, 0);
    expect_in(call.out, "A title\n");
    expect_in(call.out, "cat waits in openat: fifo\n");
    expect_in(call.out, "fixed under explore: as fixed, in every schedule\n");
    expect_in(call.out, "root/scenarios/fifo/example/wrong-idea.c\n");
    release(call);
}
END_TEST

START_TEST(check_judges)
{
    make_corpus();
    struct call call = CALL(S("check"));
    expect_status(call, 0);
    expect_in(call.out, "\n6 passed, 0 failed, 0 skipped\n");
    release(call);
    call = CALL(S("check"), S("--verbose"), S("--case"), S("fixed under explore"));
    expect_status(call, 0);
    expect_in(call.out, "PASS  fifo/example:fixed under explore ");
    expect_in(call.out, "no failure in ");
    release(call);
    call = CALL(S("check"), S("--case"), S("fixed under payload 2"), S("fifo"));
    expect_status(call, 0);
    expect_in(call.out, "\n1 passed, 0 failed, 0 skipped\n");
    release(call);
    call = CALL(S("check"), S("--case"), S("nonsense"));
    expect_status(call, 2);
    release(call);
}
END_TEST

START_TEST(check_tells_failures)
{
    make_corpus();
    write_script(temporary_path("build/scenarios/fifo/example/fixed"), "#!/bin/sh\nexit 7\n");
    struct call call = CALL(S("check"));
    expect_status(call, 1);
    expect_in(call.out, "FAIL fifo/example:fixed\n");
    expect_in(call.out, "check --case 'fixed under payload 2' fifo/example\n");
    expect_in(call.out, "observed: in schedule 1: exit 7");
    expect_in(call.out, "brokenpipe explore --budget 0.2 -- ");
    expect_in(call.out, "\n3 passed, 3 failed, 0 skipped\n");
    release(call);

    call = CALL(S("check"), S("--json"));
    expect_status(call, 1);
    json_t *json = json_of(call);
    ck_assert_int_eq(integer_in(json, "passed"), 3);
    ck_assert_int_eq(integer_in(json, "failed"), 3);
    json_t *fixed = json_array_get(json_object_get(json, "cases"), 1);
    ck_assert_str_eq(string_in(fixed, "scenario"), "fifo/example");
    ck_assert_str_eq(string_in(fixed, "variant"), "fixed");
    ck_assert_str_eq(string_in(fixed, "verdict"), "FAIL");
    ck_assert_str_eq(string_in(json_object_get(fixed, "observation"), "outcome"), "exit 7");
    ck_assert(json_is_null(json_object_get(fixed, "exploration")));
    json_t *explored = json_array_get(json_object_get(json, "cases"), 5);
    ck_assert_str_eq(string_in(explored, "knob"), "explore");
    ck_assert_int_eq(integer_in(json_object_get(explored, "exploration"), "number"), 1);
    json_decref(json);
}
END_TEST

/* What should fail and does what is right is news; what fails otherwise is not. */
START_TEST(check_tells_news)
{
    make_corpus();
    write_script(temporary_path("build/scenarios/fifo/example/broken"),
                 "#!/bin/sh\necho done $1\n");
    write_script(temporary_path("build/scenarios/fifo/example/wrong-idea"),
                 "#!/bin/sh\necho done $1\n");
    struct call call = CALL(S("check"));
    expect_status(call, 1);
    expect_in(call.out, " ms  a broken variant that stopped breaking\n");
    expect_in(call.out, "FAIL fifo/example:broken\n"
                        "  news:     a broken variant that stopped breaking\n"
                        "  expected: deadlock");
    expect_in(call.out, "FAIL fifo/example:wrong-idea under payload 2\n"
                        "  news:     a wrong fix that now passes\n"
                        "  expected: exit 1");
    expect_in(call.out, "\n4 passed, 2 failed, 0 skipped\n");
    release(call);

    write_script(temporary_path("build/scenarios/fifo/example/wrong-idea"), "#!/bin/sh\nexit 7\n");
    json_t *json = json_of(CALL(S("check"), S("--json")));
    json_t *cases = json_object_get(json, "cases");
    ck_assert_str_eq(string_in(json_array_get(cases, 0), "news"),
                     "a broken variant that stopped breaking");
    for (size_t i = 1; i < json_array_size(cases); i++)
        ck_assert(json_is_null(json_object_get(json_array_get(cases, i), "news")));
    json_decref(json);
}
END_TEST

/* Of an exploration it is news only if every schedule did what is right. */
START_TEST(check_tells_news_of_explorations)
{
    make_corpus();
    temporary_write_text(
        temporary_path("root/expected/fifo/example.ini"),
        "[scenario]\ntitle = t\nshape = leak\nculprit = main\nreferences = pipe(7)\n"
        "[run]\nargs = 1\nexplore = 0.05\n"
        "[broken under explore]\noutcome = exit 2\n"
        "[fixed]\noutcome = exit 0\nstdout = done 1\n"
        "[wrong-idea]\noutcome = exit 0\nstdout = done 1\n"
        "[wrong-idea under explore]\noutcome = exit 2\n");
    write_script(temporary_path("build/scenarios/fifo/example/broken"),
                 "#!/bin/sh\necho done $1\n");
    write_script(temporary_path("build/scenarios/fifo/example/wrong-idea"),
                 "#!/bin/sh\necho done $1 twice\n");
    struct call call = CALL(S("check"));
    expect_status(call, 1);
    expect_in(call.out, "FAIL fifo/example:broken under explore\n"
                        "  news:     a broken variant that stopped breaking\n"
                        "  expected: in some schedule: exit 2");
    expect_in(call.out, "FAIL fifo/example:wrong-idea under explore\n"
                        "  expected: in some schedule: exit 2");
    release(call);
}
END_TEST

START_TEST(check_never_blames_the_program_for_the_harness)
{
    make_corpus();
    ck_assert_int_eq(unlink(temporary_path("build/scenarios/fifo/example/fixed")), 0);
    struct call call = CALL(S("check"), S("--case"), S("fixed"));
    expect_status(call, 3);
    expect_in(call.out, "BROKEN-HARNESS");
    expect_in(call.out, "\n0 passed, 0 failed, 1 skipped\n");
    release(call);
}
END_TEST

START_TEST(demo_shows_both_sides)
{
    make_corpus();
    struct call call = CALL(S("demo"));
    expect_status(call, 0);
    ck_assert_str_eq(call.err, "");
    expect_in(call.out, "deadlock: ");
    expect_in(call.out, "exit 0: \"done 1\"");
    ck_assert_msg(strchr(call.out, '\033') == NULL, "colour in a file:\n%s", call.out);
    release(call);

    write_script(temporary_path("build/scenarios/fifo/example/fixed"), "#!/bin/sh\nexit 7\n");
    call = CALL(S("demo"), S("fifo"));
    expect_status(call, 1);
    expect_in(call.out, "UNEXPECTED: exit 7");
    release(call);
}
END_TEST

/* The order of the two lines is left to chance. */
START_TEST(demo_looks_for_the_schedule_that_fails)
{
    make_corpus();
    temporary_write_text(
        temporary_path("root/expected/fifo/example.ini"),
        "[scenario]\ntitle = t\nshape = leak\nculprit = main\nreferences = pipe(7)\n[run]\n"
        "[broken under explore]\noutcome = exit 0\nstdout = second\nstdout = first\n"
        "[fixed]\noutcome = exit 0\nstdout = done\n"
        "[wrong-idea]\noutcome = exit 0\nstdout = done\n"
        "[wrong-idea under explore]\noutcome = exit 1\n");
    write_script(temporary_path("build/scenarios/fifo/example/broken"),
                 "#!/bin/sh\necho first &\necho second\nwait\n");
    struct call call = CALL(S("demo"));
    expect_status(call, 0);
    expect_in(call.out, "exit 0: \"first\" (in schedule ");
    release(call);
    call = CALL(S("show"), S("fifo/example"));
    expect_in(call.out, "  broken under explore: exit 0, in some schedule\n");
    expect_in(call.out, "brokenpipe explore -- ");
    release(call);
}
END_TEST

START_TEST(new_scenario_must_be_filled_in)
{
    make_corpus();
    struct call call = CALL(S("new"), S("pipe/my-idea-2"));
    expect_status(call, 0);
    release(call);
    static const char *const files[] = {
        "scenarios/pipe/my-idea-2/broken.c",  "scenarios/pipe/my-idea-2/fixed.c",
        "scenarios/pipe/my-idea-2/README.md", "scenarios/pipe/my-idea-2/wrong-idea.c",
        "expected/pipe/my-idea-2.ini",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *text = read_all(temporary_path("root/%s", files[i]));
        expect_in(text, "TODO");
        ck_assert_ptr_null(strstr(text, "@ID@"));
        free(text);
    }
    call = CALL(S("check"), S("pipe/my-idea-2"));
    expect_status(call, 1);
    expect_in(call.out, "TODO");
    release(call);
}
END_TEST

START_TEST(new_refuses)
{
    make_corpus();
    static const char *const bad[] = {
        "",        "pipe",    "pipe/",    "/name",   "Pipe/name", "pipe/a b",
        "pipe/-a", "pipe/a-", "pipe/a/b", "../pipe", "pipe/..",   "pipe/a_b",
        "pipe/a.", "pipe/ä",  "pipe/x\n", "pipe//x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct call call = CALL(S("new"), S(bad[i]));
        expect_status(call, 2);
        release(call);
    }
    expect_refusal(CALL(S("new"), S("fifo/example")), "exists");
    /* A refused one leaves nothing behind, here where the folder is in the way. */
    ck_assert_int_eq(unlink(temporary_path("root/expected/fifo/example.ini")), 0);
    expect_refusal(CALL(S("new"), S("fifo/example")), "exists");
    ck_assert_int_eq(access(temporary_path("root/expected/fifo/example.ini"), F_OK), -1);
}
END_TEST

START_TEST(doctor_tells_what_there_is)
{
    struct call call = CALL(S("doctor"), S("--json"));
    bool works = call.status == 0;
    ck_assert_int_le(call.status, 1);
    json_t *json = json_of(call);
    ck_assert(json_is_boolean(json_object_get(json, "full_world")));
    ck_assert_int_eq(json_is_true(json_object_get(json, "full_world")), works);
    ck_assert_uint_gt(json_array_size(json_object_get(json, "features")), 10);
    json_decref(json);
}
END_TEST

START_TEST(lost_output_is_an_error)
{
    char *const argv[] = {S("brokenpipe"), S("--help"), NULL};
    ck_assert_int_eq(spawn_command(argv, "/dev/full", temporary_path("err")), 3);
    char *err = read_all(temporary_path("err"));
    expect_in(err, "No space left on device");
    free(err);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cli");
    TCase *tcase = tcase_create("cli");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, temporary_make, temporary_remove);
    tcase_add_test(tcase, help_and_version);
    tcase_add_test(tcase, no_command);
    tcase_add_test(tcase, wrong_words);
    tcase_add_test(tcase, program_that_cannot_be_run);
    tcase_add_test(tcase, run_tells_the_exit);
    tcase_add_test(tcase, run_tells_the_signal);
    tcase_add_test(tcase, run_proves_a_deadlock);
    tcase_add_test(tcase, run_explains);
    tcase_add_test(tcase, run_draws);
    tcase_add_test(tcase, run_cannot_draw);
    tcase_add_test(tcase, run_tells_what_was_left);
    tcase_add_test(tcase, run_keeps_to_the_budgets);
    tcase_add_test(tcase, run_under_takes_knobs_of_one_run);
    tcase_add_test(tcase, run_under_tells_what_did_not_come_about);
    tcase_add_test(tcase, run_output_of_any_bytes_is_valid_json);
    tcase_add_test(tcase, run_sees_absolute_arguments);
    tcase_add_test(tcase, run_keeps_the_files);
    tcase_add_test(tcase, explore_takes_no_wrong_values);
    tcase_add_test(tcase, explore_takes_no_wrong_combination);
    tcase_add_test(tcase, explore_finds_nothing);
    tcase_add_test(tcase, explore_finds_and_replays);
    tcase_add_test(tcase, explore_replays_a_livelock);
    tcase_add_test(tcase, explore_says_that_no_run_ended);
    tcase_add_test(tcase, explore_says_that_it_waits);
    tcase_add_test(tcase, explore_shows_how_far_it_is);
    tcase_add_test(tcase, explore_says_that_a_replay_went_another_way);
    tcase_add_test(tcase, explore_names_its_file);
    tcase_add_test(tcase, explore_needs_gdb);
    tcase_add_test(tcase, list_and_show);
    tcase_add_test(tcase, check_judges);
    tcase_add_test(tcase, check_tells_failures);
    tcase_add_test(tcase, check_tells_news);
    tcase_add_test(tcase, check_tells_news_of_explorations);
    tcase_add_test(tcase, check_never_blames_the_program_for_the_harness);
    tcase_add_test(tcase, demo_shows_both_sides);
    tcase_add_test(tcase, demo_looks_for_the_schedule_that_fails);
    tcase_add_test(tcase, new_scenario_must_be_filled_in);
    tcase_add_test(tcase, new_refuses);
    tcase_add_test(tcase, doctor_tells_what_there_is);
    tcase_add_test(tcase, lost_output_is_an_error);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
