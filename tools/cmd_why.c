/* cmd_why.c - `brokenpipe why`: why processes of this machine do not go on. */
#include "commands.h"

#include "processes.h"
#include "report.h"
#include "report_why.h"
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe why [OPTION...] PID...\n"
    "\n"
    "Looks at processes of this machine that do not go on, and tells who waits for whom, on\n"
    "what, and at which line. They are neither stopped nor changed.\n"
    "\n"
    "      --tree PID     the process PID and all that descend from it\n"
    "      --name NAME    all processes called NAME, or running a program called so\n"
    "      --user [USER]  all processes of USER, a name or a number; without it, your own\n"
    "      --json         tell it as JSON\n"
    "      --graph FILE   draw it as well: FILE ends in .dot, .svg, .png or .pdf\n"
    "  -h, --help         this text\n"
    "\n"
    "What it says of them:\n"
    "  nothing is stuck  each runs, or waits for something that may still come; who could still\n"
    "                    wake it is told\n"
    "  stuck             nobody can be seen who could wake them, but that nobody else can is not\n"
    "                    proved; the reason is told. As root it can look at more.\n"
    "  deadlock          nothing they wait for can ever come; a signal from somebody else can\n"
    "                    still end or interrupt them\n"
    "\n"
    "Exit status: 0 nothing is stuck; 1 something is; 2 wrong usage, or no such process; 3 it\n"
    "could not be told.\n";

struct request {
    bool json;
    const char *graph;
    struct processes processes;
};

/* `--user` may have its value as the next word, which getopt_long(3) does not know of optional
 * ones. */
static const char *user_of(int argc, char *argv[])
{
    if (optarg == NULL && optind < argc && argv[optind][0] != '-')
        return argv[optind++];
    return optarg;
}

static int check_graph(const char *path)
{
    struct error err;
    return report_graph_check(path, &err) == 0
               ? 0
               : complain(&command_why, STATUS_USAGE, "%s", err.text);
}

/* Reads the options, and finds the processes. Returns -1 to go on, or the status to end with. */
static int parse_options(int argc, char *argv[], struct request *request)
{
    static const struct option options[] = {
        {"tree", required_argument, NULL, 't'},  {"name", required_argument, NULL, 'n'},
        {"user", optional_argument, NULL, 'u'},  {"json", no_argument, NULL, 'j'},
        {"graph", required_argument, NULL, 'g'}, HELP_OPTION,
    };
    struct processes *p = &request->processes;
    struct error err;
    int found = 0;
    for (int option; (option = next_option(&command_why, argc, argv, options)) != -1;) {
        switch (option) {
        case 't':
            found = processes_add_tree(p, optarg, &err);
            break;
        case 'n':
            found = processes_add_named(p, optarg, &err);
            break;
        case 'u':
            found = processes_add_user(p, user_of(argc, argv), &err);
            break;
        case 'j':
            request->json = true;
            break;
        case 'g':
            request->graph = optarg;
            if (check_graph(optarg) != 0)
                return STATUS_USAGE;
            break;
        case 'h':
            return show_help(&command_why);
        default:
            return STATUS_USAGE;
        }
        if (found == -1)
            return complain(&command_why, STATUS_USAGE, "%s", err.text);
    }
    for (; optind < argc; optind++)
        if (processes_add_number(p, argv[optind], &err) == -1)
            return complain(&command_why, STATUS_USAGE, "%s", err.text);
    if (p->n == 0)
        return complain(&command_why, STATUS_USAGE, "which processes? brokenpipe why PID...");
    return -1;
}

/* Of the processes asked for those in which something is stuck: a new array, or NULL. */
static pid_t *find_stuck(const struct why *all, const struct processes *p, size_t *n)
{
    pid_t *stuck = calloc(p->n, sizeof *stuck);
    *n = 0;
    for (size_t i = 0; i < p->n && stuck != NULL; i++) {
        bool any = false;
        for (size_t j = 0; j < all->explanation.n_waits; j++)
            any |= all->stuck[j] && all->explanation.waits[j].pid == p->pids[i];
        if (any)
            stuck[(*n)++] = p->pids[i];
    }
    return stuck;
}

/* Who may not be looked at, and what that costs: one line a process. */
static void tell_denied(const struct processes *p, const struct explanation *x)
{
    enum { MOST = 10 };
    size_t denied = 0;
    for (size_t i = 0; i < x->n_waits; i++) {
        const struct wait *w = &x->waits[i];
        char owner[64];
        if (w->denied == NULL || w->tid != w->pid || denied++ >= MOST)
            continue;
        printf("%s%s (pid %d) belongs to %s: %s%s\n", denied == 1 ? "\n" : "", w->name, (int)w->pid,
               processes_owner(p, w->pid, owner, sizeof owner), w->denied,
               geteuid() == 0 ? "" : "; run it as root");
    }
    if (denied > MOST)
        printf("(%zu more)\n", denied - MOST);
}

/* Prints what is stuck, and then what is not. Returns 0, or -1 with the complaint made. */
static int tell(const struct request *request, const struct why *all, const struct why *stuck)
{
    struct error err;
    if (request->graph != NULL &&
        report_graph_file(request->graph, &stuck->explanation, &err) == -1) {
        complain(&command_why, STATUS_HARNESS, "%s", err.text);
        return -1;
    }
    if (request->json)
        return print_json(&command_why, report_why_json(stuck));
    report_why_text(stdout, stuck);
    report_why_free_text(stdout, all, request->processes.pids, request->processes.n);
    tell_denied(&request->processes, &all->explanation);
    return 0;
}

/* Where some of the processes are stuck and some are not, a second look, at the stuck ones alone,
 * tells their story without the others. */
static int look_and_tell(const struct request *request, struct view *v)
{
    const struct processes *p = &request->processes;
    struct why all, narrow = {0};
    struct error err;
    size_t n = 0;
    pid_t *pids = NULL;
    int done = why_look(v, p->pids, p->n, &all, &err);
    if (done == 0 && all.verdict >= WHY_STUCK) {
        pids = find_stuck(&all, p, &n);
        if (pids == NULL)
            done = error_errno(&err, "cannot note what is stuck");
    }
    bool again = done == 0 && n > 0 && n < p->n;
    if (again)
        done = why_look(v, pids, n, &narrow, &err);
    const struct why *told = again ? &narrow : &all;
    int status = told->verdict >= WHY_STUCK ? STATUS_FAILED : STATUS_OK;
    if (done == -1)
        status = complain(&command_why, STATUS_HARNESS, "%s", err.text);
    else if (tell(request, &all, told) == -1)
        status = STATUS_HARNESS;
    free(pids);
    why_free(&narrow);
    why_free(&all);
    return status;
}

static int run(int argc, char *argv[])
{
    struct request request = {0};
    struct view view;
    struct error err;
    int status;
    if (view_open_machine(&view) == -1)
        status = complain(&command_why, STATUS_HARNESS, "cannot open /proc: %s", strerror(errno));
    else if (processes_open(&request.processes, &view, &err) == -1)
        status = complain(&command_why, STATUS_HARNESS, "%s", err.text);
    else if ((status = parse_options(argc, argv, &request)) == -1)
        status = look_and_tell(&request, &view);
    processes_close(&request.processes);
    view_close(&view);
    return status;
}

const struct command command_why = {"why", "why processes of this machine do not go on", help, run};
