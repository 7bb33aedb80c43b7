/* A parent is held in vfork(2), in state D, by a child that reads from a pipe only they hold. */
#include "stamp.h"

int main(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    stamp();
    pid_t child = vfork();
    EXPECT(child != -1);
    if (child == 0) {
        stamp();
        if (read(ends[0], &byte, 1) != 1)
            _exit(1);
        _exit(0);
    }
    woken();
}
