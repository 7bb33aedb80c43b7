/* A client asks a server to double numbers, through a queue of requests and a queue of replies.
 *
 *     fixed [REQUESTS]
 *
 * The client sends with O_NONBLOCK, so that a full queue does not hold it up. EAGAIN tells it that
 * the server is behind: then it takes a reply, and sends the same request again. Compare with
 * broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOODBYE = 0 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* How many messages a queue may hold: what we would like, or what the system allows. */
static long queue_length(long wanted)
{
    FILE *limit = fopen("/proc/sys/fs/mqueue/msg_max", "r");
    long allowed;

    if (limit == NULL || fscanf(limit, "%ld", &allowed) != 1)
        err(EXIT_FAILURE, "/proc/sys/fs/mqueue/msg_max");
    check(fclose(limit), "fclose");
    return wanted < allowed ? wanted : allowed;
}

static mqd_t open_queue(const char *name, int flags)
{
    struct mq_attr attr = {.mq_maxmsg = queue_length(10), .mq_msgsize = sizeof(long)};

    return check(mq_open(name, O_CREAT | flags, 0600, &attr), "mq_open");
}

/* Sends a request, unless there is no room for it now; returns whether it was sent. */
static bool post(mqd_t requests, long number)
{
    if (mq_send(requests, (char *)&number, sizeof number, 0) == 0)
        return true;
    if (errno != EAGAIN)
        err(EXIT_FAILURE, "mq_send");
    return false;
}

static long receive(mqd_t queue)
{
    long number;

    check(mq_receive(queue, (char *)&number, sizeof number, NULL), "mq_receive");
    return number;
}

static void serve(mqd_t requests, mqd_t replies)
{
    for (long number; (number = receive(requests)) != GOODBYE;) {
        number *= 2;
        check(mq_send(replies, (char *)&number, sizeof number, 0), "mq_send");
    }
}

/* Returns how many replies were right. */
static long ask(mqd_t requests, mqd_t replies, long count)
{
    long sent = 0, received = 0, right = 0;

    while (received < count)
        if (sent < count && post(requests, sent + 1))
            sent++;
        else
            right += receive(replies) == 2 * ++received;
    if (!post(requests, GOODBYE))
        errx(EXIT_FAILURE, "no room, although all requests are answered");
    return right;
}

int main(int argc, char *argv[])
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 30;
    mqd_t to_server = open_queue("/requests", O_EXCL | O_WRONLY | O_NONBLOCK);
    mqd_t requests = open_queue("/requests", O_RDONLY);
    mqd_t replies = open_queue("/replies", O_EXCL | O_RDWR);

    check(mq_unlink("/requests"), "mq_unlink");
    check(mq_unlink("/replies"), "mq_unlink");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        check(mq_close(to_server), "mq_close");
        serve(requests, replies);
        check(mq_close(requests), "mq_close");
        check(mq_close(replies), "mq_close");
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(mq_close(requests), "mq_close");
    long right = ask(to_server, replies, count);

    check(wait(NULL), "wait");
    check(mq_close(to_server), "mq_close");
    check(mq_close(replies), "mq_close");
    check(printf("%ld of %ld replies\n", right, count), "printf");
    return right == count ? EXIT_SUCCESS : EXIT_FAILURE;
}
