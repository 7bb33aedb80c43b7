/* cmd_run.c - `brokenpipe run`: any program in a world, and the observation of it. */
#include "commands.h"

#include "directed.h"
#include "knob.h"
#include "program.h"
#include "report.h"
#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe run [OPTION...] -- PROGRAM [ARGUMENT...]\n"
    "\n"
    "Runs PROGRAM in a closed world of its own and tells what happened: how it ended, which\n"
    "task waits for what, what it left behind, its output, its CPU and wall time.\n"
    "\n"
    "      --json        tell it as JSON\n"
    "      --explain     tell at which line each task waits even if it is no deadlock (of a\n"
    "                    deadlock that is always told)\n"
    "      --graph FILE  the same, and draw who waits for whom; FILE ends in .dot or .gv, or in\n"
    "                    .svg, .png or .pdf, which need Graphviz\n"
    "      --under KNOB  change the world in one way: 'small-pipes', 'killed worker write'...;\n"
    "                    see CONTRIBUTING.md for all\n"
    "      --wall S      give up after S seconds (timeout)\n"
    "      --cpu S       give up after S seconds of CPU time (livelock)\n"
    "      --keep        keep the files of the world's /tmp and /dev/shm in a new directory\n"
    "  -h, --help        this text\n"
    "\n"
    "The program starts in an empty, private /tmp, with no input and no network. It sees,\n"
    "read-only and at their own place, the system, its own directory, the current directory,\n"
    "and whatever an argument names by an absolute path. Run by root, it is nobody. Where the\n"
    "host refuses a full world, it still runs, but not --under a knob, and the answer says which\n"
    "isolation was in force; then nothing is proved, and nothing taken stock of.\n"
    "\n"
    "Exit status: 0 the program exited 0 and left nothing behind; 1 it did anything else;\n"
    "2 wrong usage; 3 the run could not be made, or its graph not be drawn.\n";

struct request {
    bool json, keep, explain;
    const char *graph; /* the file's name; or NULL */
    struct world_limits limits;
    char **under;        /* the knob's words; or NULL */
    struct claim_run as; /* what the knob makes of the run */
};

/* Each of these returns -1 to go on, or the status to end with. */

static int take_graph(const char *path, struct request *request)
{
    struct error err;
    request->graph = path;
    request->explain = true;
    if (report_graph_check(path, &err) == 0)
        return -1;
    return complain(&command_run, STATUS_USAGE, "--graph: %s", err.text);
}

/* A knob that is about the run of a program that is there already. */
static int take_knob(const char *text, struct request *request)
{
    struct error err;
    free_words(request->under);
    request->as = (struct claim_run){.build = ""};
    request->under = split_words(text);
    if (request->under == NULL)
        return complain(&command_run, STATUS_HARNESS, "%s", strerror(errno));
    if (knob_check(request->under, &err) != 0)
        return complain(&command_run, STATUS_USAGE, "--under: %s", err.text);
    if (knob_turn(request->under, &request->as) != 0)
        return complain(&command_run, STATUS_HARNESS, "out of memory");
    if (request->as.args != NULL || *request->as.build != '\0' ||
        !knob_is_of_one_run(request->under[0]))
        return complain(&command_run, STATUS_USAGE,
                        "--under: '%s' is about another program, workload or schedule; right are "
                        "the knobs of one run",
                        text);
    return -1;
}

static int take_option(int option, struct request *request)
{
    switch (option) {
    case 'j':
        request->json = true;
        return -1;
    case 'e':
        request->explain = true;
        return -1;
    case 'g':
        return take_graph(optarg, request);
    case 'u':
        return take_knob(optarg, request);
    case 'w':
        return take_seconds(&command_run, optarg, &request->limits.wall_s);
    case 'c':
        return take_seconds(&command_run, optarg, &request->limits.cpu_s);
    case 'k':
        request->keep = true;
        return -1;
    case 'h':
        return show_help(&command_run);
    default:
        return STATUS_USAGE;
    }
}

static int parse_options(int argc, char *argv[], struct request *request)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},        {"explain", no_argument, NULL, 'e'},
        {"graph", required_argument, NULL, 'g'}, {"under", required_argument, NULL, 'u'},
        {"wall", required_argument, NULL, 'w'},  {"cpu", required_argument, NULL, 'c'},
        {"keep", no_argument, NULL, 'k'},        HELP_OPTION,
    };
    for (int option; (option = next_option(&command_run, argc, argv, options)) != -1;) {
        int status = take_option(option, request);
        if (status != -1)
            return status;
    }
    if (optind == argc)
        return complain(&command_run, STATUS_USAGE,
                        "which program? brokenpipe run -- PROGRAM [ARGUMENT...]");
    return -1;
}

