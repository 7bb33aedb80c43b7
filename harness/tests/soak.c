/* soak.c - runs every program of tests/live and tests/dead some hundred times, on an idle or on a
 * busy machine, and tells how often the watcher was right and how long its proofs took. */
#include "subject.h"

#include <assert.h>
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum { STATUS_WRONG = 1, STATUS_USAGE = 2, STATUS_NOT_RUN = 3 };

struct options {
    int runs, jobs;
    bool load;
};

/* One run, as a worker reports it; small enough to go through a pipe in one piece. */
struct result {
    size_t subject;
    bool made; /* the run could be made; the fields below are valid */
    enum subject_result how;
    double latency_ms;
    int stamps;
    bool slow;
    char story[3000]; /* if anything is wrong */
};

/* All runs of one subject. */
struct tally {
    int runs, right, wrong, otherwise;
    int most_stamps;
    int *stamps;        /* of each deadlock verdict, */
    double *latency_ms; /* and how long it took */
    size_t verdicts;
    bool slow;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* -- The workers. -- */

/* A child that dies with its parent, whatever becomes of that. Returns as fork() does. */
static pid_t fork_bound(void)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == -1)
        err(STATUS_NOT_RUN, "fork");
    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
            err(STATUS_NOT_RUN, "prctl PR_SET_PDEATHSIG");
        if (getppid() != parent)
            _exit(STATUS_NOT_RUN);
    }
    return pid;
}

static struct result make_run(const struct subject *list, size_t index)
{
    struct result result = {.subject = index};
    struct observation o;
    struct error error;
    if (subject_run(&list[index], &o, &error) == -1) {
        snprintf(result.story, sizeof result.story, "%s could not be run: %s\n", list[index].name,
                 error.text);
        return result;
    }
    struct stamps stamps = subject_stamps(&o);
    result.made = true;
    result.how = subject_judge(&list[index], &o);
    result.latency_ms = o.ended_ms - stamps.last_ms;
    result.stamps = stamps.count;
    result.slow = stamps.slow;
    if (result.how != SUBJECT_RIGHT) {
        char *story = subject_story(&list[index], &o);
        snprintf(result.story, sizeof result.story, "%s", story);
        free(story);
    }
    observation_free(&o);
    return result;
}

/* Takes one run after the other, program by program and then all again, until none is left. */
static void work(const struct subject *list, size_t n, atomic_size_t *next, size_t total, int out)
{
    static_assert(sizeof(struct result) <= PIPE_BUF, "a result must not be torn");
    size_t job;
    while ((job = atomic_fetch_add(next, 1)) < total) {
        struct result result = make_run(list, job % n);
        if (write(out, &result, sizeof result) != sizeof result)
            err(STATUS_NOT_RUN, "cannot report a result");
    }
}

/* -- What they found. -- */

static void count(struct tally *t, const struct subject *s, const struct result *r)
{
    t->runs++;
    if (!r->made || r->how == SUBJECT_FAILED || r->how == SUBJECT_UNPROVED)
        t->otherwise++;
    else if (r->how == SUBJECT_WRONG || (s->dead && r->latency_ms < 0))
        t->wrong++;
    else
        t->right++;
    if (r->made && s->dead && r->how == SUBJECT_RIGHT) {
        t->stamps[t->verdicts] = r->stamps;
        t->latency_ms[t->verdicts++] = r->latency_ms;
        t->slow |= r->slow;
        if (r->stamps > t->most_stamps)
            t->most_stamps = r->stamps;
    }
}

/* A verdict of `deadlock` that came before the last task had blocked misses that task's stamp. */
static void find_premature(struct tally *t)
{
    for (size_t i = 0; i < t->verdicts; i++)
        if (t->stamps[i] < t->most_stamps && t->latency_ms[i] >= 0) {
            t->right--;
            t->wrong++;
        }
}

static void show_progress(size_t done, size_t total, double begin)
{
    struct timespec now;
    if (!isatty(STDERR_FILENO) || clock_gettime(CLOCK_MONOTONIC, &now) == -1)
        return;
    double seconds = (double)now.tv_sec - begin;
    fprintf(stderr, "\r%zu of %zu runs, %.0f s, about %.0f s to go \033[K", done, total, seconds,
            done > 0 ? seconds / (double)done * (double)(total - done) : 0);
    if (done == total)
        fprintf(stderr, "\r\033[K");
}

