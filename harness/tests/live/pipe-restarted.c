/* Makes a pipe for each of many children, whose ends come as signals at any moment.
 * The handler is one of signal(3), after which every call starts again: also one that was waiting
 * for the harness's answer. */
#include "expect.h"

int main(void)
{
    enum { CHILDREN = 200 };
    int ends[2];
    EXPECT(signal(SIGCHLD, count_signal) != SIG_ERR);
    for (int i = 0; i < CHILDREN; i++) {
        EXPECT(pipe(ends) == 0);
        if (start() == 0)
            _exit(0);
        EXPECT(close(ends[0]) == 0 && close(ends[1]) == 0);
    }
    for (int i = 0; i < CHILDREN; i++)
        EXPECT(wait(NULL) != -1);
    EXPECT(signals_caught > 0);
    return 0;
}
