/* A server greets its clients at a Unix socket. It is stopped, or killed, and started again.
 *
 *     fixed-abstract [kill]
 *
 * The address is an abstract one: its first byte is 0, it is no file, and it is gone with the
 * last descriptor of the socket, however the server ends. If it is in use, then by a server that
 * lives. Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sockaddr_un ADDRESS = {.sun_family = AF_UNIX, .sun_path = "\0service"};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket that listens at the address, unless another server has it. */
static int open_service(void)
{
    int listener = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

    if (bind(listener, (const struct sockaddr *)&ADDRESS, sizeof ADDRESS) == -1) {
        if (errno != EADDRINUSE)
            err(EXIT_FAILURE, "bind");
        check(puts("there is another server"), "puts");
        exit(EXIT_SUCCESS);
    }
    check(listen(listener, 1), "listen");
    return listener;
}

/* Accepts a caller; returns whether it said anything, and so was greeted. */
static bool greet(int listener)
{
    char word[8];
    int fd = check(accept(listener, NULL, NULL), "accept");
    bool called = check(recv(fd, word, sizeof word, 0), "recv") > 0;

    if (called)
        check(send(fd, "hello", 5, MSG_NOSIGNAL), "send");
    check(close(fd), "close");
    return called;
}

static void call_server(void)
{
    char word[8];
    int fd = check(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)&ADDRESS, sizeof ADDRESS), "connect");
    check(send(fd, "hello", 5, MSG_NOSIGNAL), "send");
    long n = check(recv(fd, word, sizeof word, 0), "recv");
    check(close(fd), "close");
    check(printf("a greeting of %ld bytes\n", n), "printf");
}

static void serve(bool killed)
{
    int listener = open_service();

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(listener), "close");
        call_server();
        exit(EXIT_SUCCESS);
    }
    while (!greet(listener))
        continue;
    check(wait(NULL), "wait");
    if (killed)
        check(raise(SIGKILL), "raise");
    check(close(listener), "close");
}

int main(int argc, char *argv[])
{
    int status;

    check(prctl(PR_SET_NAME, "init"), "prctl");
    for (int life = 1; life <= 2; life++) {
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "server"), "prctl");
            serve(life == 1 && argc > 1 && strcmp(argv[1], "kill") == 0);
            exit(EXIT_SUCCESS);
        }
        check(wait(&status), "wait");
    }
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
