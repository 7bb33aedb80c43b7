/* Waits for a child that pauses for ever. */
#include "stamp.h"

int main(void)
{
    pid_t child = start();
    stamp();
    if (child == 0)
        pause();
    else
        finish(child);
    woken();
}