/* A new directory for --keep: a new string, or NULL with the complaint made. */
static char *make_keep_directory(void)
{
    const char *parent = temporary_parent();
    char *directory;
    if (asprintf(&directory, "%s/brokenpipe-XXXXXX", parent) == -1)
        directory = NULL;
    else if (mkdtemp(directory) != NULL)
        return directory;
    complain(&command_run, STATUS_USAGE, "--keep: cannot make a directory in '%s': %s", parent,
             strerror(errno));
    free(directory);
    return NULL;
}

static bool has_waiting_task(const struct explanation *x)
{
    for (size_t i = 0; i < x->n_waits; i++)
        if (x->waits[i].object != OBJECT_NONE)
            return true;
    return false;
}

/* Draws the graph if one was asked for. Returns 0, or -1 with the complaint made. */
static int draw(const struct request *request, const struct explanation *x)
{
    struct error err;
    if (request->graph == NULL)
        return 0;
    if (!has_waiting_task(x)) {
        fputs("brokenpipe run: note: nothing waits: no graph written\n", stderr);
        return 0;
    }
    if (report_graph_file(request->graph, x, &err) == 0)
        return 0;
    complain(&command_run, STATUS_HARNESS, "--graph: %s", err.text);
    return -1;
}

static int tell(const struct request *request, const struct observation *o)
{
    if (!request->json)
        report_observation_text(stdout, o);
    else if (print_json(&command_run, report_observation_json(o)) == -1)
        return STATUS_HARNESS;
    if (draw(request, &o->explanation) == -1)
        return STATUS_HARNESS;
    bool well = o->outcome.kind == OUTCOME_EXIT && o->outcome.number == 0 && o->n_left == 0;
    return well ? STATUS_OK : STATUS_FAILED;
}

static int make_run(const struct world_spec *spec, const struct direction *direction,
                    struct observation *o, struct error *err)
{
    char miss[128];
    bool came_to_it;
    if (!is_directed(direction))
        return world_run(spec, o, err);
    if (directed_run(spec, direction, o, &came_to_it, err) != 0)
        return -1;
    if (!came_to_it) {
        direction_miss(direction, miss, sizeof miss);
        fprintf(stderr, "brokenpipe run: note: %s\n", miss);
    }
    return 0;
}

/* Makes the run: argv[0] is an absolute name by now. */
static int run_program(const struct request *request, char *const *argv)
{
    char **visible = list_visible(&command_run, argv);
    if (visible == NULL)
        return complain(&command_run, STATUS_HARNESS, "%s", strerror(errno));
    char *keep = request->keep ? make_keep_directory() : NULL;
    int status = STATUS_USAGE;
    if (keep != NULL || !request->keep) {
        struct world_spec spec = {.argv = argv,
                                  .visible = visible,
                                  .limits = request->limits,
                                  .knobs = request->as.knobs,
                                  .keep = keep,
                                  .explain = request->explain,
                                  .reduced = request->under == NULL};
        struct observation o;
        struct error err;
        if (make_run(&spec, &request->as.direction, &o, &err) == 0) {
            status = tell(request, &o);
            observation_free(&o);
        } else {
            status = complain(&command_run, STATUS_HARNESS, "%s", err.text);
            if (keep != NULL)
                rmdir(keep); /* nothing is in it; if it stays, that does no harm */
        }
    }
    free(keep);
    free_words(visible);
    return status;
}

static int run_found(struct request *request, char *argv[])
{
    char *program = find_program(&command_run, argv[0]);
    if (program == NULL)
        return STATUS_USAGE;
    argv[0] = program;
    int status = run_program(request, argv);
    free(program);
    return status;
}

static int run(int argc, char *argv[])
{
    struct request request = {.limits = world_limits_default()};
    int status = parse_options(argc, argv, &request);
    if (status == -1)
        status = run_found(&request, argv + optind);
    claim_run_free(&request.as);
    free_words(request.under);
    return status;
}

const struct command command_run = {"run", "run any program in a world, and tell what happened",
                                    help, run};
