/* A client sends a text to a server, a datagram for each line. The server acknowledges each by a
 * datagram without data. A line that is only a dot ends the text, as in mail.
 *
 *     wrong-two-in-a-row [PARAGRAPHS [BLANK_LINES]]
 *
 * Blank lines do occur, so that recvfrom() may return 0; but twice in a row it must be the end.
 * Until somebody sends two blank lines. Compare with fixed.c. */
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

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* Returns a socket with a free port of this machine, and fills in its address. */
static int bind_here(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(fd, (struct sockaddr *)address, size), "bind");
    check(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

/* Sends a line, and waits until it is acknowledged. */
static void send_line(int fd, const char *line)
{
    char nothing;

    check(send(fd, line, strlen(line), 0), "send");
    check(recv(fd, &nothing, sizeof nothing, 0), "recv");
}

/* Each paragraph is one line here, and followed by the blank lines. */
static void run_client(const struct sockaddr_in *server, int paragraphs, int blank_lines)
{
    int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

    check(connect(fd, (const struct sockaddr *)server, sizeof *server), "connect");
    for (int i = 0; i < paragraphs; i++) {
        send_line(fd, "It was a dark and stormy night.");
        for (int j = 0; j < blank_lines; j++)
            send_line(fd, "");
    }
    check(send(fd, ".", 1, 0), "send");
    check(close(fd), "close");
}

/* Returns the number of lines of the text. */
static int receive_text(int fd)
{
    struct sockaddr_in client;
    char line[1000];
    size_t last = 1;

    for (int lines = 0;; lines++) {
        socklen_t size = sizeof client;
        size_t n = check(recvfrom(fd, line, sizeof line, 0, (struct sockaddr *)&client, &size),
                         "recvfrom");

        if ((n == 0 && last == 0) || (n == 1 && line[0] == '.'))
            return lines;
        check(sendto(fd, "", 0, 0, (struct sockaddr *)&client, size), "sendto");
        last = n;
    }
}

int main(int argc, char *argv[])
{
    int paragraphs = argc > 1 ? atoi(argv[1]) : 3, blank_lines = argc > 2 ? atoi(argv[2]) : 1;
    int expected = paragraphs * (1 + blank_lines), lines;
    struct sockaddr_in address;
    int fd = bind_here(&address);

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "client"), "prctl");
        check(close(fd), "close");
        run_client(&address, paragraphs, blank_lines);
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "server"), "prctl");
    lines = receive_text(fd);
    check(close(fd), "close");
    check(wait(NULL), "wait");
    check(printf("received %d of %d lines\n", lines, expected), "printf");
    return lines == expected ? EXIT_SUCCESS : EXIT_FAILURE;
}
