/* bench_explore.c - what the explorer promises, measured: how fast it is, whether the same seed
 * leads to the same runs, how soon it finds failures, that it accuses nobody falsely, and that
 * nothing escapes it.
 *
 * The programs are those of tests/measured, and of tests/explored where one is to fail. Rows with
 * no goal are for information. */
#include "explore.h"
#include "report.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_MISSED = 1, STATUS_USAGE = 2, STATUS_NOT_RUN = 3 };

/* The goals. */
enum { GOAL_RATE = 500, GOAL_FOUND = 100, MISSES_ONE_IN = 2000 };
static const double GOAL_SPIN = 1.2; /* of the CPU budget */

enum { HOGS = 6, MOST_ARGS = 3, MOST_ROUNDS = 5 };
static const double PATIENCE_S = 600, LIVELOCK_S = 0.2, SPIN_S = 0.5;

/* How much is measured. */
struct scale {
    size_t rounds, runs, seeds, schedules;
    double round_s;
};

static const struct scale FULL = {
    .rounds = MOST_ROUNDS, .runs = 2000, .seeds = 10, .schedules = 10000, .round_s = 1};
static const struct scale QUICK = {
    .rounds = 3, .runs = 100, .seeds = 3, .schedules = 250, .round_s = 0.4};

#define MEASURED(name) BUILD_DIR "/tests/measured/" name
#define EXPLORED(name) BUILD_DIR "/tests/explored/" name
#define ONLY(kind)     (1U << (kind))

typedef char *const arguments[MOST_ARGS + 1];

/* ---- Exploring ---- */

static bool never(void *context, const struct observation *o)
{
    (void)context;
    (void)o;
    return false;
}

static void show_progress(void *argv, const struct explore_coverage *c)
{
    char *const *words = argv;
    if (c->schedules % 100 == 0)
        fprintf(stderr, "\r%s: %zu schedules\033[K", strrchr(words[0], '/') + 1, c->schedules);
}

static void end_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Options that have time for `schedules` schedules. */
static struct explore_options many(size_t schedules, uint64_t seed)
{
    struct explore_options options = explore_options_default();
    options.budget_s = PATIENCE_S;
    options.max_schedules = schedules;
    options.seed = seed;
    return options;
}

/* One schedule, however it ends. */
static struct explore_options single(enum strategy_kind kind, uint64_t seed)
{
    struct explore_options options = many(1, seed);
    options.strategies = ONLY(kind);
    options.found = never;
    return options;
}

static struct exploration explored(char *const *argv, struct explore_options options, double cpu_s)
{
    struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    struct exploration x;
    struct error error;
    spec.limits.cpu_s = cpu_s;
    if (isatty(STDERR_FILENO)) {
        options.progress = show_progress;
        options.context = (void *)(uintptr_t)argv;
    }
    if (explore(&spec, &options, &x, &error) < 0) {
        end_progress();
        errx(STATUS_NOT_RUN, "%s: %s", argv[0], error.text);
    }
    return x;
}

static struct explore_coverage coverage(char *const *argv, struct explore_options options)
{
    struct exploration x = explored(argv, options, world_limits_default().cpu_s);
    struct explore_coverage c = x.coverage;
    exploration_free(&x);
    return c;
}

/* ---- The table ---- */

static bool missed; /* a goal */

