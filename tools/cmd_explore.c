/* cmd_explore.c - `brokenpipe explore`: looks for a schedule in which a program fails. */
#include "commands.h"

#include "debugger.h"
#include "explore.h"
#include "program.h"
#include "report.h"
#include "words.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe explore [OPTION...] -- PROGRAM [ARGUMENT...]\n"
    "       brokenpipe explore --replay FILE [OPTION...]\n"
    "\n"
    "Runs PROGRAM again and again, each time in a closed world and under another schedule: all\n"
    "its tasks are stopped at every call by which one can act on another, and one at a time is\n"
    "let go. A run fails if it ends in a deadlock, a livelock, by a signal or with an exit\n"
    "status other than 0; if it leaves something behind; or if it ends or prints otherwise than\n"
    "the first run did. The first failure that replays three times the same is told as a\n"
    "numbered interleaving, and written to a file. Nothing is done that Linux could not do.\n"
    "\n"
    "      --budget S       look for S seconds (default 1)\n"
    "      --schedules N    make at most N schedules\n"
    "      --strategy LIST  only these, divided by commas: nonpreemptive, dfs (depth first, with\n"
    "                       few preemptions), random, pct (random priorities)\n"
    "      --seed N         another N, other random schedules (default 1)\n"
    "      --time TIME      none: a sleep may end at any time, as it guarantees nothing about\n"
    "                       others (default); virtual: it takes its time, on the run's clock\n"
    "      --short-reads    pipes and streams may give less than is there\n"
    "      --second-instance\n"
    "                       start the program twice, at once; the outcome is the worse of both\n"
    "      --wall S         give up a run after S seconds\n"
    "      --cpu S          give up a run after S seconds of CPU time (livelock; default 2); one\n"
    "                       that spins takes as long, and so do its three replays\n"
    "      --json           tell it as JSON\n"
    "      --output FILE    where to write a failing schedule (default: a new file in /tmp)\n"
    "      --replay FILE    make the schedule of FILE once more\n"
    "      --gdb            with --replay: at the end let gdb look at the processes, or, if they\n"
    "                       have all ended, before the last step\n"
    "  -h, --help           this text\n"
    "\n"
    "The program starts as `brokenpipe run` starts it. That nothing was found does not mean that\n"
    "it is correct: what was covered is told.\n"
    "\n"
    "Exit status: 0 no failure found; 1 a failure found, or replayed; 2 wrong usage; 3 it could\n"
    "not be explored, no run came to its end in time, or the replay went another way.\n";

struct request {
    bool json, gdb;
    const char *output, *replay; /* files; or NULL */
    const char *searching;       /* an option that was given, and makes no sense in a replay */
    struct explore_options explore;
    struct world_limits limits;
    struct world_knobs knobs;
};

/* Each of these returns -1 to go on, or the status to end with. */

/* Reads a whole number, from `least` to what fits JSON's integers. */
static int take_number(const char *text, uint64_t least, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0 && *number <= INT64_MAX &&
        *number >= least)
        return -1;
    return complain(&command_explore, STATUS_USAGE, "'%s' is no whole number from %d on", text,
                    (int)least);
}

static int take_schedules(const char *text, struct request *request)
{
    uint64_t number;
    int status = take_number(text, 1, &number);
    request->explore.max_schedules = number;
    return status;
}

/* "dfs,random" */
static int take_strategies(const char *list, struct request *request)
{
    for (const char *word = list, *end;; word = end + 1) {
        end = strchrnul(word, ',');
        char *copy = strndup(word, (size_t)(end - word));
        int kind = copy != NULL ? strategy_kind_parse(copy) : -1;
        if (kind == -1)
            complain(&command_explore, STATUS_USAGE,
                     "'%s' is no strategy: nonpreemptive, dfs, random and pct are",
                     copy != NULL ? copy : list);
        free(copy);
        if (kind == -1)
            return STATUS_USAGE;
        request->explore.strategies |= 1U << kind;
        if (*end == '\0')
            return -1;
    }
}

static int take_time(const char *word, struct request *request)
{
    request->explore.sleeps_take_time = strcmp(word, "virtual") == 0;
    if (request->explore.sleeps_take_time || strcmp(word, "none") == 0)
        return -1;
    return complain(&command_explore, STATUS_USAGE, "--time is 'virtual' or 'none', not '%s'",
                    word);
}

