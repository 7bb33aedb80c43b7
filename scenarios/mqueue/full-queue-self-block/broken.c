/* A producer puts jobs into a message queue, and a worker does them.
 *
 *     broken [JOBS]
 *
 * The worker is started when its work is ready. But the queue holds two messages, and mq_send()
 * waits when it is full: the third job waits for the worker, which waits to be started.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_MORE = 0 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Opens a queue that producer and worker share because the worker inherits it; nobody needs the
 * name again, so it is removed at once and cannot be left behind. */
static mqd_t open_queue(long length)
{
    struct mq_attr attr = {.mq_maxmsg = length, .mq_msgsize = sizeof(long)};
    mqd_t queue = check(mq_open("/jobs", O_CREAT | O_EXCL | O_RDWR, 0600, &attr), "mq_open");

    check(mq_unlink("/jobs"), "mq_unlink");
    return queue;
}

static void produce(mqd_t queue, long jobs)
{
    for (long job = 1; job <= jobs; job++)
        check(mq_send(queue, (char *)&job, sizeof job, 0), "mq_send");
    check(mq_send(queue, (char *)&(long){NO_MORE}, sizeof(long), 0), "mq_send");
}

static pid_t start_worker(mqd_t queue)
{
    pid_t pid = check(fork(), "fork");
    long job, done = 0;

    if (pid == 0) {
        check(prctl(PR_SET_NAME, "worker"), "prctl");
        while (check(mq_receive(queue, (char *)&job, sizeof job, NULL), "mq_receive") > 0 &&
               job != NO_MORE)
            done++;
        check(mq_close(queue), "mq_close");
        check(printf("worker did %ld jobs\n", done), "printf");
        exit(EXIT_SUCCESS);
    }
    return pid;
}

int main(int argc, char *argv[])
{
    long jobs = argc > 1 ? strtol(argv[1], NULL, 10) : 8;
    int status;

    check(prctl(PR_SET_NAME, "producer"), "prctl");
    mqd_t queue = open_queue(2);

    produce(queue, jobs);
    pid_t worker = start_worker(queue);

    check(waitpid(worker, &status, 0), "waitpid");
    check(mq_close(queue), "mq_close");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
