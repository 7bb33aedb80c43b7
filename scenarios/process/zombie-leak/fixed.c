/* A server starts a handler process for each request, and before that waits for those that have
 * ended.
 *
 *     fixed [REQUESTS [PROCESSES [FIRST]]]
 *
 * PROCESSES limits the server as `ulimit -u` does; 0 does not. FIRST is about the first client:
 * `late` makes it speak when all others have been answered, `command` makes its handler run a
 * command. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_HANDLERS = 3 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Answers `+`, or `-` if the client's request is a command, and that fails. */
static void handle(int client)
{
    char request, answer = '+';

    check(prctl(PR_SET_NAME, "handler"), "prctl");
    if (check(read(client, &request, 1), "read") != 1)
        errx(EXIT_FAILURE, "the client is gone");
    if (request == 'c' && system("exit 0") != 0)
        answer = '-';
    check(write(client, &answer, 1), "write");
    check(close(client), "close");
    exit(EXIT_SUCCESS);
}

/* Waits for all handlers that have ended, and then until at most `most` are left. */
static void reap(int *handlers, int most)
{
    while (*handlers > 0 && check(waitpid(-1, NULL, *handlers > most ? 0 : WNOHANG), "waitpid") > 0)
        --*handlers;
}

static void serve(int listener, int requests)
{
    int handlers = 0;

    check(prctl(PR_SET_NAME, "server"), "prctl");
    while (requests-- > 0) {
        int client = check(accept(listener, NULL, NULL), "accept");

        reap(&handlers, MOST_HANDLERS - 1);
        if (check(fork(), "fork") == 0) {
            check(close(listener), "close");
            handle(client);
        }
        handlers++;
        check(close(client), "close");
    }
    reap(&handlers, 0);
    check(close(listener), "close");
    exit(EXIT_SUCCESS);
}

static int ask(int server, char request)
{
    char answer;

    if (send(server, &request, 1, MSG_NOSIGNAL) != 1 || recv(server, &answer, 1, 0) != 1)
        errx(EXIT_FAILURE, "the server is gone");
    check(close(server), "close");
    return answer == '+';
}

int main(int argc, char *argv[])
{
    int requests = argc > 1 ? atoi(argv[1]) : 20;
    rlim_t processes = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    char first = argc > 3 ? argv[3][0] : '?';
    struct sockaddr_un name = {.sun_family = AF_UNIX}; /* the kernel chooses an abstract name */
    socklen_t length = sizeof name.sun_family;
    int answered = 0, late = -1, status;

    check(prctl(PR_SET_NAME, "client"), "prctl");
    if (processes > 0)
        check(prlimit(0, RLIMIT_NPROC, &(struct rlimit){processes, processes}, NULL), "prlimit");
    int listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    check(bind(listener, (struct sockaddr *)&name, length), "bind");
    check(listen(listener, SOMAXCONN), "listen");
    length = sizeof name;
    check(getsockname(listener, (struct sockaddr *)&name, &length), "getsockname");
    pid_t server = check(fork(), "fork");
    if (server == 0)
        serve(listener, requests);
    check(close(listener), "close");

    for (int i = 0; i < requests; i++) {
        int connection = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

        check(connect(connection, (struct sockaddr *)&name, length), "connect");
        if (i == 0 && first == 'l')
            late = connection;
        else
            answered += ask(connection, i == 0 ? first : '?');
    }
    if (late >= 0)
        answered += ask(late, first);
    check(waitpid(server, &status, 0), "waitpid");
    check(printf("answered %d of %d requests\n", answered, requests), "printf");
    return status == 0 && answered == requests ? EXIT_SUCCESS : EXIT_FAILURE;
}