/* Reads results until the last worker has closed the pipe. */
static void collect(int in, const struct subject *list, struct tally *tallies, size_t total,
                    atomic_size_t *next)
{
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    struct result result;
    ssize_t got;
    for (size_t done = 0; (got = read(in, &result, sizeof result)) != 0;) {
        if (interrupted)
            atomic_store(next, total); /* the workers end what they are at */
        if (got == -1 && errno == EINTR)
            continue;
        if (got != sizeof result)
            err(STATUS_NOT_RUN, "cannot read a result");
        count(&tallies[result.subject], &list[result.subject], &result);
        if (result.story[0] != '\0')
            fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", result.story);
        show_progress(++done, total, (double)begin.tv_sec);
    }
}

/* -- The table. -- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which `share` of the sorted values are. */
static double quantile(const double *sorted, size_t n, double share)
{
    size_t index = (size_t)((double)n * share);
    return sorted[index < n ? index : n - 1];
}

static void print_latency(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_size);
    printf("  %8.2f %8.2f %8.2f", quantile(values, n, 0.5), quantile(values, n, 0.95),
           values[n - 1]);
}

static void print_row(const struct subject *s, struct tally *t)
{
    printf("%-30s %6d %6d %6d %9d", s->name, t->runs, t->right, t->wrong, t->otherwise);
    if (t->verdicts > 0)
        print_latency(t->latency_ms, t->verdicts);
    if (s->dead && t->runs > 0)
        printf(" %7.1f %%%s", 100.0 * (double)t->verdicts / t->runs, t->slow ? " slow" : "");
    putchar('\n');
}

/* Prints all there is to know, and returns the exit status. */
static int print_table(const struct subject *list, struct tally *tallies, size_t n,
                       const struct options *options)
{
    int runs = 0, wrong = 0, unproved = 0, failed = 0;
    size_t n_all = 0;
    double *all = calloc(n * (size_t)options->runs + 1, sizeof *all);
    if (all == NULL)
        err(STATUS_NOT_RUN, "no memory for the latencies");
    printf("%-30s %6s %6s %6s %9s  %8s %8s %8s %9s\n", "program", "runs", "right", "wrong",
           "otherwise", "median", "p95", "worst", "proved");
    for (size_t i = 0; i < n; i++) {
        struct tally *t = &tallies[i];
        find_premature(t);
        print_row(&list[i], t);
        runs += t->runs;
        wrong += t->wrong;
        *(list[i].dead ? &unproved : &failed) += t->otherwise;
        for (size_t v = 0; v < t->verdicts && !t->slow; v++)
            all[n_all++] = t->latency_ms[v];
    }
    printf("\n%d runs of %zu programs, %d at a time, %s: %d wrong deadlock verdicts, %d deadlocks "
           "not proved, %d live programs that failed\n",
           runs, n, options->jobs, options->load ? "all CPUs loaded" : "no load beside them", wrong,
           unproved, failed);
    if (n_all > 0) {
        printf("%zu proofs (without those marked slow), ms from deadlock to verdict: ", n_all);
        print_latency(all, n_all);
        printf("  (median, p95, worst)\n");
    }
    free(all);
    return wrong == 0 && unproved == 0 && failed == 0 && runs > 0 ? 0 : STATUS_WRONG;
}

/* -- The whole. -- */

/* Keeps every CPU busy; those that do it end with this process at the latest. */
static size_t start_load(pid_t **hogs)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = cpus > 0 ? (size_t)cpus : 1;
    *hogs = calloc(n, sizeof **hogs);
    if (*hogs == NULL)
        err(STATUS_NOT_RUN, "no memory for the load");
    for (size_t i = 0; i < n; i++)
        if (((*hogs)[i] = fork_bound()) == 0)
            for (;;)
                ;
    return n;
}

static void stop_load(pid_t *hogs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kill(hogs[i], SIGKILL) == -1 || waitpid(hogs[i], NULL, 0) == -1)
            warn("cannot end the load, process %d", (int)hogs[i]);
    free(hogs);
}

