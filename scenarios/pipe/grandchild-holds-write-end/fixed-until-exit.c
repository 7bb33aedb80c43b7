/* The parent runs a command and collects its output. The command starts a daemon, prints what it
 * has done, and ends; the daemon is to run on, until the parent has no more use for it.
 *
 *     fixed-until-exit [BYTES]
 *
 * The parent waits for two things at once, more output or the end of the command; after the latter
 * it takes what is still in the pipe, and waits no more. That helps against daemons which nobody
 * can change. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* The daemon: works until its standard input comes to an end. */
static void work(void)
{
    char request;

    while (check(read(STDIN_FILENO, &request, 1), "read") > 0)
        ; /* requests would be served here */
}

static void write_output(size_t size)
{
    static const char text[4096];

    while (size > 0)
        size -= check(write(STDOUT_FILENO, text, size < sizeof text ? size : sizeof text), "write");
}

static void start_daemon(void)
{
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "daemon"), "prctl");
        work();
        exit(EXIT_SUCCESS);
    }
}

static pid_t start_command(const int input[2], const int output[2], size_t size)
{
    pid_t pid = check(fork(), "fork");

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "command"), "prctl");
        check(dup2(input[0], STDIN_FILENO), "dup2");
        check(dup2(output[1], STDOUT_FILENO), "dup2");
        for (int i = 0; i < 2; i++) {
            check(close(input[i]), "close");
            check(close(output[i]), "close");
        }
        start_daemon();
        write_output(size);
        exit(EXIT_SUCCESS);
    }
    check(close(input[0]), "close");
    check(close(output[1]), "close");
    return pid;
}

static size_t read_output(int fd, pid_t command)
{
    int end = check(pidfd_open(command, 0), "pidfd_open");
    struct pollfd watched[] = {{fd, POLLIN, 0}, {end, POLLIN, 0}};
    char text[4096];
    size_t total = 0;
    ssize_t n;

    check(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
    do {
        check(poll(watched, 2, -1), "poll");
        while ((n = read(fd, text, sizeof text)) > 0)
            total += n;
        if (n == -1 && errno != EAGAIN)
            err(EXIT_FAILURE, "read");
    } while (n == -1 && watched[1].revents == 0);
    check(close(end), "close");
    return total;
}

int main(int argc, char *argv[])
{
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 5000;
    int input[2], output[2], status;

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl"); /* to wait for the daemon too */
    check(pipe(input), "pipe");
    check(pipe(output), "pipe");
    pid_t command = start_command(input, output, size);
    size_t received = read_output(output[0], command);
    check(waitpid(command, &status, 0), "waitpid");
    check(printf("received %zu bytes, status %d\n", received, status), "printf");

    check(close(output[0]), "close");
    check(close(input[1]), "close"); /* now the daemon may end */
    check(wait(NULL), "wait");
    return EXIT_SUCCESS;
}