static void row(const char *what, const char *goal, bool reached, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void row(const char *what, const char *goal, bool reached, const char *format, ...)
{
    char measured[96];
    va_list values;
    va_start(values, format);
    vsnprintf(measured, sizeof measured, format, values);
    va_end(values);
    end_progress();
    printf("%-50s %14s  %-44s %s\n", what, goal, measured,
           goal[0] == '\0' ? ""
           : reached       ? "reached"
                           : "MISSED");
    fflush(stdout);
    missed |= goal[0] != '\0' && !reached;
}

static void heading(const char *text)
{
    end_progress();
    printf("\n%s\n", text);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return values[n / 2];
}

/* ---- 1. Speed ---- */

static double rate(const struct scale *scale, char *const *argv, bool ordinary)
{
    double rates[MOST_ROUNDS] = {0};
    for (size_t i = 0; i < scale->rounds; i++) {
        struct explore_options options = many(0, i + 1);
        options.budget_s = scale->round_s;
        options.ordinary = ordinary;
        options.found = never;
        struct explore_coverage c = coverage(argv, options);
        rates[i] = (double)c.schedules / c.seconds;
    }
    return median(rates, scale->rounds);
}

/* What a step costs in a long run, without beginning and end of it. */
static double step_us(const struct scale *scale)
{
    arguments brief = {MEASURED("ping-pong"), "0"}, lengthy = {MEASURED("ping-pong"), "4000"};
    double us[MOST_ROUNDS] = {0};
    for (size_t i = 0; i < scale->rounds; i++) {
        struct explore_coverage a = coverage(brief, single(STRATEGY_NONPREEMPTIVE, 1)),
                                b = coverage(lengthy, single(STRATEGY_NONPREEMPTIVE, 1));
        us[i] = (b.seconds - a.seconds) * 1e6 / (double)(b.steps - a.steps);
    }
    return median(us, scale->rounds);
}

static void bench_speed(const struct scale *scale)
{
    arguments twenty_calls = {MEASURED("ping-pong")}, system_v = {MEASURED("sysv")};
    char text[96];
    snprintf(text, sizeof text, "Speed (medians of %zu explorations of %g s)", scale->rounds,
             scale->round_s);
    heading(text);
    double fast = rate(scale, twenty_calls, false);
    row("two processes, 20 calls: schedules/s", "500", fast >= GOAL_RATE, "%.0f", fast);
    row("  the same without real-time priorities", "", true, "%.0f",
        rate(scale, twenty_calls, true));
    row("  System V, a new ipc namespace each time", "", true, "%.0f",
        rate(scale, system_v, false));
    row("a step between two processes, us", "", true, "%.1f", step_us(scale));
}

/* ---- 2. The same seed, the same run ---- */

static int by_fingerprint(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t most_frequent(uint64_t *values, size_t n)
{
    size_t most = 0, same = 0;
    qsort(values, n, sizeof *values, by_fingerprint);
    for (size_t i = 0; i < n; i++) {
        same = i > 0 && values[i] == values[i - 1] ? same + 1 : 1;
        most = same > most ? same : most;
    }
    return most;
}

/* How many of `n` runs of one random schedule were the same. */
static size_t same_runs(char *const *argv, uint64_t seed, size_t n)
{
    uint64_t *fingerprints = calloc(n + 1, sizeof *fingerprints);
    if (fingerprints == NULL)
        err(STATUS_NOT_RUN, "no memory for %zu fingerprints", n);
    for (size_t i = 0; i < n; i++)
        fingerprints[i] = coverage(argv, single(STRATEGY_RANDOM, seed)).fingerprint;
    size_t same = most_frequent(fingerprints, n);
    free(fingerprints);
    return same;
}

static void bench_sameness(const struct scale *scale, bool loaded)
{
    enum { PROGRAMS = 5, SEEDS = 4 };
    static arguments programs[PROGRAMS] = {{MEASURED("ping-pong")},
                                           {MEASURED("signals")},
                                           {MEASURED("shm")},
                                           {MEASURED("threads")},
                                           {MEASURED("tcp")}};
    size_t each = scale->runs / (PROGRAMS * SEEDS), total = each * PROGRAMS * SEEDS, same = 0;
    char goal[48];
    for (size_t i = 0; i < PROGRAMS; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            size_t n = same_runs(programs[i], seed, each);
            if (n < each)
                row(programs[i][0], "", true, "seed %zu: %zu of %zu", (size_t)seed, n, each);
            same += n;
        }
    size_t wanted = total - (loaded ? total / MISSES_ONE_IN : 0);
    snprintf(goal, sizeof goal, "%zu of %zu", wanted, total);
    row(loaded ? "  on a busy machine" : "  on a machine left alone", goal, same >= wanted,
        "%zu of %zu", same, total);
}

/* A child that ends with its parent, whatever becomes of that. */
static pid_t fork_bound(void)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == -1)
        err(STATUS_NOT_RUN, "fork");
    if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent))
        _exit(STATUS_NOT_RUN);
    return pid;
}

/* What make does: one short-lived program after the other. */
static _Noreturn void start_programs(void)
{
    char *const argv[] = {"/bin/true", NULL};
    for (pid_t pid;;)
        if (posix_spawn(&pid, argv[0], NULL, NULL, argv, NULL) != 0 || waitpid(pid, NULL, 0) < 0)
            _exit(STATUS_NOT_RUN);
}

