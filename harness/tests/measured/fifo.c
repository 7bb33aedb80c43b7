/* fifo - a server and a client that open two FIFOs in the same order. The server ends when nobody
 * has the first one open for writing any more. */
#include "../live/expect.h"

#include <sys/stat.h>

static int open_fifo(const char *name, int flags)
{
    int fd = open(name, flags);
    EXPECT(fd != -1);
    return fd;
}

static void serve(void)
{
    int requests = open_fifo("requests", O_RDONLY), replies = open_fifo("replies", O_WRONLY);
    char byte;
    ssize_t got;
    while ((got = read(requests, &byte, 1)) == 1)
        put(replies, (char)(byte + 1));
    EXPECT(got == 0);
}

int main(void)
{
    EXPECT(mkfifo("requests", 0600) == 0 && mkfifo("replies", 0600) == 0);
    pid_t child = start();
    if (child == 0) {
        serve();
        _exit(0);
    }
    int requests = open_fifo("requests", O_WRONLY), replies = open_fifo("replies", O_RDONLY);
    for (char byte = 'a'; byte < 'c'; byte++) {
        put(requests, byte);
        putchar(get(replies));
    }
    EXPECT(close(requests) == 0);
    finish(child);
    EXPECT(unlink("requests") == 0 && unlink("replies") == 0);
    return 0;
}