/* Nobody wants to learn after a long search that its result cannot be written. */
static int take_output(const char *path, struct request *request)
{
    request->output = path;
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && !S_ISREG(status.st_mode))
        return complain(&command_explore, STATUS_USAGE,
                        "--output: '%s' is there, and no regular file", path);
    char *copy = strdup(path);
    int allowed = copy != NULL ? access(dirname(copy), W_OK | X_OK) : -1;
    int error = errno;
    free(copy);
    if (allowed == 0)
        return -1;
    return complain(&command_explore, STATUS_USAGE, "--output: cannot write '%s': %s", path,
                    strerror(error));
}

/* Options of the search. */
static int take_search_option(int option, struct request *request)
{
    switch (option) {
    case 'b':
        return take_seconds(&command_explore, optarg, &request->explore.budget_s);
    case 'n':
        return take_schedules(optarg, request);
    case 's':
        return take_number(optarg, 0, &request->explore.seed);
    case 't':
        return take_strategies(optarg, request);
    case 'T':
        return take_time(optarg, request);
    case 'o':
        return take_output(optarg, request);
    case 'i':
        request->knobs.second_instance = true;
        return -1;
    default:
        request->explore.short_reads = true;
        return -1;
    }
}

static int take_option(int option, struct request *request)
{
    switch (option) {
    case 'j':
        request->json = true;
        return -1;
    case 'w':
        return take_seconds(&command_explore, optarg, &request->limits.wall_s);
    case 'c':
        return take_seconds(&command_explore, optarg, &request->limits.cpu_s);
    case 'R':
        request->replay = optarg;
        return -1;
    case 'g':
        request->gdb = true;
        return -1;
    case 'h':
        return show_help(&command_explore);
    case '?':
        return STATUS_USAGE;
    default:
        return take_search_option(option, request);
    }
}

/* The same, where we name the file. */
static int check_parent(void)
{
    const char *parent = temporary_parent();
    if (access(parent, W_OK | X_OK) == 0)
        return -1;
    return complain(&command_explore, STATUS_USAGE,
                    "cannot write a schedule to '%s': %s; --output or TMPDIR may say where to",
                    parent, strerror(errno));
}

static int check_together(const struct request *request, bool has_program)
{
    const struct command *command = &command_explore;
    if (request->gdb && request->replay == NULL)
        return complain(command, STATUS_USAGE, "--gdb looks at a replay: --replay FILE --gdb");
    if (request->gdb && request->json)
        return complain(command, STATUS_USAGE, "--gdb and --json cannot share the terminal");
    if (request->replay != NULL && request->searching != NULL)
        return complain(command, STATUS_USAGE, "--%s is for a search, and --replay makes one run",
                        request->searching);
    if (request->replay != NULL && has_program)
        return complain(command, STATUS_USAGE, "--replay takes the program from its file");
    if (request->replay == NULL && !has_program)
        return complain(command, STATUS_USAGE,
                        "which program? brokenpipe explore -- PROGRAM [ARGUMENT...]");
    if (request->replay == NULL && request->output == NULL)
        return check_parent();
    return -1;
}

static int parse_options(int argc, char *argv[], struct request *request)
{
    static const struct option options[] = {
        {"budget", required_argument, NULL, 'b'},
        {"schedules", required_argument, NULL, 'n'},
        {"strategy", required_argument, NULL, 't'},
        {"seed", required_argument, NULL, 's'},
        {"time", required_argument, NULL, 'T'},
        {"short-reads", no_argument, NULL, 'r'},
        {"second-instance", no_argument, NULL, 'i'},
        {"wall", required_argument, NULL, 'w'},
        {"cpu", required_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'j'},
        {"output", required_argument, NULL, 'o'},
        {"replay", required_argument, NULL, 'R'},
        {"gdb", no_argument, NULL, 'g'},
        HELP_OPTION,
    };
    for (int option; (option = next_option(&command_explore, argc, argv, options)) != -1;) {
        int status = take_option(option, request);
        if (status != -1)
            return status;
        for (const struct option *o = options; o->name != NULL; o++)
            if (o->val == option && strchr("bntsTrio", option) != NULL)
                request->searching = o->name;
    }
    return check_together(request, optind < argc);
}

/* The search. */

