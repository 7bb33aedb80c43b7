/* A server copies files that it may not open itself: a client passes it an open descriptor with
 * each request. Newer clients pass a second one, for messages, of which this server knows nothing.
 *
 *     fixed-room-for-one [REQUESTS [DESCRIPTORS]]
 *
 * The control buffer is said to be no longer than one descriptor needs. The kernel then keeps
 * what has no room (and says so: MSG_CTRUNC), and nothing is left to close. Compare with
 * broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 1000, MOST = 8 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void send_request(int fd, int file, size_t n)
{
    int passed[MOST] = {file, STDERR_FILENO};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof passed)] = {0};
    struct iovec word = {.iov_base = "copy", .iov_len = 4};
    struct msghdr request = {.msg_iov = &word, .msg_iovlen = 1, .msg_control = control};

    request.msg_controllen = CMSG_SPACE(n * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&request);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(header), passed, n * sizeof(int));
    check(sendmsg(fd, &request, MSG_NOSIGNAL), "sendmsg");
}

/* Waits for a request, and takes the descriptor that came with it. Returns false if the client has
 * left. */
static bool receive_request(int fd, int *file)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    char text[8];
    struct iovec word = {.iov_base = text, .iov_len = sizeof text};
    struct msghdr request = {.msg_iov = &word, .msg_iovlen = 1, .msg_control = control};

    request.msg_controllen = CMSG_LEN(sizeof(int));
    if (check(recvmsg(fd, &request, 0), "recvmsg") == 0)
        return false;
    struct cmsghdr *header = CMSG_FIRSTHDR(&request);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS)
        errx(EXIT_FAILURE, "a request without a descriptor");
    memcpy(file, CMSG_DATA(header), sizeof *file);
    return true;
}

static void run_server(int fd)
{
    int file;

    while (receive_request(fd, &file)) {
        off_t from = 0;
        int copy = check(memfd_create("copy", 0), "memfd_create");
        long size = check(sendfile(copy, file, &from, SIZE), "sendfile");

        check(close(copy), "close");
        check(close(file), "close");
        check(send(fd, &size, sizeof size, MSG_NOSIGNAL), "send");
    }
}

int main(int argc, char *argv[])
{
    unsigned long requests = argc > 1 ? strtoul(argv[1], NULL, 10) : 1100, copied = 0;
    size_t descriptors = argc > 2 ? strtoul(argv[2], NULL, 10) : 2;
    int ends[2], file;
    long size;

    if (descriptors < 1 || descriptors > MOST)
        errx(EXIT_FAILURE, "from 1 to %d descriptors", MOST);
    check(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), "socketpair");
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        check(close(ends[0]), "close");
        run_server(ends[1]);
        check(close(ends[1]), "close");
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    check(close(ends[1]), "close");
    file = check(memfd_create("file", 0), "memfd_create");
    check(ftruncate(file, SIZE), "ftruncate");
    while (copied < requests) {
        send_request(ends[0], file, descriptors);
        if (check(recv(ends[0], &size, sizeof size, 0), "recv") == 0)
            break;
        copied++;
    }
    check(close(file), "close");
    check(close(ends[0]), "close");
    check(wait(NULL), "wait");
    check(printf("%lu of %lu files copied\n", copied, requests), "printf");
    return copied == requests ? EXIT_SUCCESS : EXIT_FAILURE;
}
