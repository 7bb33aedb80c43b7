/* broken.c, but the client sends its requests in portions of ten, and takes the replies to one
 * portion before it sends the next: a queue holds ten messages.
 *
 *     wrong-portions [REQUESTS]
 *
 * Ten is the usual length of a queue, and not a law. Where the system allows less, requests are
 * dropped as before. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
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

/* Sends a request, without waiting for room. */
static void post(mqd_t requests, long number)
{
    if (mq_send(requests, (char *)&number, sizeof number, 0) == -1 && errno != EAGAIN)
        err(EXIT_FAILURE, "mq_send");
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

    while (received < count) {
        for (long n = 0; n < 10 && sent < count; n++)
            post(requests, ++sent);
        while (received < sent)
            right += receive(replies) == 2 * ++received;
    }
    post(requests, GOODBYE);
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
