/* A log daemon has a job remove old logs, and waits for it. The job logs what it does as everybody
 * does: by a datagram for each message to the daemon's socket.
 *
 *     wrong-pair [MESSAGES]
 *
 * A Unix datagram socket holds some ten messages that nobody has read; but not if it is
 * connected, as the ends of a pair are. That holds some hundreds. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void run_job(int fd, long messages)
{
    char text[64];

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

static pid_t start_job(const int pair[2], long messages)
{
    pid_t job = check(fork(), "fork");

    if (job == 0) {
        check(prctl(PR_SET_NAME, "job"), "prctl");
        check(close(pair[0]), "close");
        run_job(pair[1], messages);
        exit(EXIT_SUCCESS);
    }
    return job;
}

int main(int argc, char *argv[])
{
    long messages = argc > 1 ? strtol(argv[1], NULL, 10) : 100, logged = 0;
    int pair[2];

    check(prctl(PR_SET_NAME, "daemon"), "prctl");
    check(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");

    pid_t job = start_job(pair, messages);
    check(waitpid(job, NULL, 0), "waitpid");
    logged += read_messages(pair[0]);
    check(close(pair[0]), "close");
    check(close(pair[1]), "close");
    check(printf("%ld of %ld messages logged\n", logged, messages), "printf");
    return logged == messages ? EXIT_SUCCESS : EXIT_FAILURE;
}
