/* capture.c - runs another program, and keeps what it says. */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts the program with its output going to `out`. Returns 0, or an error number. */
static int start(char *const argv[], int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    if (error == 0)
        error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static int run(char *const argv[], int out)
{
    pid_t pid;
    int status, error = start(argv, out, &pid);
    if (error != 0) {
        errno = error;
        return -1;
    }
    while (waitpid(pid, &status, 0) == -1)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* All that is in the file: 0, or -1 with errno. */
static int read_back(int file, struct lines *said)
{
    struct stat status;
    if (fstat(file, &status) == -1)
        return -1;
    char *text = calloc(1, (size_t)status.st_size + 1);
    if (text == NULL)
        return -1;
    for (size_t at = 0; at < (size_t)status.st_size;) {
        ssize_t n = pread(file, text + at, (size_t)status.st_size - at, (off_t)at);
        if (n <= 0) {
            free(text);
            return -1;
        }
        at += (size_t)n;
    }
    return lines_split(text, said);
}

int capture(char *const argv[], struct lines *said, struct error *err)
{
    *said = (struct lines){0};
    int file = memfd_create("output", MFD_CLOEXEC);
    if (file == -1)
        return error_errno(err, "cannot keep the output of %s", argv[0]);
    int status = run(argv, file);
    if (status == -1)
        error_errno(err, "cannot run %s", argv[0]);
    else if (read_back(file, said) == -1)
        status = error_errno(err, "cannot read the output of %s", argv[0]);
    close(file);
    return status;
}
