/* A client sends a text to a server, which counts the words and answers how many there are.
 *
 *     wrong-time-limit [WORDS]
 *
 * When nothing has come for a tenth of a second, the server takes the text to be over. Each answer
 * is late by that much; and a client that is held up for longer gets a wrong one. Compare with
 * fixed.c. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void send_all(int fd, const char *bytes, size_t size)
{
    for (size_t sent = 0; sent < size;)
        sent += check(send(fd, bytes + sent, size - sent, MSG_NOSIGNAL), "send");
}

static void run_server(int fd)
{
    const struct timeval limit = {.tv_usec = 100000};
    char text[4096], answer[16];
    size_t words = 0;
    ssize_t n;

    check(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), "setsockopt");
    while ((n = recv(fd, text, sizeof text, 0)) > 0)
        for (char *c = text; c < text + n; c++)
            words += *c == ' ';
    if (n == -1 && errno != EAGAIN)
        err(EXIT_FAILURE, "recv");
    send_all(fd, answer, snprintf(answer, sizeof answer, "%zu", words));
}

/* Returns the server's answer to a text of so many words, each of three letters and a space. */
static size_t ask(int fd, size_t words)
{
    char *text = malloc(4 * words), answer[16];
    size_t size = 0;
    ssize_t n;

    if (text == NULL)
        err(EXIT_FAILURE, "malloc");
    for (size_t i = 0; i < words; i++)
        memcpy(text + 4 * i, "ant ", 4);
    send_all(fd, text, 4 * words);
    free(text);
    while ((n = check(recv(fd, answer + size, sizeof answer - 1 - size, 0), "recv")) > 0)
        size += n;
    answer[size] = '\0';
    return strtoul(answer, NULL, 10);
}

int main(int argc, char *argv[])
{
    size_t words = argc > 1 ? strtoul(argv[1], NULL, 10) : 200, counted;
    struct sockaddr_in address;
    int listener = listen_here(&address), fd;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        fd = check(accept(listener, NULL, NULL), "accept");
        check(close(listener), "close");
        run_server(fd);
        check(close(fd), "close");
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(listener), "close");
    fd = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    check(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
    counted = ask(fd, words);
    check(close(fd), "close");
    check(wait(NULL), "wait");
    check(printf("the server counted %zu of %zu words\n", counted, words), "printf");
    return counted == words ? EXIT_SUCCESS : EXIT_FAILURE;
}
