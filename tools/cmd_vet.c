/* cmd_vet.c - `brokenpipe vet`: what a scenario still needs before it may join the corpus. */
#include "commands.h"

#include "vet.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe vet [--runs N] [--static] [--check CHECK] SCENARIO...\n"
    "\n"
    "Holds each SCENARIO (an id, a mechanism, or a glob over ids) against all that "
    "CONTRIBUTING.md\n"
    "asks of one, and lists what is missing: file, line, and what would be right.\n"
    "\n"
    "      --runs N       each section of broken and of a fixed variant is run N times, 50 if\n"
    "                     nothing else is said; of a wrong one, which may sleep, a tenth of that\n"
    "      --static       look at the files only: no program is run\n"
    "      --check CHECK  only the check of that name: the list's second word\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit status: 0 nothing is missing; 1 something is; 2 wrong usage; 3 some checks could not be\n"
    "made here.\n";

/* What a check needs beside the scenario's files. */
enum need { FILES, EXPECTATION, RUNS };

static const struct check {
    const char *name;
    void (*make)(struct vet *v);
    enum need need;
} checks[] = {
    {"scenario", vet_match, FILES},
    {"title", vet_title, EXPECTATION},
    {"sections", vet_sections, FILES},
    {"output", vet_output, FILES},
    {"links", vet_links, FILES},
    {"mechanism", vet_mechanism, FILES},
    {"references", vet_references, EXPECTATION},
    {"diff", vet_diff, FILES},
    {"length", vet_length, FILES},
    {"head", vet_head, FILES},
    {"names", vet_names, FILES},
    {"workload", vet_workload, FILES},
    {"sleep", vet_sleep, FILES},
    {"calls", vet_calls, FILES},
    {"format", vet_format, FILES},
    {"build", vet_build, FILES},
    {"fresh", vet_fresh, RUNS},
    {"broken", vet_broken, RUNS},
    {"fixed", vet_fixed, RUNS},
    {"loaded", vet_loaded, RUNS},
    {"explored", vet_explored, RUNS},
    {"wrong", vet_wrong, RUNS},
    {"time", vet_time, RUNS},
};

enum { CHECKS = sizeof checks / sizeof checks[0], DEFAULT_RUNS = 50, MOST_RUNS = 100000 };

/* What is asked for, and what came of it. */
struct vetting {
    const char *root; /* of the corpus */
    unsigned runs;
    bool without_runs;
    const char *only; /* the check asked for, or NULL */
    unsigned checks, missing, faults;
};

static void make_check(struct vetting *w, struct vet *v, const struct check *check)
{
    v->check = check->name;
    v->missing = v->faults = 0;
    v->note[0] = '\0';
    check->make(v);
    vet_progress_end(v);
    if (v->missing == 0 && v->faults == 0)
        printf("  ok       %-10s  %s\n", check->name, v->note);
    fflush(stdout); /* a person watches; an error is found at the end */
    w->checks++;
    w->missing += v->missing;
    w->faults += v->faults;
}

/* Whether the check is asked for. */
static bool is_wanted(const struct vetting *w, const struct check *check)
{
    return (w->only == NULL || strcmp(w->only, check->name) == 0) &&
           (check->need != RUNS || !w->without_runs);
}

/* Whether any check that is wanted runs programs. */
static bool wants_runs(const struct vetting *w)
{
    for (size_t i = 0; i < CHECKS; i++)
        if (checks[i].need == RUNS && is_wanted(w, &checks[i]))
            return true;
    return false;
}

/* Where folder and expectation do not match, nothing can be judged; all else is looked at. */
static bool is_possible(const struct scenario *s, const struct check *check)
{
    return check->need == FILES || (check->need == EXPECTATION && s->expectation != NULL) ||
           s->problem == NULL;
}

/* Makes the checks that are wanted and possible. Returns how many are not possible. */
static unsigned make_checks(struct vetting *w, struct vet *v)
{
    unsigned impossible = 0;
    for (size_t i = 0; i < CHECKS; i++) {
        if (!is_wanted(w, &checks[i]))
            continue;
        if (is_possible(v->scenario, &checks[i]))
            make_check(w, v, &checks[i]);
        else
            impossible++;
    }
    return impossible;
}

