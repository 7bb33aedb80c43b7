/* A log daemon has a job remove old logs, and waits for it. The job logs what it does as everybody
 * does: by a datagram for each message to the daemon's socket.
 *
 *     broken [MESSAGES]
 *
 * A Unix datagram socket holds some ten messages that nobody has read. Then it does not drop them,
 * as UDP does: the next sender waits, and here for the daemon, which waits for the job. Compare
 * with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sockaddr_un LOG = {.sun_family = AF_UNIX, .sun_path = "\0log"};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void run_job(long messages)
{
    char text[64];
    int fd = check(socket(AF_UNIX, SOCK_DGRAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)&LOG, sizeof LOG), "connect");
    for (long i = 1; i <= messages; i++) {
        int length = check(snprintf(text, sizeof text, "removed log.%ld\n", i), "snprintf");
        check(send(fd, text, length, 0), "send");
    }
    check(close(fd), "close");
}

/* Reads the messages that are there; returns how many. */
static long read_messages(int log)
{
    char text[64];
    long n = 0;

    while (recv(log, text, sizeof text, MSG_DONTWAIT) != -1)
        n++;
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
