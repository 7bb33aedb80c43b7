/* Waits for a child that has stopped itself; nobody else is there to continue it. */
#include "stamp.h"

int main(void)
{
    pid_t child = start();
    stamp();
    if (child == 0)
        EXPECT(raise(SIGSTOP) == 0);
    else
        finish(child);
    woken();
}
