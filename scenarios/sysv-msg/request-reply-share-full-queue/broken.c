/* broken.c - a client and a server talk through one System V message queue; the message type tells
 * the direction. The client sends all its requests, then collects the replies. The requests take
 * all the room of the queue: the server waits for room for a reply, the client for room for a
 * request, and neither of them takes anything out.
 *
 * Usage: broken [NAMES]         Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum direction { REQUEST = 1, REPLY = 2 };

struct request {
    long type;
    char name[64]; /* empty: no more requests */
};

struct reply {
    long type;
    char name[64];
    char answer[128];
};

/* The size of a message as msgsnd and msgrcv count it: without the type. */
#define BODY(message) (sizeof(message) - sizeof(long))

static void serve(int queue)
{
    struct request request;
    struct reply reply = {.type = REPLY};

    for (;;) {
        if (msgrcv(queue, &request, BODY(request), REQUEST, 0) == -1)
            err(1, "server: msgrcv");
        if (request.name[0] == '\0')
            return;
        memcpy(reply.name, request.name, sizeof reply.name);
        snprintf(reply.answer, sizeof reply.answer, "%zu letters", strlen(request.name));
        if (msgsnd(queue, &reply, BODY(reply), 0) == -1)
            err(1, "server: msgsnd");
    }
}

static void ask(int queue, const char *name)
{
    struct request request = {.type = REQUEST};

    snprintf(request.name, sizeof request.name, "%s", name);
    if (msgsnd(queue, &request, BODY(request), 0) == -1)
        err(1, "client: msgsnd");
}

static void ask_about(int queue, long number)
{
    char name[32];

    snprintf(name, sizeof name, "name-%ld", number);
    ask(queue, name);
}

static void collect(int queue)
{
    struct reply reply;

    if (msgrcv(queue, &reply, BODY(reply), REPLY, 0) == -1)
        err(1, "client: msgrcv");
}

/* Asks about all names and returns the number of replies. */
static long ask_all(int queue, long names)
{
    long asked, answered;

    for (asked = 0; asked < names; asked++)
        ask_about(queue, asked);
    for (answered = 0; answered < names; answered++)
        collect(queue);
    return answered;
}

int main(int argc, char *argv[])
{
    long names = argc > 1 ? atol(argv[1]) : 300;

    prctl(PR_SET_NAME, "client");
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1)
        err(1, "msgget");
    pid_t server = fork();
    if (server == -1)
        err(1, "fork");
    if (server == 0) {
        prctl(PR_SET_NAME, "server");
        serve(queue);
        _exit(0);
    }

    long answered = ask_all(queue, names);
    ask(queue, "");
    if (waitpid(server, NULL, 0) == -1)
        err(1, "waitpid");
    if (msgctl(queue, IPC_RMID, NULL) == -1)
        err(1, "msgctl IPC_RMID");
    printf("received %ld of %ld replies\n", answered, names);
    return answered == names ? 0 : 1;
}
