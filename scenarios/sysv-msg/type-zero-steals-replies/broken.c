/* Clients ask a server for squares. All requests go through one queue, all replies through another;
 * the type of a reply is the process id of the client it is for.
 *
 *     broken [NUMBER...]
 *
 * There is a client for each number. It asks, lets the next client do its work, and then takes its
 * reply. But it takes a message of type 0, which is no type: the first message in the queue,
 * whoever it is for. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST = 1, GOODBYE = 0 };

struct request {
    long type;
    long number;
    long client;
};

struct reply {
    long type;
    long square;
};

/* The size of a message as msgsnd and msgrcv count it: without the type. */
#define BODY(message) (sizeof(message) - sizeof(long))

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void post(int requests, long number)
{
    struct request request = {.type = REQUEST, .number = number, .client = getpid()};

    check(msgsnd(requests, &request, BODY(request), 0), "msgsnd");
}

static void serve(int requests, int replies)
{
    for (;;) {
        struct request request;
        check(msgrcv(requests, &request, BODY(request), REQUEST, 0), "msgrcv");
        if (request.number == GOODBYE)
            return;
        struct reply reply = {.type = request.client, .square = request.number * request.number};
        check(msgsnd(replies, &reply, BODY(reply), 0), "msgsnd");
    }
}

static long take_reply(int replies)
{
    struct reply reply;

    check(msgrcv(replies, &reply, BODY(reply), 0, 0), "msgrcv");
    return reply.square;
}

/* Returns whether this client, and all after it, got the right answer. */
static bool ask(int requests, int replies, char *numbers[])
{
    long number = strtol(numbers[0], NULL, 10);
    int others = 0;

    post(requests, number);
    if (numbers[1] != NULL) {
        if (check(fork(), "fork") == 0)
            exit(ask(requests, replies, numbers + 1) ? EXIT_SUCCESS : EXIT_FAILURE);
        check(wait(&others), "wait");
    }
    long square = take_reply(replies);
    check(printf("the square of %ld is %ld\n", number, square), "printf");
    return others == 0 && square == number * number;
}

int main(int argc, char *argv[])
{
    char *standard[] = {argv[0], "10", "20", NULL};
    char **words = argc > 1 ? argv : standard;
    int requests = check(msgget(IPC_PRIVATE, 0600), "msgget");
    int replies = check(msgget(IPC_PRIVATE, 0600), "msgget");

    pid_t server = check(fork(), "fork");
    if (server == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        serve(requests, replies);
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    bool right = ask(requests, replies, words + 1);

    post(requests, GOODBYE);
    check(waitpid(server, NULL, 0), "waitpid");
    check(msgctl(requests, IPC_RMID, NULL), "msgctl");
    check(msgctl(replies, IPC_RMID, NULL), "msgctl");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