/* One line, written over again and again, for whoever has waited for a while. */
static void show_progress(void *context, const struct explore_coverage *so_far)
{
    enum { A_SECOND = 10, PATIENCE = 2 * A_SECOND };
    static const char clear_to_end[] = "\033[K";
    long *shown = context; /* tenths of a second; 0: nothing */
    long now = (long)(so_far->seconds * A_SECOND);
    if (now < PATIENCE || now == *shown)
        return;
    *shown = now;
    fprintf(stderr, "\r%zu schedule%s, %zu different, %.1f s%s", so_far->schedules,
            so_far->schedules == 1 ? "" : "s", so_far->distinct, so_far->seconds, clear_to_end);
}

static void show_wait(void *context)
{
    (void)context;
    complain(&command_explore, STATUS_OK,
             "waiting for a processor: other explorations use all of them");
}

static int search(struct request *request, const struct world_spec *spec, struct exploration *x,
                  struct error *err)
{
    long shown = 0;
    if (isatty(STDERR_FILENO))
        request->explore.progress = show_progress;
    request->explore.waits = show_wait;
    request->explore.context = &shown;
    int explored = explore(spec, &request->explore, x, err);
    if (shown > 0)
        fputs("\r\033[K", stderr);
    return explored;
}

/* A new file for a schedule of `program`. Its name, a new string; or NULL with `err`. */
static char *make_file(const char *program, struct error *err)
{
    static const char ending[] = ".json";
    const char *slash = strrchr(program, '/');
    char *path;
    if (asprintf(&path, "%s/brokenpipe-%s-XXXXXX%s", temporary_parent(),
                 slash != NULL ? slash + 1 : program, ending) == -1) {
        error_set(err, "out of memory");
        return NULL;
    }
    int fd = mkostemps(path, (int)strlen(ending), O_CLOEXEC);
    if (fd != -1) {
        close(fd);
        return path;
    }
    error_errno(err, "cannot make the file '%s'", path);
    free(path);
    return NULL;
}

/* Writes the failing schedule. The file's name, a new string; or NULL with `err`. */
static char *keep_schedule(const struct request *request, const struct world_spec *spec,
                           const struct exploration *x, struct error *err)
{
    bool ours = request->output == NULL;
    char *file = ours ? make_file(spec->argv[0], err) : strdup(request->output);
    if (file == NULL) {
        if (!ours)
            error_set(err, "out of memory");
        return NULL;
    }
    if (schedule_file_write(file, spec, &request->explore, x, err) == 0)
        return file;
    if (ours)
        unlink(file);
    free(file);
    return NULL;
}

static enum status status_of(const struct exploration *x)
{
    if (x->failure != FAILURE_NONE)
        return STATUS_FAILED;
    return report_says_nothing(x) ? STATUS_HARNESS : STATUS_OK;
}

/* Tells what was found. Returns the status to end with. */
static int tell_exploration(const struct request *request, const struct world_spec *spec,
                            const struct exploration *x)
{
    struct error err;
    bool found = x->failure != FAILURE_NONE;
    char *file = found ? keep_schedule(request, spec, x, &err) : NULL;
    int status = (int)status_of(x);
    if (!request->json)
        report_exploration_text(stdout, x, file);
    else if (print_json(&command_explore, report_exploration_json(x, file)) == -1)
        status = STATUS_HARNESS;
    if (found && file == NULL)
        status =
            complain(&command_explore, STATUS_HARNESS, "the schedule is not kept: %s", err.text);
    free(file);
    return status;
}

static int explore_program(struct request *request, const struct world_spec *spec)
{
    struct exploration x;
    struct error err;
    if (search(request, spec, &x, &err) == -1)
        return complain(&command_explore, STATUS_HARNESS, "%s", err.text);
    int status = tell_exploration(request, spec, &x);
    exploration_free(&x);
    return status;
}

/* The replay. */

static json_t *replay_json(const struct schedule *s, const struct observation *o, bool same)
{
    json_t *diverged = s->diverged > 0 ? json_integer((json_int_t)s->diverged) : json_null();
    return json_pack("{s:b, s:o, s:o, s:o}", "same", same, "diverged", diverged, "schedule",
                     report_schedule_json(s), "observation", report_observation_json(o));
}

/* How near the run came to the file's: when something is found to be too much depends on the
 * machine. */
static const char *tell_likeness(const struct schedule_file *file, const struct schedule *s,
                                 bool same)
{
    if (!same)
        return "";
    return s->hash == file->hash ? " again, step by step as in the file"
                                 : " again, by the same choices as in the file";
}