static void run_all(const struct subject *list, size_t n, struct tally *tallies,
                    const struct options *options)
{
    size_t total = n * (size_t)options->runs;
    int results[2];
    atomic_size_t *next =
        mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (next == MAP_FAILED || pipe(results) == -1)
        err(STATUS_NOT_RUN, "cannot set up the workers");
    for (int i = 0; i < options->jobs; i++)
        if (fork_bound() == 0) {
            setpgid(0, 0); /* an interrupt from the terminal is for the parent alone */
            close(results[0]);
            work(list, n, next, total, results[1]);
            exit(0);
        }
    close(results[1]);
    collect(results[0], list, tallies, total, next);
    close(results[0]);
    for (int i = 0, status; i < options->jobs; i++)
        if (wait(&status) == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
            errx(STATUS_NOT_RUN, "a worker failed");
    munmap(next, sizeof *next);
}

static struct tally *make_tallies(size_t n, int runs)
{
    struct tally *tallies = calloc(n, sizeof *tallies);
    for (size_t i = 0; tallies != NULL && i < n; i++) {
        tallies[i].stamps = calloc((size_t)runs, sizeof *tallies[i].stamps);
        tallies[i].latency_ms = calloc((size_t)runs, sizeof *tallies[i].latency_ms);
        if (tallies[i].stamps == NULL || tallies[i].latency_ms == NULL)
            err(STATUS_NOT_RUN, "no memory for %d runs", runs);
    }
    if (tallies == NULL)
        err(STATUS_NOT_RUN, "no memory for %zu programs", n);
    return tallies;
}

static void free_tallies(struct tally *tallies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(tallies[i].stamps);
        free(tallies[i].latency_ms);
    }
    free(tallies);
}

static bool is_meant(const struct subject *s, const char *pattern)
{
    return fnmatch(pattern, s->name, 0) == 0 || fnmatch(pattern, strchr(s->name, '/') + 1, 0) == 0;
}

/* Moves the subjects that a pattern names to the front of the list; returns how many. */
static size_t choose(struct subject *list, size_t n, char *const *patterns)
{
    size_t chosen = 0;
    if (*patterns == NULL)
        return n;
    for (; *patterns != NULL; patterns++) {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            if (is_meant(&list[i], *patterns)) {
                known = true;
                if (i >= chosen) {
                    struct subject s = list[i];
                    list[i] = list[chosen];
                    list[chosen++] = s;
                }
            }
        if (!known)
            errx(STATUS_USAGE, "no program in %s/tests is called '%s'", BUILD_DIR, *patterns);
    }
    return chosen;
}

static int positive(const char *option, const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > 1000000)
        errx(STATUS_USAGE, "--%s takes a number from 1 to 1000000, not '%s'", option, text);
    return (int)value;
}

static const char help[] =
    "Usage: soak [--runs N] [--jobs N] [--load] [NAME...]\n"
    "Runs the programs that look dead and those that are, and counts wrong and missing proofs.\n"
    "\n"
    "  --runs N   runs of each program (200)\n"
    "  --jobs N   runs at a time (2)\n"
    "  --load     keep every CPU busy meanwhile\n"
    "  NAME       only these: live/NAME, dead/NAME or NAME; may be patterns, as 'live/tcp-*'\n"
    "\n"
    "An interrupt ends it early, with the table of what was done.\n"
    "Exit status: 0 every verdict was right, 1 not so, 2 wrong usage, 3 it could not be done.\n";

static struct options read_options(int argc, char **argv)
{
    static const struct option known[] = {{"runs", required_argument, NULL, 'r'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"load", no_argument, NULL, 'l'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    struct options options = {.runs = 200, .jobs = 2};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'r')
            options.runs = positive("runs", optarg);
        else if (c == 'j')
            options.jobs = positive("jobs", optarg);
        else if (c == 'l')
            options.load = true;
        else if (c == 'h') {
            fputs(help, stdout);
            exit(0);
        } else
            errx(STATUS_USAGE, "--help lists the options");
    }
    return options;
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    struct subject *list;
    size_t found = subjects_find(&list), n = choose(list, found, argv + optind), n_hogs = 0;
    struct tally *tallies = make_tallies(n, options.runs);
    pid_t *hogs = NULL;
    const struct sigaction action = {.sa_handler = interrupt};
    if (sigaction(SIGINT, &action, NULL) == -1)
        err(STATUS_NOT_RUN, "sigaction");
    if (options.load)
        n_hogs = start_load(&hogs);
    run_all(list, n, tallies, &options);
    stop_load(hogs, n_hogs);
    int status = print_table(list, tallies, n, &options);
    free_tallies(tallies, n);
    subjects_free(list, found);
    return status;
}
