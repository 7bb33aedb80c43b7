/* bench.c - what judging costs, as ratios to a plain posix_spawn+waitpid loop, all in one run.
 *
 * Plain runs of corpus programs are made in one closed place for the whole loop (namespaces made
 * once, outside the measured time), because broken programs leave things behind: the machine
 * must not keep them. Plain and judged rounds take turns, so that a busy machine slows both. */
#include "corpus.h"
#include "verdict.h"
#include "world.h"

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TRIVIAL_RUNS = 300, ROUNDS = 5, DEADLOCK_RUNS = 5, PATIENCE_MS = 120000 };

/* One case of the corpus, ready to be run plainly or judged. */
struct job {
    const struct scenario *scenario;
    const struct claim *claim;
    char **argv;
};

struct jobs {
    struct job *job;
    size_t n;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return n == 0 ? 0 : values[n / 2];
}

/* ---- The corpus as jobs ---- */

static bool ends(const struct claim *c)
{
    return c->outcome.kind == OUTCOME_EXIT || c->outcome.kind == OUTCOME_SIGNAL;
}

/* A plain loop cannot make small queues or sockets: such a case may hang there. */
static bool ends_anywhere(const struct claim *c)
{
    return ends(c) && (c->knob == NULL || strncmp(c->knob, "payload", strlen("payload")) == 0);
}

static bool is_deadlock(const struct claim *c)
{
    return c->outcome.kind == OUTCOME_DEADLOCK;
}

static bool is_any(const struct claim *c)
{
    (void)c;
    return true;
}

static char **job_argv(const struct scenario *s, const struct claim *c)
{
    struct claim_run run;
    size_t n = 0;
    if (claim_apply(s->expectation, c, &run) != 0)
        err(2, "allocating a job");
    while (run.args[n] != NULL)
        n++;
    char **argv = calloc(n + 2, sizeof *argv);
    if (argv == NULL || asprintf(&argv[0], "%s/%s", s->build, c->variant) < 0)
        err(2, "allocating a job");
    for (size_t i = 0; i < n; i++)
        argv[i + 1] = run.args[i];
    run.args[0] = NULL; /* they are argv's now */
    claim_run_free(&run);
    return argv;
}

/* The cases of a single run that `wanted` accepts. */
static struct jobs select_jobs(const struct corpus *corpus, bool (*wanted)(const struct claim *))
{
    struct jobs jobs = {NULL, 0};
    for (size_t i = 0; i < corpus->n; i++) {
        const struct scenario *s = &corpus->scenarios[i];
        for (size_t k = 0; s->problem == NULL && k < s->expectation->n_claims; k++) {
            const struct claim *c = &s->expectation->claims[k];
            if (claim_is_explored(c) || !wanted(c))
                continue;
            jobs.job = reallocarray(jobs.job, jobs.n + 1, sizeof *jobs.job);
            if (jobs.job == NULL)
                err(2, "allocating a job");
            jobs.job[jobs.n++] = (struct job){s, c, job_argv(s, c)};
        }
    }
    return jobs;
}

static void free_jobs(struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->n; i++)
        free_words(jobs->job[i].argv);
    free(jobs->job);
}

/* ---- Plain runs ---- */

static void spawn_and_wait(char *const *argv)
{
    static char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    int error = posix_spawn(&pid, argv[0], &actions, NULL, argv, environment);
    if (error != 0)
        errx(2, "cannot run %s: %s", argv[0], strerror(error));
    posix_spawn_file_actions_destroy(&actions);
    if (waitpid(pid, NULL, 0) < 0)
        err(2, "waiting for %s", argv[0]);
}

static double plain_ms(const struct jobs *jobs)
{
    double start = now_ms();
    for (size_t i = 0; i < jobs->n; i++)
        spawn_and_wait(jobs->job[i].argv);
    return now_ms() - start;
}

