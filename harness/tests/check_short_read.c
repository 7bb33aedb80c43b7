/* check_short_read.c - tests of reads that return less than there is. */
#include "short_read.h"

#include "held.h"

#include <sys/ioctl.h>

#define POSSIBLE(number, ...) short_read_possible(&view, &CALL(number, __VA_ARGS__))
#define MAKE(number, ...)     short_read_make(&view, &CALL(number, __VA_ARGS__))

static void say(int fd, const char *words)
{
    ck_assert_int_eq(write(fd, words, strlen(words)), (ssize_t)strlen(words));
}

START_TEST(short_read_takes_one_byte_of_several)
{
    int ends[2], pair[2];
    char rest[8];
    make_pipe(ends);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    child_begins(&child);
    const uint64_t from = (uint64_t)ends[0], socket = (uint64_t)pair[0],
                   bytes = AT(shared->a.bytes);
    ck_assert(!POSSIBLE(read, from, bytes, 8));
    write_byte(ends[1]);
    ck_assert(!POSSIBLE(read, from, bytes, 8)); /* a single one is not short of anything */
    say(ends[1], "yz");
    ck_assert(POSSIBLE(read, from, bytes, 8));
    ck_assert(!POSSIBLE(read, from, bytes, 1));
    ck_assert(!POSSIBLE(read, (uint64_t)ends[1], bytes, 8));
    ck_assert_int_eq(MAKE(read, from, bytes, 8), 1);
    ck_assert_int_eq(shared->a.bytes[0], 'x');
    shared->b.part = (struct iovec){.iov_base = shared->a.bytes, .iov_len = 8};
    ck_assert(POSSIBLE(readv, from, AT(&shared->b.part), 1));
    ck_assert(!POSSIBLE(readv, from, AT(&shared->b.part), 2));
    ck_assert_int_eq(MAKE(readv, from, AT(&shared->b.part), 1), 1);
    ck_assert_int_eq(shared->a.bytes[0], 'y');
    ck_assert_int_eq(read(ends[0], rest, sizeof rest), 1);
    ck_assert_int_eq(rest[0], 'z');

    say(pair[1], "ab");
    ck_assert(!POSSIBLE(recvfrom, socket, bytes, 8, MSG_PEEK));
    ck_assert(!POSSIBLE(recvfrom, socket, bytes, 8, MSG_WAITALL));
    ck_assert(!POSSIBLE(recvfrom, socket, bytes, 8, MSG_TRUNC));
    ck_assert(POSSIBLE(recvfrom, socket, bytes, 8, 0));
    ck_assert_int_eq(MAKE(recvfrom, socket, bytes, 8, 0), 1);
    ck_assert_int_eq(shared->a.bytes[0], 'a');
}
END_TEST

START_TEST(short_read_loses_nothing)
{
    int packets[2], pair[2], there;
    ck_assert_int_eq(pipe2(packets, O_DIRECT), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    child_begins(&child);
    const uint64_t from = (uint64_t)packets[0];
    say(packets[1], "packet");
    say(pair[1], "message");
    ck_assert(!POSSIBLE(read, from, AT(shared->a.bytes), 8));
    ck_assert(!POSSIBLE(read, (uint64_t)pair[0], AT(shared->a.bytes), 8));
    ck_assert_int_eq(MAKE(read, from, AT(constant), 8), -EFAULT);
    ck_assert_int_eq(MAKE(read, from, AT(untouchable), 8), -EFAULT);
    ck_assert_int_eq(ioctl(packets[0], FIONREAD, &there), 0);
    ck_assert_int_eq(there, 6);
}
END_TEST

int main(void)
{
    return SUITE("short_read", short_read_takes_one_byte_of_several, short_read_loses_nothing);
}
