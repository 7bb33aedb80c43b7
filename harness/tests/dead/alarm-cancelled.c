/* A parent waits for a child, which pauses; the alarm that would have ended it was called off. */
#include "stamp.h"

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        EXPECT(alarm(3600) == 0);
        EXPECT(alarm(0) > 0);
        stamp();
        pause();
        woken();
    }
    stamp();
    finish(child);
    woken();
}
