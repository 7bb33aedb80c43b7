/* Makes a pipe for each of many children, whose ends come as signals at any moment.
 * No call but one that waits may end with EINTR for them, though the handler has no SA_RESTART: for
 * pipe() it would be the harness's fault. */
#include "expect.h"

int main(void)
{
    enum { CHILDREN = 200 };
    int ends[2];
    catch_signal(SIGCHLD, count_signal);
    for (int i = 0; i < CHILDREN; i++) {
        EXPECT(pipe(ends) == 0);
        if (start() == 0)
            _exit(0);
        EXPECT(close(ends[0]) == 0 && close(ends[1]) == 0);
    }
    int ended = 0;
    while (ended < CHILDREN) {
        if (wait(NULL) != -1)
            ended++;
        else
            EXPECT(errno == EINTR);
    }
    EXPECT(signals_caught > 0);
    return 0;
}
