/* program.c - the program that a person wants to be run. See program.h. */
#include "program.h"

#include "words.h"
#include "world.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why `path` cannot be executed; NULL if it can. */
static const char *why_no_program(const char *path)
{
    struct stat status;
    if (stat(path, &status) == -1)
        return strerror(errno);
    if (S_ISDIR(status.st_mode))
        return "it is a directory";
    if (!S_ISREG(status.st_mode))
        return "it is not a regular file";
    return access(path, X_OK) == 0 ? NULL : "it is not executable";
}

char *search_path(const char *name)
{
    const char *path = getenv("PATH");
    if (path == NULL)
        path = "/usr/local/bin:/usr/bin:/bin";
    for (;; path++) {
        size_t length = strcspn(path, ":");
        char *candidate;
        /* An empty entry is the current directory. */
        if (asprintf(&candidate, "%.*s%s/%s", (int)length, path, length == 0 ? "." : "", name) ==
            -1)
            return NULL;
        if (why_no_program(candidate) == NULL)
            return candidate;
        free(candidate);
        path += length;
        if (*path == '\0')
            return NULL;
    }
}

/* `path` as an absolute name. Only its directory is resolved: many a program looks at the name that
 * it is called by. A new string, or NULL with errno. */
static char *make_absolute(const char *path)
{
    char *for_dirname = strdup(path), *for_basename = strdup(path);
    char *directory = NULL, *absolute = NULL;
    if (for_dirname != NULL && for_basename != NULL)
        directory = realpath(dirname(for_dirname), NULL);
    if (directory != NULL &&
        asprintf(&absolute, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory,
                 basename(for_basename)) == -1)
        absolute = NULL;
    free(directory);
    free(for_dirname);
    free(for_basename);
    return absolute;
}

char *find_program(const struct command *command, const char *name)
{
    char *found = strchr(name, '/') != NULL ? strdup(name) : search_path(name);
    const char *problem = found == NULL ? "not found in PATH" : why_no_program(found);
    char *absolute = problem == NULL ? make_absolute(found) : NULL;
    if (problem == NULL && absolute == NULL)
        problem = strerror(errno);
    free(found);
    if (problem != NULL) {
        complain(command, STATUS_USAGE, "cannot run '%s': %s", name, problem);
        return NULL;
    }
    struct error err;
    if (world_check_program(absolute, &err) == 0)
        return absolute;
    complain(command, STATUS_USAGE, "%s", err.text);
    free(absolute);
    return NULL;
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Adds the file that `path` leads to, unless the list shows it already, and the name itself if it
 * goes by a symbolic link. Returns 0, or -1 with errno. */
static int add_visible(char ***visible, const char *path)
{
    char *resolved = realpath(path, NULL);
    if (resolved == NULL)
        return errno == ENOMEM ? -1 : 0; /* what is not there cannot be shown */
    bool shown = false;
    for (char *const *directory = *visible; !shown && *directory != NULL; directory++)
        shown = is_below(resolved, *directory);
    int added = shown ? 0 : append_word(visible, resolved, strlen(resolved));
    if (added == 0 && path[0] == '/' && strcmp(path, resolved) != 0)
        added = append_word(visible, path, strlen(path));
    free(resolved);
    return added;
}

/* A relative name means nothing to a program that starts in an empty directory. */
static void warn_of_relative_name(const struct command *command, const char *argument)
{
    if (argument[0] == '-' || argument[0] == '/' || access(argument, F_OK) == -1)
        return;
    char *absolute = make_absolute(argument);
    fprintf(stderr,
            "brokenpipe %s: note: the program starts in an empty /tmp and will not find '%s'; "
            "give '%s'\n",
            command->name, argument, absolute != NULL ? absolute : "its absolute path");
    free(absolute);
}

/* /usr and /etc, which every world shows, are in the list so that nothing below them need be. */
char **list_visible(const struct command *command, char *const *argv)
{
    char **visible = split_words("/usr /etc");
    if (visible == NULL)
        return NULL;
    bool added = add_visible(&visible, ".") == 0 && add_visible(&visible, argv[0]) == 0;
    for (char *const *argument = argv + 1; added && *argument != NULL; argument++) {
        if ((*argument)[0] == '/')
            added = add_visible(&visible, *argument) == 0;
        warn_of_relative_name(command, *argument);
    }
    if (added)
        return visible;
    free_words(visible);
    return NULL;
}
