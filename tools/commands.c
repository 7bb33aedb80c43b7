/* commands.c - what the subcommands have in common: options, complaints, the corpus, JSON. */
#include "commands.h"

#include "world.h"

#include "words.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int complain(const struct command *command, enum status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "brokenpipe %s: ", command->name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return (int)status;
}

int show_help(const struct command *command)
{
    fputs(command->help, stdout);
    return STATUS_OK;
}

/* The long option most like `word`, or NULL. */
static const char *nearest_option(const char *word, const struct option *options)
{
    enum { MOST = 16 };
    const char *names[MOST];
    size_t n = 0;
    while (n < MOST && options[n].name != NULL) {
        names[n] = options[n].name;
        n++;
    }
    return nearest_word(word, names, n);
}

static void complain_of_option(const struct command *command, const char *word,
                               const struct option *options)
{
    /* "--jason=1" is like "--json", whatever its value. */
    const char *name = word + strspn(word, "-");
    char *bare = strndup(name, strcspn(name, "="));
    const char *nearest = bare != NULL ? nearest_option(bare, options) : NULL;
    if (nearest != NULL)
        complain(command, STATUS_USAGE, "unknown option '%s'; did you mean '--%s'?", word, nearest);
    else
        complain(command, STATUS_USAGE, "unknown option '%s'; see 'brokenpipe %s --help'", word,
                 command->name);
    free(bare);
}

/* getopt_long(3) leaves in `optopt` the letter of an option that it knows but cannot use (a value
 * is missing, or is one too many), and the letter of an unknown short option. */
static bool is_known(int letter, const struct option *options)
{
    for (; options->name != NULL; options++)
        if (letter != 0 && options->val == letter)
            return true;
    return false;
}

int next_option(const struct command *command, int argc, char *argv[], const struct option *options)
{
    int before = optind;
    int option = getopt_long(argc, argv, "+:h", options, NULL);
    const char *word = argv[optind > before ? optind - 1 : before];
    if (option == ':')
        complain(command, STATUS_USAGE, "option '%s' needs a value", word);
    else if (option == '?' && is_known(optopt, options) && strncmp(word, "--", 2) == 0)
        complain(command, STATUS_USAGE, "option '%s' takes no value", word);
    else if (option == '?')
        complain_of_option(command, word, options);
    return option == ':' ? '?' : option;
}

int take_seconds(const struct command *command, const char *text, double *seconds)
{
    char *end;
    errno = 0;
    *seconds = strtod(text, &end);
    bool read = end != text && *end == '\0' && errno == 0;
    if (read && isfinite(*seconds) && *seconds > 0)
        return -1;
    return complain(command, STATUS_USAGE, "'%s' is no number of seconds above 0, like 2.5", text);
}

const char *temporary_parent(void)
{
    const char *parent = getenv("TMPDIR");
    return parent != NULL && parent[0] != '\0' ? parent : "/tmp";
}

int need_full_world(const struct command *command)
{
    char *const argv[] = {"/bin/true", NULL};
    const struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    struct observation o;
    struct error err;
    if (world_run(&spec, &o, &err) != 0) {
        complain(command, STATUS_HARNESS, "nothing can be judged here: %s", err.text);
        return -1;
    }
    observation_free(&o);
    return 0;
}

int find_scenarios(const struct command *command, char *const *patterns, struct corpus *corpus)
{
    struct error err;
    char *root, *build;
    if (corpus_locate(&root, &build, &err) == -1) {
        complain(command, STATUS_USAGE, "%s", err.text);
        return -1;
    }
    int found = corpus_find(root, build, patterns, corpus, &err);
    if (found == -1)
        complain(command, STATUS_USAGE, "%s", err.text);
    free(root);
    free(build);
    return found;
}

int print_json(const struct command *command, json_t *json)
{
    if (json == NULL) {
        complain(command, STATUS_HARNESS, "out of memory");
        return -1;
    }
    int printed = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', stdout);
    json_decref(json);
    return printed;
}
