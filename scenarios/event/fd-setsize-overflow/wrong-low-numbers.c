/* A database server has many files open, and waits with select() for its clients.
 *
 *     wrong-low-numbers [FILES [CLIENTS]]
 *
 * A set of descriptors has FD_SETSIZE bits, 1024. So the server reserves low numbers, before it
 * opens its files, and gives them to its clients. There are more clients than that. Compare with
 * fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64, RESERVED = 8 };

struct server {
    int clients[MOST]; /* -1: has been served */
    int n;
    fd_set readable;
    long served;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a descriptor of the client's socket, a reserved one if there is any. The reserved ones
 * come after standard error. */
static int lower(int client, int i)
{
    if (i >= RESERVED)
        return client;
    int low = check(dup2(client, STDERR_FILENO + 1 + i), "dup2");
    check(close(client), "close");
    return low;
}

/* Opens so many files, if there is room for them and for the clients. */
static void open_files(long files)
{
    struct rlimit table;

    check(getrlimit(RLIMIT_NOFILE, &table), "getrlimit");
    table.rlim_cur = table.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &table), "setrlimit");
    for (long i = 0; i < files && i < (long)table.rlim_max - 2 * MOST; i++)
        check(open("/dev/null", O_RDONLY), "open");
}

/* Starts a client, which sends a request and waits for the answer; returns the server's socket. */
static int start_client(void)
{
    char byte;
    int ends[2];

    check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(dup2(ends[1], STDIN_FILENO), "dup2");
        check(close_range(3, ~0U, 0), "close_range");
        check(send(STDIN_FILENO, "?", 1, MSG_NOSIGNAL), "send");
        exit(recv(STDIN_FILENO, &byte, 1, 0) == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    check(close(ends[1]), "close");
    return ends[0];
}

/* Waits for requests, and answers them; returns how many. */
static int serve(struct server *server)
{
    int highest = -1, n = 0;
    char byte;

    FD_ZERO(&server->readable);
    for (int i = 0; i < server->n; i++)
        if (server->clients[i] != -1) {
            FD_SET(server->clients[i], &server->readable);
            highest = server->clients[i] > highest ? server->clients[i] : highest;
        }
    check(select(highest + 1, &server->readable, NULL, NULL, NULL), "select");
    for (int i = 0; i < server->n; i++)
        if (server->clients[i] != -1 && FD_ISSET(server->clients[i], &server->readable)) {
            server->served += check(recv(server->clients[i], &byte, 1, 0), "recv");
            check(send(server->clients[i], "!", 1, MSG_NOSIGNAL), "send");
            server->clients[i] = -1;
            n++;
        }
    return n;
}

int main(int argc, char *argv[])
{
    long files = argc > 1 ? strtol(argv[1], NULL, 10) : 1030;
    struct server server = {.n = argc > 2 ? strtol(argv[2], NULL, 10) : 1};

    if (server.n < 1 || server.n > MOST)
        errx(EXIT_FAILURE, "from 1 to %d clients", MOST);
    check(prctl(PR_SET_NAME, "server"), "prctl");
    open_files(RESERVED + files);
    for (int i = 0; i < server.n; i++)
        server.clients[i] = lower(start_client(), i);
    for (int left = server.n; left > 0;)
        left -= serve(&server);
    for (int i = 0; i < server.n; i++)
        check(wait(NULL), "wait");
    check(close_range(3, ~0U, 0), "close_range");
    check(printf("served %ld of %d requests\n", server.served, server.n), "printf");
    return server.served == server.n ? EXIT_SUCCESS : EXIT_FAILURE;
}
