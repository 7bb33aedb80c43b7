/* A supervisor starts a server, and a client that lets it double numbers, over one message queue.
 *
 *     wrong-client-removes [REQUESTS]
 *
 * The client removes the queue when it has all its replies, which is also how the server learns
 * that there is no more to do. If the client does not come to that, the queue stays, and the server
 * with it. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST = 1, REPLY = 2, GOODBYE = 0 };

struct message {
    long type;
    long number;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void send_number(int queue, long type, long number)
{
    struct message message = {.type = type, .number = number};

    check(msgsnd(queue, &message, sizeof message.number, 0), "msgsnd");
}

/* That there is no queue any more means goodbye, too. */
static long receive_number(int queue, long type)
{
    struct message message;

    if (msgrcv(queue, &message, sizeof message.number, type, 0) >= 0)
        return message.number;
    if (errno != EIDRM && errno != EINVAL)
        err(EXIT_FAILURE, "msgrcv");
    return GOODBYE;
}

static void serve(int queue)
{
    for (long number; (number = receive_number(queue, REQUEST)) != GOODBYE;)
        send_number(queue, REPLY, 2 * number);
}

static void ask(int queue, long requests)
{
    long right = 0;

    for (long number = 1; number <= requests; number++) {
        send_number(queue, REQUEST, number);
        right += receive_number(queue, REPLY) == 2 * number;
    }
    check(msgctl(queue, IPC_RMID, NULL), "msgctl");
    check(printf("%ld of %ld replies\n", right, requests), "printf");
}

int main(int argc, char *argv[])
{
    long requests = argc > 1 ? strtol(argv[1], NULL, 10) : 5;
    int status;

    check(prctl(PR_SET_NAME, "supervisor"), "prctl");
    int queue = check(msgget(IPC_PRIVATE, 0600), "msgget");
    pid_t server = check(fork(), "fork");
    if (server == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        serve(queue);
        exit(EXIT_SUCCESS);
    }
    pid_t client = check(fork(), "fork");
    if (client == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        ask(queue, requests);
        exit(EXIT_SUCCESS);
    }
    check(waitpid(client, &status, 0), "waitpid");
    check(waitpid(server, NULL, 0), "waitpid");
    if (WIFSIGNALED(status))
        check(printf("the client was killed\n"), "printf");
    return EXIT_SUCCESS;
}
