/* command.h - calling `brokenpipe` as a person or a script does, with stdout and stderr kept.
 *
 * The calls use files of the test's temporary directory. */
#ifndef BROKENPIPE_TESTS_COMMAND_H
#define BROKENPIPE_TESTS_COMMAND_H

#include "temporary.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What one call of the command came to. */
struct call {
    int status;
    char *out, *err;
};

static inline char *read_all(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    ck_assert_msg(fd != -1 && fstat(fd, &status) == 0, "%s: %s", path, strerror(errno));
    char *text = calloc(1, (size_t)status.st_size + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(read(fd, text, (size_t)status.st_size), status.st_size);
    close(fd);
    return text;
}

static inline int wait_for(pid_t pid)
{
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "brokenpipe died of signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

/* Starts the command; stdout goes to the file `out`. */
static inline pid_t start_command(char *const argv[], const char *out, const char *err)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out, flags, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err, flags, 0600);
    int error = posix_spawn(&pid, BUILD_DIR "/brokenpipe", &actions, NULL, argv, environ);
    ck_assert_msg(error == 0, "cannot start brokenpipe: %s", strerror(error));
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

/* Returns the exit status. */
static inline int spawn_command(char *const argv[], const char *out, const char *err)
{
    return wait_for(start_command(argv, out, err));
}

static inline struct call call_with(char *const argv[])
{
    const char *out = temporary_path("out"), *err = temporary_path("err");
    struct call call = {.status = spawn_command(argv, out, err)};
    call.out = read_all(out);
    call.err = read_all(err);
    return call;
}

/* CALL("run", "--", "true") */
#define CALL(...) call_with((char *const[]){(char *)"brokenpipe", __VA_ARGS__, NULL})
#define S(text)   ((char *)(text))

static inline void release(struct call call)
{
    free(call.out);
    free(call.err);
}

static inline void expect_status(struct call call, int status)
{
    ck_assert_msg(call.status == status, "status %d instead of %d; stdout:\n%s\nstderr:\n%s",
                  call.status, status, call.out, call.err);
}

static inline void expect_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

/* A refusal is one line on stderr, that has `part` in it, and nothing on stdout. */
static inline void expect_refusal(struct call call, const char *part)
{
    expect_status(call, 2);
    ck_assert_str_eq(call.out, "");
    expect_in(call.err, part);
    ck_assert_ptr_eq(strchr(call.err, '\n'), call.err + strlen(call.err) - 1);
    release(call);
}

static inline void write_script(const char *path, const char *text)
{
    temporary_write_text(path, text);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

#endif
