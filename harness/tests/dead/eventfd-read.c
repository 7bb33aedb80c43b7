/* Reads from an eventfd whose one event its child has already taken. */
#include "stamp.h"

#include <sys/eventfd.h>

int main(void)
{
    unsigned long long count;
    int fd = eventfd(1, 0);
    EXPECT(fd != -1);
    pid_t child = start();
    if (child == 0) {
        EXPECT(read(fd, &count, sizeof count) == sizeof count);
        _exit(0);
    }
    finish(child);
    stamp();
    EXPECT(read(fd, &count, sizeof count) == sizeof count);
    woken();
}
