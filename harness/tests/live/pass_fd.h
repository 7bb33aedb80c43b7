/* pass_fd.h - puts a descriptor into a unix socket (SCM_RIGHTS) and takes one out of it. */
#ifndef BROKENPIPE_TESTS_PASS_FD_H
#define BROKENPIPE_TESTS_PASS_FD_H

#include "expect.h"

#include <sys/socket.h>

union one_fd {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

static inline void send_fd(int socket, int fd)
{
    char byte = 'f';
    struct iovec data = {&byte, 1};
    union one_fd control = {.space = {0}};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    EXPECT(sendmsg(socket, &message, 0) == 1);
}

static inline int receive_fd(int socket)
{
    char byte;
    int fd;
    struct iovec data = {&byte, 1};
    union one_fd control;
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    EXPECT(recvmsg(socket, &message, 0) == 1);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    EXPECT(header != NULL && header->cmsg_type == SCM_RIGHTS);
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

#endif
