/* brokenpipe.c - the command: finds the subcommand that was asked for, and runs it. */
#include "commands.h"

#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_list, &command_show,   &command_run, &command_explore, &command_check, &command_demo,
    &command_why,  &command_doctor, &command_new, &command_vet,     &command_grid,
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *to)
{
    fputs(
        "usage: brokenpipe COMMAND [OPTION...] [ARGUMENT...]\n"
        "\n"
        "Failures of inter-process communication, each beside its fix, run in a closed world and\n"
        "judged: a deadlock is proved, not timed out.\n"
        "\n",
        to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-8s  %s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "\n"
        "'brokenpipe COMMAND --help' tells all about a command; --version tells the version.\n"
        "\n"
        "Exit status: 0 yes; 1 no (a program or a verdict failed); 2 wrong usage; 3 it could not\n"
        "be done here.\n",
        to);
}

/* Reports a first word that is no command. */
static int unknown(const char *word)
{
    const char *names[COMMANDS + 2] = {"--help", "--version"};
    for (size_t i = 0; i < COMMANDS; i++)
        names[i + 2] = commands[i]->name;
    const char *nearest = nearest_word(word, names, COMMANDS + 2);
    const char *what = word[0] == '-' ? "option" : "command";
    if (nearest != NULL)
        fprintf(stderr, "brokenpipe: unknown %s '%s'; did you mean '%s'?\n", what, word, nearest);
    else
        fprintf(stderr, "brokenpipe: unknown %s '%s'; see 'brokenpipe --help'\n", what, word);
    return STATUS_USAGE;
}

static int dispatch(int argc, char *argv[])
{
    if (argc < 2) {
        print_usage(stderr);
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return STATUS_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("brokenpipe " BROKENPIPE_VERSION);
        return STATUS_OK;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    return unknown(argv[1]);
}

/* A caller may have closed 0, 1 or 2: then no file of ours may get that number, or our output would
 * go into it. What stands there instead refuses to be used. */
static int occupy_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) == -1)
            return -1;
    return 0;
}

int main(int argc, char *argv[])
{
    if (occupy_standard_descriptors() == -1)
        return STATUS_HARNESS;
    int status = dispatch(argc, argv);

    /* What was said counts only if it arrived. */
    errno = 0;
    bool lost = ferror(stdout) != 0;
    if (fclose(stdout) == EOF || lost) {
        fprintf(stderr, "brokenpipe: cannot write to standard output: %s\n",
                strerror(errno != 0 ? errno : EIO));
        return STATUS_HARNESS;
    }
    return status;
}
