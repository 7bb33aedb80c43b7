/* A thread replaces the program by execve(2): its id vanishes, the leader's lives on, and the new
 * image waits for a pipe. Woken by its child, which sleeps and writes. */
#include "expect.h"

#include <pthread.h>

static char *self;

static void *become_other(void *unused)
{
    execl(self, self, "second image", (char *)NULL);
    err(1, "execl %s", self);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    self = argv[0];
    if (argc == 1) {
        EXPECT(pthread_create(&thread, NULL, become_other, NULL) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    int ends[2];
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        put(ends[1], 'e');
        _exit(0);
    }
    EXPECT(get(ends[0]) == 'e');
    finish(child);
    return 0;
}
