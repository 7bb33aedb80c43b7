/* corpus_locate.c - where the corpus and its built programs are. */
#include "corpus.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_directory(const char *directory, const char *name)
{
    char path[PATH_MAX];
    struct stat status;

    return snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path &&
           stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether scenarios and their expectations are in `directory`. */
static bool is_root(const char *directory)
{
    return has_directory(directory, "scenarios") && has_directory(directory, "expected");
}

/* Takes the last name off an absolute path. Returns false at "/". */
static bool climb(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL || path[1] == '\0')
        return false;
    slash[slash == path ? 1 : 0] = '\0';
    return true;
}

/* PREFIX/bin/brokenpipe: PREFIX/share/brokenpipe and PREFIX/lib/brokenpipe. */
static bool find_installed(const char *program_directory, char *root, char *build)
{
    char prefix[PATH_MAX - 32];

    if (strlen(program_directory) >= sizeof prefix)
        return false;
    strcpy(prefix, program_directory);
    if (!climb(prefix))
        return false;
    snprintf(root, PATH_MAX, "%s/share/brokenpipe", prefix);
    snprintf(build, PATH_MAX, "%s/lib/brokenpipe", prefix);
    return is_root(root);
}

/* ROOT/BUILD/.../program: the nearest directory above the program that is a root. */
static bool find_above(const char *program_directory, char *root, char *build)
{
    strcpy(root, program_directory);
    do {
        strcpy(build, root);
        if (!climb(root))
            return false;
    } while (!is_root(root));
    return true;
}

static int find_from_program(char *root, char *build, struct error *err)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

    if (length == -1)
        return error_errno(err, "cannot read /proc/self/exe");
    program[length] = '\0';
    climb(program);
    if (find_installed(program, root, build) || find_above(program, root, build))
        return 0;
    return error_set(err,
                     "no scenarios/ and expected/ above %s; set BROKENPIPE_ROOT and "
                     "BROKENPIPE_BUILD to where they and the built programs are",
                     program);
}

/* The directory that the environment's `variable` names, as an absolute path; "" if it is unset. */
static int find_from_environment(const char *variable, char *path, struct error *err)
{
    const char *value = getenv(variable);

    path[0] = '\0';
    if (value == NULL || *value == '\0')
        return 0;
    if (realpath(value, path) == NULL)
        return error_errno(err, "%s=%s", variable, value);
    return 0;
}

int corpus_locate(char **root, char **build, struct error *err)
{
    char root_given[PATH_MAX], build_given[PATH_MAX];
    char root_found[PATH_MAX] = "", build_found[PATH_MAX] = "";

    if (find_from_environment("BROKENPIPE_ROOT", root_given, err) == -1 ||
        find_from_environment("BROKENPIPE_BUILD", build_given, err) == -1)
        return -1;
    if (root_given[0] != '\0' && !is_root(root_given))
        return error_set(err, "BROKENPIPE_ROOT=%s holds no scenarios/ and expected/", root_given);
    if ((root_given[0] == '\0' || build_given[0] == '\0') &&
        find_from_program(root_found, build_found, err) == -1)
        return -1;

    *root = strdup(root_given[0] != '\0' ? root_given : root_found);
    *build = strdup(build_given[0] != '\0' ? build_given : build_found);
    if (*root != NULL && *build != NULL)
        return 0;
    free(*root);
    free(*build);
    return error_set(err, "cannot find the corpus: out of memory");
}
