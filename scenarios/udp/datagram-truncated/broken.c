/* A client asks a name server for all its hosts; the server answers with one datagram, a name a
 * line.
 *
 *     broken [HOSTS]
 *
 * The client has room for 512 bytes, as the old rules of the domain name system had it. recv()
 * fills them, throws the rest of the datagram away, and says nothing. Compare with fixed.c. */
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

enum { LONGEST = 512 };

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

/* Waits for one question, and answers it. */
static void run_server(int fd, int hosts)
{
    struct sockaddr_in client;
    socklen_t client_size = sizeof client;
    char question[16], *answer;
    size_t size;
    FILE *text = open_memstream(&answer, &size);

    if (text == NULL)
        err(EXIT_FAILURE, "open_memstream");
    for (int i = 1; i <= hosts; i++)
        check(fprintf(text, "host-%04d.local\n", i), "fprintf");
    check(fclose(text), "fclose");
    check(recvfrom(fd, question, sizeof question, 0, (struct sockaddr *)&client, &client_size),
          "recvfrom");
    check(sendto(fd, answer, size, 0, (struct sockaddr *)&client, client_size), "sendto");
    free(answer);
}

/* Returns the number of hosts in the server's answer. */
static int ask(const struct sockaddr_in *server)
{
    static char answer[LONGEST];
    int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket"), hosts = 0;
    size_t size;

    check(connect(fd, (const struct sockaddr *)server, sizeof *server), "connect");
    check(send(fd, "hosts?", strlen("hosts?"), 0), "send");
    size = check(recv(fd, answer, sizeof answer, 0), "recv");
    for (size_t i = 0; i < size; i++)
        if (answer[i] == '\n')
            hosts++;
    check(close(fd), "close");
    return hosts;
}

int main(int argc, char *argv[])
{
    int hosts = argc > 1 ? atoi(argv[1]) : 100, received;
    struct sockaddr_in address;
    int fd = bind_here(&address);

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        run_server(fd, hosts);
        check(close(fd), "close");
        return EXIT_SUCCESS;
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(fd), "close");
    received = ask(&address);
    check(wait(NULL), "wait");
    check(printf("received %d of %d hosts\n", received, hosts), "printf");
    return received == hosts ? EXIT_SUCCESS : EXIT_FAILURE;
}
