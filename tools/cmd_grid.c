/* cmd_grid.c - `brokenpipe grid`: which shape of failure is shown in which mechanism. */
#include "commands.h"

#include "grid.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe grid [--format text|csv|markdown|html]\n"
    "\n"
    "Prints the corpus as a grid of failure shapes and mechanisms, in which holes are seen.\n"
    "\n"
    "      --format text      how many scenarios, and their names below (the default)\n"
    "      --format csv       their names in the cells\n"
    "      --format markdown  links to them, as in README.md\n"
    "      --format html      a page with links to them, to be put beside scenarios/\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 done; 1 some scenario is in no cell, for its expectation cannot be read; 2 "
    "wrong\n"
    "usage; 3 it could not be done here.\n";

enum { WIDTH = 160 }; /* of text for no terminal */

static void text(FILE *to, const struct grid *g)
{
    grid_text(to, g, terminal_width(STDOUT_FILENO, WIDTH));
}

static const struct format {
    const char *name;
    void (*print)(FILE *to, const struct grid *g);
} formats[] = {
    {"text", text},
    {"csv", grid_csv},
    {"markdown", grid_markdown},
    {"html", grid_html},
};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

/* A scenario without an expectation has no shape. Returns STATUS_FAILED if there is one. */
static int tell_unread(const struct corpus *corpus)
{
    int status = STATUS_OK;
    for (size_t i = 0; i < corpus->n; i++)
        if (corpus->scenarios[i].expectation == NULL)
            status = complain(&command_grid, STATUS_FAILED, "%s is in no cell: %s",
                              corpus->scenarios[i].id, corpus->scenarios[i].problem);
    return status;
}

static int print_grid(const struct format *format)
{
    struct corpus corpus;
    struct grid grid;
    if (find_scenarios(&command_grid, NULL, &corpus) == -1)
        return STATUS_USAGE;
    int status;
    if (grid_make(&corpus, &grid) == 0) {
        format->print(stdout, &grid);
        grid_free(&grid);
        status = tell_unread(&corpus);
    } else {
        status = complain(&command_grid, STATUS_HARNESS, "%s", strerror(errno));
    }
    corpus_free(&corpus);
    return status;
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {{"format", required_argument, NULL, 'f'}, HELP_OPTION};
    const struct format *format = &formats[0];
    for (int option; (option = next_option(&command_grid, argc, argv, options)) != -1;)
        switch (option) {
        case 'f':
            format = find_format(optarg);
            if (format == NULL)
                return complain(&command_grid, STATUS_USAGE,
                                "'%s' is no format: right are text, csv, markdown and html",
                                optarg);
            break;
        case 'h':
            return show_help(&command_grid);
        default:
            return STATUS_USAGE;
        }
    if (optind < argc)
        return complain(&command_grid, STATUS_USAGE, "it takes no argument, and not '%s'",
                        argv[optind]);
    return print_grid(format);
}

const struct command command_grid = {"grid", "which failures are shown in which mechanism", help,
                                     run};
