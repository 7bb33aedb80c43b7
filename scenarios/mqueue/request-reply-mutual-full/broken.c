/* A client asks a server to double numbers, through a queue of requests and a queue of replies.
 *
 *     broken [REQUESTS]
 *
 * The client sends all requests before it takes the first reply. Once the replies nobody takes fill
 * their queue, the server waits to send the next one and takes no more requests; these fill the
 * other queue, and the client waits as well. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
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

/* Opens a queue that both processes share because one inherits it from the other; nobody needs the
 * name again, so it is removed at once and cannot be left behind. */
static mqd_t open_queue(const char *name, long length)
{
    struct mq_attr attr = {.mq_maxmsg = length, .mq_msgsize = sizeof(long)};
    mqd_t queue = check(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr), "mq_open");

    check(mq_unlink(name), "mq_unlink");
    return queue;
}

static void send_number(mqd_t queue, long number)
{
    check(mq_send(queue, (char *)&number, sizeof number, 0), "mq_send");
}

static long receive_number(mqd_t queue)
{
    long number;

    check(mq_receive(queue, (char *)&number, sizeof number, NULL), "mq_receive");
    return number;
}

static void serve(mqd_t requests, mqd_t replies)
{
    long number;

    while ((number = receive_number(requests)) != GOODBYE)
        send_number(replies, 2 * number);
}

/* Returns how many replies were right. */
static long ask(mqd_t requests, mqd_t replies, long count)
{
    long sent = 0, received = 0, right = 0;

    while (sent < count)
        send_number(requests, ++sent);
    while (received < count)
        right += receive_number(replies) == 2 * ++received;
    send_number(requests, GOODBYE);
    return right;
}

int main(int argc, char *argv[])
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 15;
    long length = queue_length(4);
    mqd_t requests = open_queue("/requests", length);
    mqd_t replies = open_queue("/replies", length);

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        serve(requests, replies);
        check(mq_close(requests), "mq_close");
        check(mq_close(replies), "mq_close");
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    long right = ask(requests, replies, count);

    check(wait(NULL), "wait");
    check(mq_close(requests), "mq_close");
    check(mq_close(replies), "mq_close");
    check(printf("%ld of %ld replies\n", right, count), "printf");
    return right == count ? EXIT_SUCCESS : EXIT_FAILURE;
}
