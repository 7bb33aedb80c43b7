/* A parent waits for a file lock that its child holds: by flock(2), by a record lock, and by one of
 * an open file description. Woken when the child, asleep until then, closes the file. */
#include "expect.h"

#include <sys/file.h>

static void lock(int fd, int way)
{
    struct flock whole = {.l_type = F_WRLCK};
    if (way == 0)
        EXPECT(flock(fd, LOCK_EX) == 0);
    else
        EXPECT(fcntl(fd, way, &whole) == 0);
}

static void hand_over(int way)
{
    int held[2];
    EXPECT(pipe(held) == 0);
    pid_t child = start();
    if (child == 0) {
        int fd = open("lock", O_RDWR | O_CREAT, 0600);
        EXPECT(fd != -1);
        lock(fd, way);
        put(held[1], 'h');
        sleep_ms(15);
        EXPECT(close(fd) == 0);
        _exit(0);
    }
    EXPECT(get(held[0]) == 'h');
    int fd = open("lock", O_RDWR);
    EXPECT(fd != -1);
    lock(fd, way);
    EXPECT(close(fd) == 0);
    finish(child);
}

int main(void)
{
    hand_over(0);
    hand_over(F_SETLKW);
    hand_over(F_OFD_SETLKW);
    EXPECT(unlink("lock") == 0);
    return 0;
}
