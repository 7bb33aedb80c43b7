/* report_graph.c - the wait-for graph in a file, drawn by Graphviz if the file is to be a picture.
 *
 * Everything goes through files, none of it through a pipe: `dot` reads the graph from a file in
 * memory and writes beside the place where the picture belongs. So whatever becomes of `dot`, no
 * SIGPIPE and no deadlock can come of it, and no half a picture is left. */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct form {
    const char *ending;
    const char *option; /* of dot(1); NULL: the text itself */
} forms[] = {
    {".dot", NULL}, {".gv", NULL}, {".svg", "-Tsvg"}, {".png", "-Tpng"}, {".pdf", "-Tpdf"},
};

/* The form that the file's ending asks for. NULL, with `err`, if it asks for none. */
static const struct form *form_of(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    if (dot != NULL && dot > name)
        for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
            if (strcmp(dot, forms[i].ending) == 0)
                return &forms[i];
    error_set(err, "a graph's file must end in .dot, .gv, .svg, .png or .pdf, and '%s' does not",
              path);
    return NULL;
}

int report_graph_check(const char *path, struct error *err)
{
    if (form_of(path, err) == NULL)
        return -1;
    char *copy = strdup(path);
    bool writable = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0;
    free(copy);
    return writable ? 0 : error_errno(err, "cannot write '%s'", path);
}

/* Writes the graph as text to `fd`, which stays open. */
static int write_dot(int fd, const struct explanation *x, struct error *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    FILE *to = copy != -1 ? fdopen(copy, "w") : NULL;
    if (to == NULL) {
        error_errno(err, "cannot write the graph");
        if (copy != -1)
            close(copy);
        return -1;
    }
    int written = report_explanation_dot(to, x);
    if (written == -1)
        error_errno(err, "cannot write the graph");
    if (fclose(to) == EOF && written == 0)
        written = error_errno(err, "cannot write the graph");
    return written;
}

static int need_graphviz(struct error *err)
{
    return error_set(err, "a picture needs Graphviz (package graphviz), but there is no 'dot' in "
                          "PATH; a .dot file does not need it");
}

static int wait_for_dot(pid_t pid, struct error *err)
{
    int status;
    pid_t ended;
    do
        ended = waitpid(pid, &status, 0);
    while (ended == -1 && errno == EINTR);
    if (ended == -1)
        return error_errno(err, "cannot learn how 'dot' ended");
    if (WIFSIGNALED(status))
        return error_set(err, "'dot' was killed by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == 127) /* posix_spawn(3) may tell in this way, too */
        return need_graphviz(err);
    if (WEXITSTATUS(status) != 0)
        return error_set(err, "'dot' failed with exit status %d", WEXITSTATUS(status));
    return 0;
}

/* Runs `dot` from the file `in` to the file `out`. What it has to complain of goes to stderr. */
static int run_dot(const char *option, int in, int out, struct error *err)
{
    char *const argv[] = {(char *)"dot", (char *)option, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
        if (error == 0)
            error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
        if (error == 0)
            error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (error == ENOENT)
        return need_graphviz(err);
    errno = error;
    return error == 0 ? wait_for_dot(pid, err) : error_errno(err, "cannot start 'dot'");
}

static int draw(const struct form *form, int fd, const struct explanation *x, struct error *err)
{
    if (form->option == NULL)
        return write_dot(fd, x, err);
    int text = memfd_create("graph", MFD_CLOEXEC);
    if (text == -1)
        return error_errno(err, "cannot make a file in memory");
    int drawn = write_dot(text, x, err);
    if (drawn == 0 && lseek(text, 0, SEEK_SET) == -1)
        drawn = error_errno(err, "cannot go back in a file in memory");
    if (drawn == 0)
        drawn = run_dot(form->option, text, fd, err);
    close(text);
    return drawn;
}

/* Makes the new file `part` and, once it is whole, gives it the name `path`. */
static int draw_and_rename(const struct form *form, const char *part, const char *path,
                           const struct explanation *x, struct error *err)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd == -1)
        return error_errno(err, "cannot write '%s'", part);
    int drawn = draw(form, fd, x, err);
    if (close(fd) == -1 && drawn == 0)
        drawn = error_errno(err, "cannot write '%s'", part);
    if (drawn == 0 && rename(part, path) == -1)
        drawn = error_errno(err, "cannot write '%s'", path);
    if (drawn == -1)
        unlink(part);
    return drawn;
}

int report_graph_file(const char *path, const struct explanation *x, struct error *err)
{
    const struct form *form = form_of(path, err);
    if (form == NULL)
        return -1;
    char *part;
    if (asprintf(&part, "%s.%d.part", path, (int)getpid()) == -1)
        return error_set(err, "out of memory");
    int drawn = draw_and_rename(form, part, path, x, err);
    free(part);
    return drawn;
}
