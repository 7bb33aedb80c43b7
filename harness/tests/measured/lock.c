/* lock - two processes add to two numbers in a file: to the first with its record locked, to the
 * second with the whole file locked by flock(2). */
#include "../live/expect.h"

#include <sys/file.h>

static void add(int fd, off_t at)
{
    unsigned char number;
    EXPECT(pread(fd, &number, 1, at) == 1);
    number++;
    EXPECT(pwrite(fd, &number, 1, at) == 1);
}

/* Each process has an open file description of its own, to which flock(2)'s lock belongs. */
static void add_to_both(void)
{
    struct flock first = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    int fd = open("numbers", O_RDWR);
    EXPECT(fd != -1);
    EXPECT(fcntl(fd, F_SETLKW, &first) == 0);
    add(fd, 0);
    first.l_type = F_UNLCK;
    EXPECT(fcntl(fd, F_SETLK, &first) == 0);
    EXPECT(flock(fd, LOCK_EX) == 0);
    add(fd, 1);
    EXPECT(close(fd) == 0);
}

int main(void)
{
    unsigned char numbers[2] = {0, 0};
    int fd = open("numbers", O_CREAT | O_EXCL | O_RDWR, 0600);
    EXPECT(fd != -1 && write(fd, numbers, sizeof numbers) == sizeof numbers);
    pid_t child = start();
    add_to_both();
    if (child == 0)
        _exit(0);
    finish(child);
    EXPECT(pread(fd, numbers, sizeof numbers, 0) == sizeof numbers && unlink("numbers") == 0);
    printf("%d %d\n", numbers[0], numbers[1]);
    return 0;
}
