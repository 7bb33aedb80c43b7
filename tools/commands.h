/* commands.h - the subcommands of `brokenpipe`, one file each, and what they have in common. */
#ifndef BROKENPIPE_COMMANDS_H
#define BROKENPIPE_COMMANDS_H

#include "corpus.h"

#include <getopt.h>
#include <jansson.h>

#define BROKENPIPE_VERSION "0.1.0"

/* Exit statuses, the same for every subcommand. */
enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,  /* it was done, and the answer is no */
    STATUS_USAGE = 2,   /* it was asked for wrongly */
    STATUS_HARNESS = 3, /* it could not be done here */
};

struct command {
    const char *name;
    const char *summary;                /* one line, for `brokenpipe --help` */
    const char *help;                   /* all of `brokenpipe NAME --help` */
    int (*run)(int argc, char *argv[]); /* argv[0] is the subcommand; returns enum status */
};

extern const struct command command_list, command_show, command_run, command_explore, command_check,
    command_demo, command_why, command_doctor, command_new, command_vet, command_grid;

/* Every subcommand's option table ends with this. */
#define HELP_OPTION                                                                                \
    {"help", no_argument, NULL, 'h'},                                                              \
    {                                                                                              \
        NULL, 0, NULL, 0                                                                           \
    }

/* The next option's letter, as getopt_long(3) with `options`; -1 at the first argument that is
 * none. A wrong option is reported and returned as '?'. */
int next_option(const struct command *command, int argc, char *argv[],
                const struct option *options);

/* Prints the help text. Returns STATUS_OK. */
int show_help(const struct command *command);

/* Prints "brokenpipe NAME: ..." as one line on stderr. Returns `status`. */
int complain(const struct command *command, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads an option's value, a number of seconds above 0. Returns -1 to go on; or, with the complaint
 * made, the status to end with. */
int take_seconds(const struct command *command, const char *text, double *seconds);

/* Where new files of the person's go: $TMPDIR or /tmp. */
const char *temporary_parent(void);

/* Judging needs a full world: makes one, for /bin/true. Returns 0; -1 with the complaint made if
 * this host refuses it. */
int need_full_world(const struct command *command);

/* Finds the scenarios that `patterns` select. Returns 0, or -1 with the complaint made. */
int find_scenarios(const struct command *command, char *const *patterns, struct corpus *corpus);

/* Prints the JSON value, which is released, on stdout. Returns 0; -1 with the complaint made if
 * `json` is NULL, which is how a lack of memory while it was built shows. */
int print_json(const struct command *command, json_t *json);

#endif
