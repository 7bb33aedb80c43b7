/* lock-file - two processes count in a file, under a record lock of fcntl(2). */
#include "../live/expect.h"

static void set_lock(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    EXPECT(fcntl(fd, F_SETLKW, &lock) == 0);
}

static void add_one(int fd)
{
    int n = 0;
    set_lock(fd, F_WRLCK);
    EXPECT(pread(fd, &n, sizeof n, 0) >= 0);
    n++;
    EXPECT(pwrite(fd, &n, sizeof n, 0) == sizeof n);
    set_lock(fd, F_UNLCK);
}

int main(void)
{
    int n, fd = open("count", O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT(fd != -1);
    pid_t child = start();
    for (int i = 0; i < 2; i++)
        add_one(fd);
    if (child == 0)
        _exit(0);
    finish(child);
    EXPECT(pread(fd, &n, sizeof n, 0) == sizeof n);
    EXPECT(unlink("count") == 0);
    return n == 4 ? 0 : 1;
}
