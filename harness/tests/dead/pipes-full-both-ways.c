/* Two processes write to each other until both pipes are full; neither reads. */
#include "stamp.h"

static void overfill(int fd)
{
    int capacity = fcntl(fd, F_GETPIPE_SZ);
    char *block = calloc(1, (size_t)capacity);
    EXPECT(capacity > 0 && block != NULL);
    EXPECT(write(fd, block, (size_t)capacity) == capacity);
    stamp();
    put(fd, 'o');
    woken();
}

int main(void)
{
    int there[2], back[2];
    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    overfill(start() == 0 ? back[1] : there[1]);
}