static _Noreturn void compute(void)
{
    for (volatile unsigned n = 0;; n++)
        ;
}

static void bench_sameness_loaded(const struct scale *scale)
{
    pid_t load[HOGS + 1];
    fflush(stdout);
    for (size_t i = 0; i <= HOGS; i++) {
        load[i] = fork_bound();
        if (load[i] != 0)
            continue;
        if (i < HOGS)
            compute();
        start_programs();
    }
    bench_sameness(scale, true);
    for (size_t i = 0; i <= HOGS; i++)
        if (kill(load[i], SIGKILL) == -1 || waitpid(load[i], NULL, 0) == -1)
            err(STATUS_NOT_RUN, "cannot end the load, process %d", (int)load[i]);
}

/* ---- 3. Failures ---- */

struct failing {
    arguments argv;
    const char *outcome;
};

/* How often which strategy was the first: "random 7, pct 3". */
static void list_finders(const size_t *by, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (int kind = 0; kind < STRATEGY_KINDS && length < size; kind++)
        if (by[kind] > 0)
            length +=
                (size_t)snprintf(text + length, size - length, "%s%s %zu", length > 0 ? ", " : "",
                                 strategy_kind_name((enum strategy_kind)kind), by[kind]);
}

static void bench_failure(const struct scale *scale, const struct failing *failing)
{
    size_t worst = 0, by[STRATEGY_KINDS] = {0};
    char what[64], finders[96], outcome[64];
    bool reached = true;
    for (uint64_t seed = 1; seed <= scale->seeds; seed++) {
        struct exploration x = explored(failing->argv, many(GOAL_FOUND, seed), LIVELOCK_S);
        bool found = x.failure != FAILURE_NONE &&
                     strcmp(outcome_format(x.observation.outcome, outcome, sizeof outcome),
                            failing->outcome) == 0;
        worst = found && x.number > worst ? x.number : worst;
        by[x.by] += found;
        reached &= found;
        exploration_free(&x);
    }
    snprintf(what, sizeof what, "  %s%s%s: %s", strrchr(failing->argv[0], '/') + 1,
             failing->argv[1] == NULL ? "" : " ", failing->argv[1] == NULL ? "" : failing->argv[1],
             failing->outcome);
    list_finders(by, finders, sizeof finders);
    if (reached)
        row(what, "100", true, "%zu (%s)", worst, finders);
    else
        row(what, "100", false, "not by all seeds (%s)", finders);
}

static void bench_failures(const struct scale *scale)
{
    static const struct failing all[] = {
        {{EXPLORED("abba"), "semop"}, "deadlock"},
        {{EXPLORED("abba"), "sem"}, "deadlock"},
        {{EXPLORED("await-signal")}, "deadlock"},
        {{EXPLORED("fifo-reopened")}, "deadlock"},
        {{EXPLORED("pipe-inherited")}, "deadlock"},
        {{EXPLORED("count-shared")}, "exit 1"},
        {{EXPLORED("reap")}, "deadlock"},
        {{EXPLORED("sleep-fix")}, "exit 1"},
        {{EXPLORED("interrupted"), "read"}, "exit 1"},
        {{EXPLORED("interrupted"), "semop"}, "exit 1"},
        {{EXPLORED("busy-wait")}, "livelock"},
    };
    char text[96];
    snprintf(text, sizeof text, "Failures: the schedule that shows it, worst of %zu seeds",
             scale->seeds);
    heading(text);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        bench_failure(scale, &all[i]);
}

/* ---- 4. Correct programs ---- */

/* By all strategies first; which end when all schedules that there are have been made. The random
 * ones then go on. */
