/* Waits for news of a directory in which nobody is there to change anything. */
#include "stamp.h"

#include <sys/inotify.h>

int main(void)
{
    int fd = inotify_init1(0);
    EXPECT(fd != -1 && inotify_add_watch(fd, ".", IN_CREATE) != -1);
    stamp();
    get(fd);
    woken();
}
