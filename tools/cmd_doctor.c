/* cmd_doctor.c - `brokenpipe doctor`: what this host offers, and what works without it. */
#include "commands.h"

#include "probes.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static const char help[] =
    "usage: brokenpipe doctor [--json]\n"
    "\n"
    "Tries what the harness and its tools use of this host, and says what works without it.\n"
    "Then it runs two small programs, one deadlocked and one that only sleeps, to see whether\n"
    "the full world works here.\n"
    "\n"
    "      --json  tell it as JSON\n"
    "  -h, --help  this text\n"
    "\n"
    "Exit status: 0 the full world works; 1 it does not; 2 wrong usage; 3 it cannot be told.\n";

/* Runs a shell script in a world. Returns 0 if its outcome is `expected`; else -1 with `err`. */
static int try_script(const char *script, struct outcome expected, struct error *err)
{
    char *const argv[] = {(char[]){"/bin/sh"}, (char[]){"-c"}, (char *)script, NULL};
    struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    struct observation o;
    if (world_run(&spec, &o, err) == -1)
        return -1;
    int result = 0;
    if (!outcome_equal(o.outcome, expected)) {
        char words[64], wanted[64];
        result = error_set(err, "`%s` ended in `%s` instead of `%s`%s%s", script,
                           outcome_format(o.outcome, words, sizeof words),
                           outcome_format(expected, wanted, sizeof wanted),
                           o.note != NULL ? ": " : "", o.note != NULL ? o.note : "");
    }
    observation_free(&o);
    return result;
}

/* Does the full world work here? A deadlock must be proved, and what only sleeps must not be called
 * dead. Returns 0; or -1 with `err`. */
static int try_world(struct error *err)
{
    const struct outcome deadlock = {.kind = OUTCOME_DEADLOCK};
    const struct outcome exit_0 = {.kind = OUTCOME_EXIT};
    if (try_script("mkfifo f && cat f", deadlock, err) == -1)
        return -1;
    return try_script("sleep 0.05", exit_0, err);
}

static void tell_text(const struct utsname *system, const bool *works, const char *problem)
{
    printf("%s %s, %s\n\n", system->sysname, system->release, system->machine);
    for (size_t i = 0; i < n_features; i++)
        if (works[i])
            printf("  yes  %s\n", features[i].name);
        else
            printf("  no   %-26s without it: %s\n", features[i].name, features[i].without);
    if (problem == NULL)
        puts("\nThe full world works here: a deadlock was proved, and a sleeper was not called "
             "dead.");
    else
        printf("\nThe full world does not work here: %s\n", problem);
}

static json_t *feature_json(const struct feature *feature, bool works)
{
    return json_pack("{s:s, s:b, s:s}", "name", feature->name, "available", (int)works, "without",
                     feature->without);
}

static json_t *doctor_json(const struct utsname *system, const bool *works, const char *problem)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n_features; i++)
        if (json_array_append_new(array, feature_json(&features[i], works[i])) == -1) {
            json_decref(array);
            return NULL;
        }
    return json_pack("{s:s, s:s, s:o, s:b, s:s?}", "kernel", system->release, "machine",
                     system->machine, "features", array, "full_world", (int)(problem == NULL),
                     "problem", problem);
}

static int examine(bool json)
{
    struct utsname system;
    if (uname(&system) == -1)
        return complain(&command_doctor, STATUS_HARNESS, "cannot ask for the kernel's version");
    bool *works = calloc(n_features, sizeof *works);
    if (works == NULL)
        return complain(&command_doctor, STATUS_HARNESS, "out of memory");
    for (size_t i = 0; i < n_features; i++)
        works[i] = features[i].probe(&features[i]);
    struct error err;
    const char *problem = try_world(&err) == -1 ? err.text : NULL;

    int status = problem == NULL ? STATUS_OK : STATUS_FAILED;
    if (!json)
        tell_text(&system, works, problem);
    else if (print_json(&command_doctor, doctor_json(&system, works, problem)) == -1)
        status = STATUS_HARNESS;
    free(works);
    return status;
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, HELP_OPTION};
    bool json = false;
    for (int option; (option = next_option(&command_doctor, argc, argv, options)) != -1;)
        switch (option) {
        case 'j':
            json = true;
            break;
        case 'h':
            return show_help(&command_doctor);
        default:
            return STATUS_USAGE;
        }
    if (optind < argc)
        return complain(&command_doctor, STATUS_USAGE, "it takes no argument, such as '%s'",
                        argv[optind]);
    return examine(json);
}

const struct command command_doctor = {"doctor", "what this host offers, and what works without it",
                                       help, run};