/* What a shell script would do: `timeout 1` for each, as many at once as there are processors. */
static double parallel_ms(const struct jobs *jobs)
{
    setenv("PARALLEL_SHELL", "/bin/sh", 1);
    setenv("PARALLEL_HOME", "/dev/shm/parallel", 1);
    setenv("TMPDIR", "/dev/shm", 1);
    double start = now_ms();
    FILE *to = popen("parallel --will-cite", "w"); /* each line is a command */
    if (to == NULL)
        err(2, "running GNU parallel");
    for (size_t i = 0; i < jobs->n; i++) {
        fputs("timeout 1", to);
        for (char **word = jobs->job[i].argv; *word != NULL; word++)
            fprintf(to, " %s", *word);
        fputs(" >/dev/null 2>&1\n", to);
    }
    pclose(to); /* its status counts the jobs that failed: they are meant to */
    return now_ms() - start;
}

static void write_file(const char *file, const char *text)
{
    int fd = open(file, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
        err(2, "writing %s", file);
}

/* Measures in a place of its own: whatever the programs leave there goes away with it. */
static void measure_in_here(double (*measure)(const struct jobs *), const struct jobs *jobs,
                            uid_t uid, gid_t gid, int result)
{
    char map[64];
    snprintf(map, sizeof map, "%u %u 1", uid, uid);
    write_file("/proc/self/uid_map", map);
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", gid, gid);
    write_file("/proc/self/gid_map", map);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL) < 0 || chdir("/dev/shm") < 0 ||
        mount("proc", "/proc", "proc", 0, NULL) < 0)
        err(2, "making a place for plain runs");
    double ms = measure(jobs);
    if (write(result, &ms, sizeof ms) != sizeof ms)
        err(2, "reporting a measurement");
}

static double measured(double (*measure)(const struct jobs *), const struct jobs *jobs)
{
    int result[2], status;
    double ms;
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (pipe(result) < 0)
        err(2, "pipe");
    fflush(stdout);
    long pid = syscall(
        SYS_clone, SIGCHLD | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS, 0, 0, 0, 0);
    if (pid < 0)
        err(2, "making a place for plain runs (are user namespaces allowed?)");
    if (pid == 0) {
        measure_in_here(measure, jobs, uid, gid, result[1]);
        _exit(0);
    }
    close(result[1]);
    struct pollfd ready = {.fd = result[0], .events = POLLIN};
    if (poll(&ready, 1, PATIENCE_MS) == 0)
        kill((pid_t)pid, SIGKILL); /* pid 1 of its place: everything there ends with it */
    if (read(result[0], &ms, sizeof ms) != sizeof ms)
        errx(2, "a plain run did not end");
    close(result[0]);
    if (waitpid((pid_t)pid, &status, 0) < 0)
        err(2, "waitpid");
    return ms;
}

/* ---- Judged runs ---- */

/* Judges one case and adds to the counts of verdicts that are not PASS. */
static struct observation judge(const struct job *job, int *not_passed)
{
    struct observation o = {0};
    struct verdict v = verdict_run(job->scenario, job->claim, &o);
    if (v.kind != VERDICT_PASS)
        ++*not_passed;
    verdict_free(&v);
    return o;
}

static double judged_ms(const struct jobs *jobs, int *not_passed)
{
    double start = now_ms();
    for (size_t i = 0; i < jobs->n; i++) {
        struct observation o = judge(&jobs->job[i], not_passed);
        observation_free(&o);
    }
    return now_ms() - start;
}

/* ---- The table ---- */

static void row(const char *what, double plain, double judged)
{
    printf("%-58s %9.2f %9.2f %7.2f\n", what, plain, judged, judged / plain);
}

static void bench_trivial(void)
{
    static double plain[TRIVIAL_RUNS], world[TRIVIAL_RUNS];
    char *const argv[] = {"/bin/true", NULL};
    struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    for (int i = 0; i < TRIVIAL_RUNS; i++) {
        struct observation o;
        struct error error;
        double start = now_ms();
        spawn_and_wait(argv);
        double middle = now_ms();
        if (world_run(&spec, &o, &error) < 0)
            errx(2, "%s", error.text);
        world[i] = now_ms() - middle;
        plain[i] = middle - start;
        observation_free(&o);
    }
    row("one run of /bin/true, ms (medians)", median(plain, TRIVIAL_RUNS),
        median(world, TRIVIAL_RUNS));
}