static int vet_scenario(struct vetting *w, const struct scenario *s)
{
    struct vet v = {
        .scenario = s,
        .root = w->root,
        .runs = w->runs,
        .progress = isatty(STDERR_FILENO) == 1,
    };
    printf("%s\n", s->id);
    int result = vet_open(&v);
    unsigned impossible = result == 0 ? make_checks(w, &v) : 0;
    if (impossible > 0) {
        printf("  MISSING  %-10s  %u check%s left out until folder and expectation match\n", "...",
               impossible, impossible == 1 ? " is" : "s are");
        w->missing++;
    }
    vet_close(&v);
    return result;
}

static int vet_all(struct vetting *w, const struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->n; i++)
        if (vet_scenario(w, &corpus->scenarios[i]) == -1)
            return complain(&command_vet, STATUS_HARNESS, "%s", strerror(errno));
    printf("%zu scenario%s, %u check%s: ", corpus->n, corpus->n == 1 ? "" : "s", w->checks,
           w->checks == 1 ? "" : "s");
    if (w->missing == 0 && w->faults == 0)
        puts("nothing is missing");
    else if (w->faults == 0)
        printf("%u thing%s missing\n", w->missing, w->missing == 1 ? " is" : "s are");
    else
        printf("%u missing, %u could not be checked\n", w->missing, w->faults);
    if (w->faults > 0)
        return STATUS_HARNESS;
    return w->missing > 0 ? STATUS_FAILED : STATUS_OK;
}

static int take_runs(const char *text, unsigned *runs)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || n == 0 || n > MOST_RUNS)
        return complain(&command_vet, STATUS_USAGE, "'%s' is no number of runs from 1 to %d", text,
                        MOST_RUNS);
    *runs = (unsigned)n;
    return -1;
}

static const struct check *find_check(const char *name)
{
    for (size_t i = 0; i < CHECKS; i++)
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    return NULL;
}

static int take_check(const char *name, const char **only)
{
    const char *names[CHECKS];
    *only = name;
    if (find_check(name) != NULL)
        return -1;
    for (size_t i = 0; i < CHECKS; i++)
        names[i] = checks[i].name;
    const char *nearest = nearest_word(name, names, CHECKS);
    if (nearest != NULL)
        return complain(&command_vet, STATUS_USAGE, "unknown check '%s'; did you mean '%s'?", name,
                        nearest);
    return complain(&command_vet, STATUS_USAGE, "unknown check '%s'; without --check all are made",
                    name);
}

/* Returns -1 to go on, or the status to end with. */
static int parse_options(int argc, char *argv[], struct vetting *w)
{
    static const struct option options[] = {
        {"runs", required_argument, NULL, 'r'},
        {"static", no_argument, NULL, 's'},
        {"check", required_argument, NULL, 'c'},
        HELP_OPTION,
    };
    int status = -1;
    for (int option;
         status == -1 && (option = next_option(&command_vet, argc, argv, options)) != -1;)
        switch (option) {
        case 'r':
            status = take_runs(optarg, &w->runs);
            break;
        case 's':
            w->without_runs = true;
            break;
        case 'c':
            status = take_check(optarg, &w->only);
            break;
        case 'h':
            return show_help(&command_vet);
        default:
            return STATUS_USAGE;
        }
    if (status != -1)
        return status;
    if (w->only != NULL && w->without_runs && !is_wanted(w, find_check(w->only)))
        return complain(&command_vet, STATUS_USAGE,
                        "the check '%s' runs programs, and --static "
                        "leaves that out",
                        w->only);
    if (optind == argc)
        return complain(&command_vet, STATUS_USAGE, "which scenarios? brokenpipe vet SCENARIO...");
    return -1;
}

static int run(int argc, char *argv[])
{
    struct vetting w = {.runs = DEFAULT_RUNS};
    int status = parse_options(argc, argv, &w);
    if (status != -1)
        return status;

    struct corpus corpus;
    struct error err;
    char *root, *build;
    if (corpus_locate(&root, &build, &err) == -1)
        return complain(&command_vet, STATUS_USAGE, "%s", err.text);
    w.root = root;
    if (find_scenarios(&command_vet, argv + optind, &corpus) == -1) {
        status = STATUS_USAGE;
    } else {
        bool possible = !wants_runs(&w) || need_full_world(&command_vet) == 0;
        status = possible ? vet_all(&w, &corpus) : STATUS_HARNESS;
        corpus_free(&corpus);
    }
    free(root);
    free(build);
    return status;
}

const struct command command_vet = {"vet", "tell what a scenario still needs", help, run};
