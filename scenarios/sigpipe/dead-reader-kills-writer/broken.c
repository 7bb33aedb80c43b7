/* A server sends its client several long lists, each through a pipe of its own. The client may
 * cancel a list before its end: the server then goes on with the next one.
 *
 *     broken [LISTS]
 *
 * write() to a pipe that nobody can read fails with EPIPE, and the server is ready for that. But
 * the kernel sends SIGPIPE first, which ends the server: the line that looks at EPIPE is never
 * reached. Compare with fixed.c. */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_LISTS = 16, RECORDS = 5000, RECORD = 1024 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Sends a list, which is more than a pipe holds. Returns false if the client has cancelled it. */
static bool send_list(int fd)
{
    static const char record[RECORD];

    for (int i = 0; i < RECORDS; i++) {
        ssize_t n = write(fd, record, sizeof record);

        if (n == -1 && errno == EPIPE)
            return false;
        check(n, "write");
    }
    return true;
}

/* The client cancels each list after its first record, but reads the last one to its end. */
static void client(int pipes[][2], int lists)
{
    char record[RECORD];
    ssize_t n;

    for (int i = 0; i < lists; i++)
        check(close(pipes[i][1]), "close");
    for (int i = 0; i < lists; i++) {
        do {
            n = check(read(pipes[i][0], record, sizeof record), "read");
        } while (n > 0 && i == lists - 1);
        check(close(pipes[i][0]), "close");
    }
}

int main(int argc, char *argv[])
{
    int lists = argc > 1 ? atoi(argv[1]) : 2, cancelled = 0;
    int pipes[MAX_LISTS][2];
    pid_t pid;

    if (lists < 1 || lists > MAX_LISTS)
        errx(EXIT_FAILURE, "from 1 to %d lists", MAX_LISTS);
    check(prctl(PR_SET_NAME, "server"), "prctl");
    for (int i = 0; i < lists; i++)
        check(pipe(pipes[i]), "pipe");
    pid = check(fork(), "fork");
    if (pid == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        client(pipes, lists);
        exit(EXIT_SUCCESS);
    }

    for (int i = 0; i < lists; i++)
        check(close(pipes[i][0]), "close");
    for (int i = 0; i < lists; i++) {
        if (!send_list(pipes[i][1]))
            cancelled++;
        check(close(pipes[i][1]), "close");
    }
    check(waitpid(pid, NULL, 0), "waitpid");
    check(printf("%d lists, %d of them cancelled\n", lists, cancelled), "printf");
    return EXIT_SUCCESS;
}