static void bench_ending(const struct corpus *corpus, int *not_passed)
{
    struct jobs jobs = select_jobs(corpus, ends_anywhere);
    double plain[ROUNDS], judged[ROUNDS];
    char what[80];
    for (int i = 0; i < ROUNDS; i++) {
        plain[i] = measured(plain_ms, &jobs) / (double)jobs.n;
        judged[i] = judged_ms(&jobs, not_passed) / (double)jobs.n;
    }
    snprintf(what, sizeof what, "one run of the %zu cases that end, ms (mean)", jobs.n);
    row(what, median(plain, ROUNDS), median(judged, ROUNDS));
    free_jobs(&jobs);
}

static void bench_corpus(const struct corpus *corpus, int *not_passed)
{
    struct jobs all = select_jobs(corpus, is_any), ending = select_jobs(corpus, ends_anywhere);
    double plain[ROUNDS], judged[ROUNDS];
    char what[80];
    for (int i = 0; i < ROUNDS; i++) {
        plain[i] = measured(plain_ms, &ending);
        judged[i] = judged_ms(&all, not_passed);
    }
    double floor = median(plain, ROUNDS), corpus_ms = median(judged, ROUNDS);
    snprintf(what, sizeof what, "all %zu cases judged; the %zu that end run plainly, ms", all.n,
             ending.n);
    row(what, floor, corpus_ms);
    snprintf(what, sizeof what, "the same %zu by `timeout 1` in GNU parallel, ms", all.n);
    row(what, floor, measured(parallel_ms, &all));
    free_jobs(&all);
    free_jobs(&ending);
}

/* What was measured of all deadlocks: for each kind of figure, one value a run. */
enum figure { LATENCY, WALL, EXPLAINED, UNLINED, FIGURES };

static const char *const FIGURE_TEXTS[FIGURES] = {
    [LATENCY] = "from the last thing that ran to the verdict",
    [WALL] = "from the start of the program to the verdict",
    [EXPLAINED] = "to explain it, with source lines",
    [UNLINED] = "to explain it, source lines apart",
};

static void bench_deadlocks(const struct corpus *corpus, int *not_passed)
{
    struct jobs jobs = select_jobs(corpus, is_deadlock);
    double *values[FIGURES];
    size_t n = 0;
    for (int i = 0; i < FIGURES; i++)
        if ((values[i] = calloc(jobs.n * DEADLOCK_RUNS + 1, sizeof **values)) == NULL)
            err(2, "calloc");
    for (size_t i = 0; i < jobs.n * DEADLOCK_RUNS; i++) {
        struct observation o = judge(&jobs.job[i % jobs.n], not_passed);
        if (o.outcome.kind == OUTCOME_DEADLOCK) {
            values[LATENCY][n] = o.verdict_ms;
            values[WALL][n] = o.wall_ms;
            values[EXPLAINED][n] = o.explanation.took_ms;
            values[UNLINED][n++] = o.explanation.took_ms - o.explanation.lines_ms;
        }
        observation_free(&o);
    }
    printf("\n%zu of %zu runs of %zu deadlocks proved and explained\n", n, jobs.n * DEADLOCK_RUNS,
           jobs.n);
    for (int i = 0; i < FIGURES; i++) {
        printf("  %s: median %.2f ms", FIGURE_TEXTS[i], median(values[i], n));
        printf(", worst %.2f ms\n", n == 0 ? 0 : values[i][n - 1]);
        free(values[i]);
    }
    free_jobs(&jobs);
}

int main(void)
{
    struct error error;
    struct corpus corpus;
    int not_passed = 0;
    if (corpus_find(SOURCE_DIR, BUILD_DIR, NULL, &corpus, &error) < 0)
        errx(2, "%s", error.text);

    printf("%-58s %9s %9s %7s\n", "", "plain", "judged", "ratio");
    bench_trivial();
    bench_ending(&corpus, &not_passed);
    bench_corpus(&corpus, &not_passed);
    bench_deadlocks(&corpus, &not_passed);
    if (not_passed > 0)
        printf("\n%d runs did not pass: the figures above are not those of the corpus\n",
               not_passed);

    corpus_free(&corpus);
    return not_passed > 0;
}
