/* A log daemon has a job remove old logs, and waits for it. The job logs what it does as everybody
 * does: by a datagram for each message to the daemon's socket.
 *
 *     wrong-batches [MESSAGES]
 *
 * A Unix datagram socket holds some ten messages that nobody has read. So the job puts many
 * lines into each. With more lines there are too many again. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCH = 1024 };

static const struct sockaddr_un LOG = {.sun_family = AF_UNIX, .sun_path = "\0log"};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void run_job(long messages)
{
    char text[BATCH];
    size_t length = 0;
    int fd = check(socket(AF_UNIX, SOCK_DGRAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)&LOG, sizeof LOG), "connect");
    for (long i = 1; i <= messages; i++) {
        length +=
            check(snprintf(text + length, BATCH - length, "removed log.%ld\n", i), "snprintf");
        if (length < BATCH - 64 && i < messages)
            continue;
        check(send(fd, text, length, 0), "send");
        length = 0;
    }
    check(close(fd), "close");
}

/* Reads the messages that are there; returns how many lines. */
static long read_messages(int log)
{
    char text[BATCH];
    long n = 0;
    ssize_t length;

    while ((length = recv(log, text, sizeof text, MSG_DONTWAIT)) != -1)
        for (ssize_t i = 0; i < length; i++)
            n += text[i] == '\n';
    if (errno != EAGAIN)
        err(EXIT_FAILURE, "recv");
    return n;
}

static pid_t start_job(int log, long messages)
{
    pid_t job = check(fork(), "fork");

    if (job == 0) {
        check(prctl(PR_SET_NAME, "job"), "prctl");
        check(close(log), "close");
        run_job(messages);
        exit(EXIT_SUCCESS);
    }
    return job;
}

int main(int argc, char *argv[])
{
    long messages = argc > 1 ? strtol(argv[1], NULL, 10) : 100, logged = 0;
    int log = check(socket(AF_UNIX, SOCK_DGRAM, 0), "socket");

    check(prctl(PR_SET_NAME, "daemon"), "prctl");
    check(bind(log, (const struct sockaddr *)&LOG, sizeof LOG), "bind");

    pid_t job = start_job(log, messages);
    check(waitpid(job, NULL, 0), "waitpid");
    logged += read_messages(log);
    check(close(log), "close");
    check(printf("%ld of %ld messages logged\n", logged, messages), "printf");
    return logged == messages ? EXIT_SUCCESS : EXIT_FAILURE;
}