static void bench_correct_program(const struct scale *scale, char *const *argv)
{
    size_t made = 0, distinct = 0;
    double seconds = 0;
    bool right = true, complete = false;
    char what[64], goal[48];
    for (uint64_t seed = 1; made < scale->schedules && right; seed++) {
        struct explore_options options = many(scale->schedules - made, seed);
        options.strategies = seed == 1 ? 0 : ONLY(STRATEGY_RANDOM) | ONLY(STRATEGY_PCT);
        struct exploration x = explored(argv, options, world_limits_default().cpu_s);
        const struct explore_coverage *c = &x.coverage;
        right = x.failure == FAILURE_NONE && c->unstable == 0 && c->cut == 0 && c->schedules > 0;
        complete |= c->complete;
        distinct = c->distinct > distinct ? c->distinct : distinct;
        made += c->schedules;
        seconds += c->seconds;
        if (!right) {
            end_progress();
            report_exploration_text(stdout, &x, NULL);
        }
        exploration_free(&x);
    }
    snprintf(what, sizeof what, "  %s", strrchr(argv[0], '/') + 1);
    snprintf(goal, sizeof goal, "%zu", scale->schedules);
    row(what, goal, right, "%zu (%zu different%s; %.0f/s)", made, distinct,
        complete ? ", all there are" : "", (double)made / seconds);
}

static void bench_correct(const struct scale *scale)
{
    static arguments all[] = {
        {MEASURED("pipe")},    {MEASURED("fifo")}, {MEASURED("signals")}, {MEASURED("mqueue")},
        {MEASURED("sysv")},    {MEASURED("shm")},  {MEASURED("tcp")},     {MEASURED("csp")},
        {MEASURED("threads")}, {MEASURED("lock")},
    };
    heading("Correct programs: schedules without a failure");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        bench_correct_program(scale, all[i]);
}

/* ---- 5. Spinners ---- */

static void bench_spinner(const struct scale *scale, const char *what, char *const *argv)
{
    double seconds[MOST_ROUNDS] = {0};
    bool livelock = true;
    char goal[48];
    for (size_t i = 0; i < scale->rounds; i++) {
        struct exploration x = explored(argv, single(STRATEGY_NONPREEMPTIVE, 1), SPIN_S);
        livelock &= x.first.outcome.kind == OUTCOME_LIVELOCK;
        seconds[i] = x.coverage.seconds;
        exploration_free(&x);
    }
    double s = median(seconds, scale->rounds);
    snprintf(goal, sizeof goal, "%.2f", SPIN_S * GOAL_SPIN);
    row(what, goal, livelock && s <= SPIN_S * GOAL_SPIN, "%.2f%s", s,
        livelock ? "" : ", not as a livelock");
}

static void bench_spinners(const struct scale *scale)
{
    arguments one = {MEASURED("spin")}, four = {MEASURED("spin"), "4"};
    char text[96];
    snprintf(text, sizeof text, "Spinners: ended after s, with a CPU budget of %.2f s", SPIN_S);
    heading(text);
    bench_spinner(scale, "  one process", one);
    bench_spinner(scale, "  four processes", four);
}

/* ---- The whole ---- */

static const char help[] =
    "Usage: bench_explore [--quick] [--schedules N]\n"
    "Measures the explorer and holds it against its goals.\n"
    "\n"
    "  --quick        less of everything, in some 20 s\n"
    "  --schedules N  of each correct program (10000)\n"
    "\n"
    "Exit status: 0 all goals reached, 1 not so, 2 wrong usage, 3 it could not be done.\n";

static size_t positive(const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1)
        errx(STATUS_USAGE, "--schedules takes a number from 1 on, not '%s'", text);
    return (size_t)value;
}

static struct scale read_options(int argc, char **argv)
{
    static const struct option known[] = {{"quick", no_argument, NULL, 'q'},
                                          {"schedules", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct scale scale = FULL;
    size_t schedules = 0;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'q')
            scale = QUICK;
        else if (c == 's')
            schedules = positive(optarg);
        else if (c == 'h') {
            fputs(help, stdout);
            exit(0);
        } else
            errx(STATUS_USAGE, "--help lists the options");
    }
    if (optind != argc)
        errx(STATUS_USAGE, "there are no arguments; --help lists the options");
    if (schedules > 0)
        scale.schedules = schedules;
    return scale;
}

int main(int argc, char **argv)
{
    struct scale scale = read_options(argc, argv);
    printf("%-50s %14s  %s\n", "", "goal", "measured");
    bench_speed(&scale);
    heading("The same seed, the same run");
    bench_sameness(&scale, false);
    bench_sameness_loaded(&scale);
    bench_failures(&scale);
    bench_correct(&scale);
    bench_spinners(&scale);
    if (missed)
        puts("\nNot all goals were reached.");
    return missed ? STATUS_MISSED : 0;
}
