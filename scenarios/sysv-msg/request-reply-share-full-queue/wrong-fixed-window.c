/* wrong-fixed-window.c - the client never has more than 64 requests unanswered. The idea of
 * fixed.c, with a number that fitted the author's queue: 64 replies are 12288 bytes, and a queue
 * holds 16384 by default. Where the administrator allows less, the first 64 requests fill it again.
 *
 * Usage: wrong-fixed-window [NAMES]         Compare with fixed.c. */
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
enum { NO_MORE = -1 };

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

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void serve(int queue)
{
    struct request request;
    struct reply reply = {.type = REPLY};

    for (;;) {
        check(msgrcv(queue, &request, BODY(request), REQUEST, 0), "msgrcv");
        if (request.name[0] == '\0')
            return;
        memcpy(reply.name, request.name, sizeof reply.name);
        snprintf(reply.answer, sizeof reply.answer, "%zu letters", strlen(request.name));
        check(msgsnd(queue, &reply, BODY(reply), 0), "msgsnd");
    }
}

/* Asks about a name, or says that there are no more. */
static void ask(int queue, long number)
{
    struct request request = {.type = REQUEST};

    if (number != NO_MORE)
        snprintf(request.name, sizeof request.name, "name-%ld", number);
    check(msgsnd(queue, &request, BODY(request), 0), "msgsnd");
}

static void collect(int queue)
{
    struct reply reply;

    check(msgrcv(queue, &reply, BODY(reply), REPLY, 0), "msgrcv");
}

enum { WINDOW = 64 };

/* Asks about all names and returns the number of replies. */
static long ask_all(int queue, long names)
{
    long asked = 0, answered = 0;

    while (answered < names) {
        if (asked < names && asked - answered < WINDOW) {
            ask(queue, asked++);
        } else {
            collect(queue);
            answered++;
        }
    }
    return answered;
}

int main(int argc, char *argv[])
{
    long names = argc > 1 ? atol(argv[1]) : 300;

    check(prctl(PR_SET_NAME, "client"), "prctl");
    int queue = check(msgget(IPC_PRIVATE, 0600), "msgget");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        serve(queue);
        exit(EXIT_SUCCESS);
    }

    long answered = ask_all(queue, names);
    ask(queue, NO_MORE);
    check(wait(NULL), "wait");
    check(msgctl(queue, IPC_RMID, NULL), "msgctl IPC_RMID");
    check(printf("received %ld of %ld replies\n", answered, names), "printf");
    return answered == names ? EXIT_SUCCESS : EXIT_FAILURE;
}
