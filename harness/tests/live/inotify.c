/* Reads from an inotify descriptor, which no process can write to.
 * Woken by a child that sleeps and then makes a file. */
#include "expect.h"

#include <sys/inotify.h>

int main(void)
{
    union {
        struct inotify_event event;
        char space[sizeof(struct inotify_event) + 256];
    } news;
    int fd = inotify_init1(0);
    EXPECT(fd != -1 && inotify_add_watch(fd, ".", IN_CREATE) != -1);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        int file = open("made", O_WRONLY | O_CREAT | O_EXCL, 0600);
        EXPECT(file != -1 && unlink("made") == 0);
        _exit(0);
    }
    EXPECT(read(fd, &news, sizeof news) > 0);
    EXPECT(news.event.mask == IN_CREATE && strcmp(news.event.name, "made") == 0);
    finish(child);
    return 0;
}
