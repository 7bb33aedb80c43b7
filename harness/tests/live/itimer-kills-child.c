/* A parent waits for a child that pauses for ever.
 * Woken because the child's own timer ends the child: the default action of SIGALRM. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        const struct itimerval once = {.it_value.tv_usec = 30000};
        EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
        for (;;)
            pause();
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
    return 0;
}
