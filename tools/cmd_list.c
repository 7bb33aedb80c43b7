/* cmd_list.c - `brokenpipe list`: the scenarios there are. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: brokenpipe list [PATTERN...]\n"
    "\n"
    "Lists id and title of every scenario that a PATTERN selects: an id, as in\n"
    "pipe/wait-before-drain, a mechanism, as in pipe, or a glob over ids, as in '*/*deadlock*'.\n"
    "Without one, all of them.\n"
    "\n"
    "  -h, --help  this text\n";

static int run(int argc, char *argv[])
{
    static const struct option options[] = {HELP_OPTION};
    int option = next_option(&command_list, argc, argv, options);
    if (option != -1)
        return option == 'h' ? show_help(&command_list) : STATUS_USAGE;

    struct corpus corpus;
    if (find_scenarios(&command_list, argv + optind, &corpus) == -1)
        return STATUS_USAGE;

    int width = 0;
    for (size_t i = 0; i < corpus.n; i++)
        if ((int)strlen(corpus.scenarios[i].id) > width)
            width = (int)strlen(corpus.scenarios[i].id);
    for (size_t i = 0; i < corpus.n; i++) {
        const struct scenario *s = &corpus.scenarios[i];
        if (s->expectation != NULL)
            printf("%-*s  %s\n", width, s->id, s->expectation->title);
        else
            printf("%-*s  (%s)\n", width, s->id, s->problem);
    }
    corpus_free(&corpus);
    return STATUS_OK;
}

const struct command command_list = {"list", "list the scenarios", help, run};
