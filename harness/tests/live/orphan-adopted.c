/* Waits for any child, and has none left but a grandchild that was given to it when its parent
 * ended (PR_SET_CHILD_SUBREAPER). Woken by the end of that one, which sleeps. */
#include "expect.h"

#include <sys/prctl.h>

int main(void)
{
    EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    pid_t child = start();
    if (child == 0) {
        if (start() != 0)
            _exit(3);
        sleep_ms(30);
        _exit(4);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3);
    EXPECT(wait(&status) > 0 && WEXITSTATUS(status) == 4);
    return 0;
}
