/* fifo-reopened - a reader takes a message to the end of file from one writer, opens the FIFO again
 * and takes that of the other. If both write while it is open for the first, the second time
 * nobody comes. */
#include "../live/expect.h"

#include <sys/stat.h>

static void say(const char *name)
{
    int fd = open(name, O_WRONLY);
    EXPECT(fd != -1);
    put(fd, 'x');
    EXPECT(close(fd) == 0);
    _exit(0);
}

int main(void)
{
    const char *name = "requests";
    pid_t writers[2];
    EXPECT(mkfifo(name, 0600) == 0);
    for (int i = 0; i < 2; i++)
        if ((writers[i] = start()) == 0)
            say(name);
    for (int i = 0; i < 2; i++) {
        char byte;
        int fd = open(name, O_RDONLY);
        EXPECT(fd != -1);
        while (read(fd, &byte, 1) == 1)
            ;
        EXPECT(close(fd) == 0);
    }
    for (int i = 0; i < 2; i++)
        finish(writers[i]);
    EXPECT(unlink(name) == 0);
    return 0;
}
