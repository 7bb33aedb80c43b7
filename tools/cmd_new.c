/* cmd_new.c - `brokenpipe new`: the skeleton of a scenario, for its author to fill in. */
#include "commands.h"

#include "skeleton.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe new MECHANISM/NAME\n"
    "\n"
    "Writes the skeleton of a scenario: its programs, its README.md and its expectation. What\n"
    "must be filled in is marked TODO; until then `brokenpipe check MECHANISM/NAME` fails and\n"
    "says what is missing. Both words are made of lower-case letters, digits and '-'.\n"
    "\n"
    "  -h, --help  this text\n";

enum {
    WORD_LENGTH = 64, /* of mechanism and of name, at most */
    PLACE = 160       /* of a path made of both, at most */
};

/* Length of the word of lower-case letters, digits and inner '-' that `text` starts with; or 0. */
static size_t word_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    bool good = length > 0 && length <= WORD_LENGTH && text[0] != '-' && text[length - 1] != '-';
    return good ? length : 0;
}

static bool is_id(const char *id)
{
    size_t mechanism = word_length(id);
    if (mechanism == 0 || id[mechanism] != '/')
        return false;
    const char *name = id + mechanism + 1;
    size_t length = word_length(name);
    return length > 0 && name[length] == '\0';
}

/* Writes `text` with the scenario's id for each "@ID@". */
static void write_text(FILE *to, const char *text, const char *id)
{
    static const char mark[] = "@ID@";
    for (const char *at; (at = strstr(text, mark)) != NULL; text = at + strlen(mark))
        fprintf(to, "%.*s%s", (int)(at - text), text, id);
    fputs(text, to);
}

/* Makes a file that does not exist yet. Leaves none behind if that fails. */
static int write_file(const char *path, const char *text, const char *id, struct error *err)
{
    FILE *file = fopen(path, "wxe");
    if (file == NULL)
        return error_errno(err, "cannot make %s", path);
    write_text(file, text, id);
    bool failed = ferror(file) != 0;
    if (fclose(file) == EOF || failed) {
        error_errno(err, "cannot write %s", path);
        unlink(path);
        return -1;
    }
    return 0;
}

/* Makes a directory, which may exist. */
static int ensure_directory(const char *path, struct error *err)
{
    if (mkdir(path, 0777) == -1 && errno != EEXIST)
        return error_errno(err, "cannot make %s", path);
    return 0;
}

static const struct {
    const char *name, *text;
} files[] = {
    {"broken.c", skeleton_broken},
    {"fixed.c", skeleton_fixed},
    {"wrong-idea.c", skeleton_wrong},
    {"README.md", skeleton_readme},
};

enum { FILES = sizeof files / sizeof files[0] };

/* Where a new scenario goes, relative to the corpus's root, which is the current directory. */
struct place {
    char mechanism[PLACE], expected_mechanism[PLACE]; /* directories; may exist */
    char directory[PLACE], expectation[PLACE];        /* must not exist */
};

static struct place place_of(const char *id)
{
    struct place p = {0};
    int length = (int)strcspn(id, "/");
    snprintf(p.mechanism, PLACE, "scenarios/%.*s", length, id);
    snprintf(p.expected_mechanism, PLACE, "expected/%.*s", length, id);
    snprintf(p.directory, PLACE, "scenarios/%s", id);
    snprintf(p.expectation, PLACE, "expected/%s.ini", id);
    return p;
}

static void file_path(const struct place *p, size_t i, char path[PLACE + 16])
{
    snprintf(path, PLACE + 16, "%s/%s", p->directory, files[i].name);
}

static int fill_directory(const struct place *p, const char *id, struct error *err)
{
    for (size_t i = 0; i < FILES; i++) {
        char path[PLACE + 16];
        file_path(p, i, path);
        if (write_file(path, files[i].text, id, err) == -1)
            return -1;
    }
    return 0;
}

/* Takes back what fill_directory() did. The error that led here is told; none is of interest now.
 */
static void remove_directory(const struct place *p)
{
    for (size_t i = 0; i < FILES; i++) {
        char path[PLACE + 16];
        file_path(p, i, path);
        unlink(path);
    }
    rmdir(p->directory);
}

/* Makes the scenario, or nothing at all. */
static int make_scenario(const struct place *p, const char *id, struct error *err)
{
    if (ensure_directory(p->mechanism, err) == -1 ||
        ensure_directory(p->expected_mechanism, err) == -1 ||
        write_file(p->expectation, skeleton_expectation, id, err) == -1)
        return -1;
    if (mkdir(p->directory, 0777) == -1) {
        error_errno(err, "cannot make %s", p->directory);
    } else {
        if (fill_directory(p, id, err) == 0)
            return 0;
        remove_directory(p);
    }
    unlink(p->expectation);
    return -1;
}

static void tell(const char *root, const struct place *p, const char *id)
{
    char readme[PLACE + 16];
    snprintf(readme, sizeof readme, "%s/README.md", p->mechanism);
    printf("in %s, to be filled in where it says TODO:\n", root);
    for (size_t i = 0; i < FILES; i++)
        printf("  %s/%s\n", p->directory, files[i].name);
    printf("  %s\n", p->expectation);
    if (access(readme, F_OK) == -1)
        printf("a new mechanism: it wants a README too\n  %s\n", readme);
    printf("what is missing: %s vet %s\n", program_invocation_name, id);
}

static int new_scenario(const char *root, const char *id)
{
    const struct place place = place_of(id);
    struct error err;
    if (chdir(root) == -1)
        return complain(&command_new, STATUS_USAGE, "%s: %s", root, strerror(errno));
    if (make_scenario(&place, id, &err) == -1)
        return complain(&command_new, STATUS_USAGE, "%s", err.text);
    tell(root, &place, id);
    return STATUS_OK;
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {HELP_OPTION};
    int option = next_option(&command_new, argc, argv, options);
    if (option != -1)
        return option == 'h' ? show_help(&command_new) : STATUS_USAGE;
    if (argc - optind != 1)
        return complain(&command_new, STATUS_USAGE,
                        "it makes one scenario: brokenpipe new MECHANISM/NAME");
    if (!is_id(argv[optind]))
        return complain(&command_new, STATUS_USAGE,
                        "'%s' is no MECHANISM/NAME of lower-case letters, digits and '-'",
                        argv[optind]);

    char *root, *build;
    struct error err;
    if (corpus_locate(&root, &build, &err) == -1)
        return complain(&command_new, STATUS_USAGE, "%s", err.text);
    int status = new_scenario(root, argv[optind]);
    free(root);
    free(build);
    return status;
}

const struct command command_new = {"new", "write the skeleton of a scenario", help, run};
