/* arguments_files.c - arguments of calls on files and sockets. See arguments_parts.h. */
#include "arguments_parts.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Files. */

/* Flags that no program sets on purpose (O_LARGEFILE) are not told. */
void put_words_of_open(struct arguments *a, uint64_t flags)
{
    static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "3"};
    static const struct word others[] = {
        WORD(O_CREAT),   WORD(O_EXCL),      WORD(O_TRUNC),    WORD(O_APPEND), WORD(O_NONBLOCK),
        WORD(O_CLOEXEC), WORD(O_DIRECTORY), WORD(O_NOFOLLOW), WORD(O_PATH),   WORD(O_ASYNC)};
    fputs(modes[flags & O_ACCMODE], a->to);
    for (size_t i = 0; i < LENGTH(others); i++)
        if ((flags & others[i].value) != 0)
            fprintf(a->to, "|%s", others[i].name);
}

/* And the mode behind them, where that counts. */
void put_open_flags(struct arguments *a, size_t i)
{
    put_words_of_open(a, a->task->args[i]);
    if ((a->task->args[i] & O_CREAT) != 0) {
        fputs(", ", a->to);
        put_mode(a, i + 1);
    }
}

/* The C library adds two flags of its own. */
void put_shared_flags(struct arguments *a, size_t i)
{
    put_words_of_open(a, a->task->args[i] & ~(uint64_t)(O_CLOEXEC | O_NOFOLLOW));
    if ((a->task->args[i] & O_CREAT) != 0) {
        fputs(", ", a->to);
        put_mode(a, i + 1);
    }
}

PUT_FLAGS(put_pipe_flags, WORD(O_CLOEXEC), WORD(O_NONBLOCK), WORD(O_DIRECT))
PUT_FLAGS(put_close_range_flags, {1U << 1, "CLOSE_RANGE_UNSHARE"}, {1U << 2, "CLOSE_RANGE_CLOEXEC"})
PUT_FLAGS(put_at_flags, WORD(AT_SYMLINK_NOFOLLOW), WORD(AT_REMOVEDIR), WORD(AT_SYMLINK_FOLLOW),
          WORD(AT_EMPTY_PATH), WORD(AT_NO_AUTOMOUNT))
PUT_WORD(put_whence, WORD(SEEK_SET), WORD(SEEK_CUR), WORD(SEEK_END))
PUT_FLAGS(put_lock_operation, WORD(LOCK_SH), WORD(LOCK_EX), WORD(LOCK_NB), WORD(LOCK_UN))
PUT_WORD(put_ioctl, WORD(FIONREAD), WORD(FIONBIO), WORD(FIOASYNC), WORD(TIOCSCTTY), WORD(TIOCSPGRP),
         WORD(TCGETS))

void put_access_mode(struct arguments *a, size_t i)
{
    static const struct word words[] = {WORD(R_OK), WORD(W_OK), WORD(X_OK)};
    if (a->task->args[i] == F_OK)
        fputs("F_OK", a->to);
    else
        put_flags(a->to, (unsigned)a->task->args[i], words, LENGTH(words));
}

/* The command of fcntl(2), and its argument. */
void put_fcntl(struct arguments *a, size_t i)
{
    static const struct word words[] = {
        WORD(F_DUPFD),      WORD(F_DUPFD_CLOEXEC), WORD(F_GETFD),     WORD(F_SETFD),
        WORD(F_GETFL),      WORD(F_SETFL),         WORD(F_GETLK),     WORD(F_SETLK),
        WORD(F_SETLKW),     WORD(F_OFD_GETLK),     WORD(F_OFD_SETLK), WORD(F_OFD_SETLKW),
        WORD(F_GETOWN),     WORD(F_SETOWN),        WORD(F_GETSIG),    WORD(F_SETSIG),
        WORD(F_GETLEASE),   WORD(F_SETLEASE),      WORD(F_NOTIFY),    WORD(F_GETPIPE_SZ),
        WORD(F_SETPIPE_SZ), WORD(F_ADD_SEALS),     WORD(F_GET_SEALS),
    };
    uint64_t command = a->task->args[i];
    put_word(a->to, command, words, LENGTH(words));
    switch ((int)command) {
    case F_GETFD:
    case F_GETFL:
    case F_GETOWN:
    case F_GETSIG:
    case F_GETLEASE:
    case F_GETPIPE_SZ:
    case F_GET_SEALS:
        return;
    }
    fputs(", ", a->to);
    switch ((int)command) {
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        put_lock(a, i + 1);
        break;
    case F_SETFL:
        put_words_of_open(a, a->task->args[i + 1]);
        break;
    case F_SETSIG:
        put_signal(a, i + 1);
        break;
    default:
        put_number(a, i + 1);
    }
}

/* Sockets. */

