/* A child writes more than a pipe holds; its parent, the only reader, waits for it to end. */
#include "stamp.h"

int main(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    int capacity = fcntl(ends[0], F_GETPIPE_SZ);
    char *message = calloc(1, (size_t)capacity + 1);
    EXPECT(capacity > 0 && message != NULL);
    pid_t child = start();
    if (child == 0) {
        stamp();
        EXPECT(write(ends[1], message, (size_t)capacity + 1) == capacity + 1);
        woken();
    }
    stamp();
    finish(child);
    woken();
}