static void print_replay(const struct schedule_file *file, const struct schedule *s,
                         const struct observation *o, bool same)
{
    char words[64];
    printf("%s%s\n\n", outcome_format(o->outcome, words, sizeof words),
           tell_likeness(file, s, same));
    report_schedule_text(stdout, s);
    puts("\nit ended so:");
    report_observation_text(stdout, o);
}

/* What makes this run another one than the file's. */
static int complain_of_difference(const struct schedule_file *file, const struct schedule *s,
                                  const struct observation *o)
{
    char words[64];
    outcome_format(o->outcome, words, sizeof words);
    const struct command *command = &command_explore;
    if (s->diverged > 0)
        return complain(command, STATUS_HARNESS, "the replay went another way from step %zu on",
                        s->diverged);
    if (strcmp(words, file->outcome) != 0)
        return complain(command, STATUS_HARNESS, "the replay ended with '%s', and not with '%s'",
                        words, file->outcome);
    return complain(command, STATUS_HARNESS,
                    "the replay followed all choices, but made other steps");
}

static int tell_replay(const struct request *request, const struct schedule_file *file,
                       const struct schedule *s, const struct observation *o, bool same)
{
    if (!request->json)
        print_replay(file, s, o, same);
    else if (print_json(&command_explore, replay_json(s, o, same)) == -1)
        return STATUS_HARNESS;
    return same ? STATUS_FAILED : complain_of_difference(file, s, o);
}

static int replay_program(const struct request *request, const struct schedule_file *file,
                          const struct world_spec *spec)
{
    struct debugger debugger = {0};
    struct replay_options options = {0};
    struct schedule s;
    struct observation o;
    struct error err;
    bool same;
    if (request->gdb) {
        options.at_end = debugger_start;
        options.context = &debugger;
    }
    if (explore_replay(spec, file, &options, &s, &o, &same, &err) == -1)
        return complain(&command_explore, STATUS_HARNESS, "%s", err.text);
    int status = tell_replay(request, file, &s, &o, same);
    if (debugger.err.text[0] != '\0')
        status = complain(&command_explore, STATUS_HARNESS, "--gdb: %s", debugger.err.text);
    else if (request->gdb && same && !debugger.started)
        status = complain(&command_explore, STATUS_HARNESS, "--gdb: no process was left");
    schedule_free(&s);
    observation_free(&o);
    return status;
}

static int need_gdb(void)
{
    char *gdb = search_path("gdb");
    if (gdb == NULL)
        return complain(&command_explore, STATUS_HARNESS,
                        "--gdb needs gdb (package gdb), and there is none in PATH");
    free(gdb);
    return -1;
}

/* Both. */

/* Explores, or replays if `file` is not NULL, the program argv[0], an absolute name. */
static int run_program(struct request *request, char *const *argv, const struct schedule_file *file)
{
    char **visible = list_visible(&command_explore, argv);
    if (visible == NULL)
        return complain(&command_explore, STATUS_HARNESS, "%s", strerror(errno));
    struct world_spec spec = {
        .argv = argv, .visible = visible, .limits = request->limits, .knobs = request->knobs};
    if (file != NULL)
        spec.knobs.second_instance = file->second_instance;
    int status =
        file != NULL ? replay_program(request, file, &spec) : explore_program(request, &spec);
    free_words(visible);
    return status;
}

static int replay_file(struct request *request)
{
    struct schedule_file file;
    struct error err;
    if (schedule_file_read(request->replay, &file, &err) == -1)
        return complain(&command_explore, STATUS_USAGE, "%s", err.text);
    int status = request->gdb ? need_gdb() : -1;
    char *program = status == -1 ? find_program(&command_explore, file.argv[0]) : NULL;
    if (program != NULL)
        status = run_program(request, file.argv, &file);
    else if (status == -1)
        status = STATUS_USAGE;
    free(program);
    schedule_file_free(&file);
    return status;
}

static int run(int argc, char *argv[])
{
    struct request request = {.explore = explore_options_default(),
                              .limits = world_limits_default()};
    int status = parse_options(argc, argv, &request);
    if (status != -1)
        return status;
    if (request.replay != NULL)
        return replay_file(&request);
    char *program = find_program(&command_explore, argv[optind]);
    if (program == NULL)
        return STATUS_USAGE;
    argv[optind] = program;
    status = run_program(&request, argv + optind, NULL);
    free(program);
    return status;
}

const struct command command_explore = {
    "explore", "look for a schedule in which a program fails, and replay it", help, run};
