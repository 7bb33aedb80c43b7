/* pipe-inherited - two threads, each with a pipe to a child of its own, which reads to the end of
 * file. A child that was forked while the other thread's pipe was there holds it open as well. */
#include "../live/expect.h"

#include <pthread.h>

static void *serve(void *unused)
{
    int ends[2];
    (void)unused;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        char byte;
        close(ends[1]);
        while (read(ends[0], &byte, 1) == 1)
            ;
        _exit(0);
    }
    EXPECT(close(ends[0]) == 0);
    put(ends[1], 'x');
    EXPECT(close(ends[1]) == 0);
    finish(child);
    return NULL;
}

int main(void)
{
    pthread_t other;
    EXPECT(pthread_create(&other, NULL, serve, NULL) == 0);
    serve(NULL);
    EXPECT(pthread_join(other, NULL) == 0);
    return 0;
}