PUT_WORD(put_family, WORD(AF_UNIX), WORD(AF_INET), WORD(AF_INET6), WORD(AF_NETLINK))
PUT_FLAGS(put_accept_flags, WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK))
PUT_FLAGS(put_message_flags, WORD(MSG_OOB), WORD(MSG_PEEK), WORD(MSG_TRUNC), WORD(MSG_DONTWAIT),
          WORD(MSG_WAITALL), WORD(MSG_NOSIGNAL), WORD(MSG_MORE), WORD(MSG_CMSG_CLOEXEC))
PUT_WORD(put_shutdown, WORD(SHUT_RD), WORD(SHUT_WR), WORD(SHUT_RDWR))
PUT_WORD(put_socket_level, WORD(SOL_SOCKET), {6, "IPPROTO_TCP"})

void put_socket_type(struct arguments *a, size_t i)
{
    static const struct word types[] = {WORD(SOCK_STREAM), WORD(SOCK_DGRAM), WORD(SOCK_SEQPACKET),
                                        WORD(SOCK_RAW)};
    static const struct word flags[] = {WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};
    unsigned value = (unsigned)a->task->args[i], type = value & 0xf;
    put_word(a->to, type, types, LENGTH(types));
    if (value != type) {
        fputc('|', a->to);
        put_bits(a->to, value - type, flags, LENGTH(flags));
    }
}

void put_socket_option(struct arguments *a, size_t i)
{
    static const struct word words[] = {
        WORD(SO_REUSEADDR), WORD(SO_REUSEPORT), WORD(SO_TYPE),     WORD(SO_ERROR),
        WORD(SO_BROADCAST), WORD(SO_SNDBUF),    WORD(SO_RCVBUF),   WORD(SO_KEEPALIVE),
        WORD(SO_LINGER),    WORD(SO_PASSCRED),  WORD(SO_PEERCRED), WORD(SO_RCVTIMEO),
        WORD(SO_SNDTIMEO),
    };
    if ((int)a->task->args[i - 1] == SOL_SOCKET)
        put_word(a->to, (unsigned)a->task->args[i], words, LENGTH(words));
    else
        put_number(a, i);
}

/* What lies in memory. */

/* openat2(2)'s flags and mode. */
void put_open_how(struct arguments *a, size_t i)
{
    struct open_how how;
    if (!fetch(a, i, &how, sizeof(how)))
        return;
    put_words_of_open(a, how.flags);
    if ((how.flags & O_CREAT) != 0)
        fprintf(a->to, ", %#o", (unsigned)how.mode);
}

/* A lock on a part of a file: its kind, where it begins, and how long it is. */
void put_lock(struct arguments *a, size_t i)
{
    static const struct word kinds[] = {WORD(F_RDLCK), WORD(F_WRLCK), WORD(F_UNLCK)};
    struct flock lock;
    if (!fetch(a, i, &lock, sizeof(lock)))
        return;
    fputc('{', a->to);
    put_word(a->to, (uint64_t)lock.l_type, kinds, LENGTH(kinds));
    fprintf(a->to, ", %lld, %lld}", (long long)lock.l_start, (long long)lock.l_len);
}

/* Abstract names begin with NUL, and are known with '@' in its place. */
static void put_unix_name(FILE *to, const char *name, size_t length)
{
    bool abstract = length > 1 && name[0] == '\0';
    fputs(abstract ? "\"@" : "\"", to);
    length = abstract ? length - 1 : strnlen(name, length);
    fprintf(to, "%.*s\"", (int)length, name + abstract);
}

void put_socket_address(struct arguments *a, size_t i)
{
    union {
        struct sockaddr any;
        struct sockaddr_un unix_name;
        struct sockaddr_in ip;
        struct sockaddr_in6 ip6;
    } name = {0};
    char text[INET6_ADDRSTRLEN];
    size_t length = (unsigned)a->task->args[i + 1], begin = offsetof(struct sockaddr_un, sun_path);
    if (!fetch(a, i, &name, length < sizeof(name) ? length : sizeof(name)))
        return;
    if (name.any.sa_family == AF_UNIX && length >= begin && length <= sizeof(name.unix_name))
        put_unix_name(a->to, name.unix_name.sun_path, length - begin);
    else if (name.any.sa_family == AF_INET && length >= sizeof(name.ip))
        fprintf(a->to, "%s:%u", inet_ntop(AF_INET, &name.ip.sin_addr, text, sizeof(text)),
                (unsigned)ntohs(name.ip.sin_port));
    else if (name.any.sa_family == AF_INET6 && length >= sizeof(name.ip6))
        fprintf(a->to, "[%s]:%u", inet_ntop(AF_INET6, &name.ip6.sin6_addr, text, sizeof(text)),
                (unsigned)ntohs(name.ip6.sin6_port));
    else
        fputs("...", a->to);
}
