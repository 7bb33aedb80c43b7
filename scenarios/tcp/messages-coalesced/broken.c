/* A client sends amounts over TCP, each as a line of text; the server adds them up.
 *
 *     broken [AMOUNTS]
 *
 * The server takes what one recv() gives it for one message. But TCP is a stream of bytes: it does
 * not know where one send() ended and the next began, and gives a reader all that has come, or as
 * much as fits into the buffer. Compare with fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct account {
    long amounts, sum;
};

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket that listens on a free port of this machine, and fills in its address. */
static int listen_here(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(fd, (struct sockaddr *)address, size), "bind");
    check(listen(fd, 1), "listen");
    check(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

/* Sends the amounts 10, 20, 30..., each with a send() of its own. */
static void run_client(const struct sockaddr_in *address, long amounts)
{
    char message[32];
    int fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)address, sizeof *address), "connect");
    for (long i = 1; i <= amounts; i++)
        check(send(fd, message, snprintf(message, sizeof message, "%ld\n", 10 * i), 0), "send");
    check(close(fd), "close");
}

static void add(struct account *account, const char *message)
{
    account->amounts++;
    account->sum += strtol(message, NULL, 10);
}

/* A server that is woken for many bytes at once, and not for each few, saves work (socket(7)). So
 * this one always finds what any server finds that has been busy for a while. */
static struct account receive_amounts(int fd)
{
    struct account account = {0};
    char message[4096];
    const int many = sizeof message;
    ssize_t n;

    check(setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &many, sizeof many), "setsockopt");
    while ((n = check(recv(fd, message, sizeof message - 1, 0), "recv")) > 0) {
        message[n] = '\0';
        add(&account, message);
    }
    return account;
}

int main(int argc, char *argv[])
{
    long amounts = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    struct sockaddr_in address;
    struct account account;
    int listener = listen_here(&address), fd;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(listener), "close");
        run_client(&address, amounts);
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    fd = check(accept(listener, NULL, NULL), "accept");
    account = receive_amounts(fd);
    check(close(fd), "close");
    check(close(listener), "close");
    check(wait(NULL), "wait");
    check(printf("received %ld of %ld amounts, sum %ld\n", account.amounts, amounts, account.sum),
          "printf");
    return account.amounts == amounts ? EXIT_SUCCESS : EXIT_FAILURE;
}
