/* A parent waits for a child, again and again; each lives for a few instants only.
 * Woken by the child's end. */
#include "expect.h"

int main(void)
{
    for (int i = 0; i < 300; i++) {
        pid_t child = start();
        if (child == 0)
            _exit(0);
        finish(child);
    }
    return 0;
}
