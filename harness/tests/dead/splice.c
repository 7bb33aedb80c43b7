/* Processes move data from or into pipes of which each has both ends to itself: there is nothing to
 * take in one, or no room in the other. */
#include "stamp.h"

#include <sys/sendfile.h>
#include <sys/uio.h>

static char byte;
static const struct iovec one = {.iov_base = &byte, .iov_len = 1};

/* A pipe that has room for nothing more. */
static void make_full(int ends[2])
{
    EXPECT(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[1], &byte, 1) == 1)
        ;
    EXPECT(errno == EAGAIN && fcntl(ends[1], F_SETFL, 0) == 0);
}

static void splice_nothing(void)
{
    int from[2], to[2];
    EXPECT(pipe(from) == 0 && pipe(to) == 0);
    stamp();
    splice(from[0], NULL, to[1], NULL, 1, 0);
}

static void splice_without_room(void)
{
    int from[2], to[2];
    EXPECT(pipe(from) == 0);
    make_full(to);
    put(from[1], 's');
    stamp();
    splice(from[0], NULL, to[1], NULL, 1, 0);
}

static void splice_to_file(void)
{
    int from[2], to = open("copy", O_WRONLY | O_CREAT, 0600);
    EXPECT(pipe(from) == 0 && to != -1);
    stamp();
    splice(from[0], NULL, to, NULL, 1, 0);
}

static void tee_nothing(void)
{
    int from[2], to[2];
    EXPECT(pipe(from) == 0 && pipe(to) == 0);
    stamp();
    tee(from[0], to[1], 1, 0);
}

static void vmsplice_without_room(void)
{
    int to[2];
    make_full(to);
    stamp();
    vmsplice(to[1], &one, 1, 0);
}

static void send_file(void)
{
    int to[2], from = open("original", O_RDWR | O_CREAT, 0600);
    EXPECT(from != -1);
    put(from, 'f');
    EXPECT(lseek(from, 0, SEEK_SET) == 0);
    make_full(to);
    stamp();
    sendfile(to[1], from, NULL, 1);
}

static void read_vectors(void)
{
    int from[2];
    EXPECT(pipe(from) == 0);
    stamp();
    preadv2(from[0], &one, 1, -1, 0);
}

static void write_vectors(void)
{
    int to[2];
    make_full(to);
    stamp();
    pwritev2(to[1], &one, 1, -1, 0);
}

int main(void)
{
    void (*const calls[])(void) = {splice_nothing, splice_without_room,   splice_to_file,
                                   tee_nothing,    vmsplice_without_room, send_file,
                                   read_vectors,   write_vectors};
    for (size_t i = 1; i < sizeof calls / sizeof calls[0]; i++) {
        if (start() == 0) {
            calls[i]();
            woken();
        }
    }
    calls[0]();
    woken();
}
