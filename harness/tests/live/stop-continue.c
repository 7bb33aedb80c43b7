/* A parent stops its child, sleeps, and continues it, five times; the child reads from a pipe.
 * Woken by SIGCONT, and at the end by the byte. */
#include "expect.h"

int main(void)
{
    int ends[2], status;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0)
        _exit(get(ends[0]) == 'c' ? 0 : 1);
    for (int i = 0; i < 5; i++) {
        EXPECT(kill(child, SIGSTOP) == 0);
        EXPECT(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
        sleep_ms(6);
        EXPECT(kill(child, SIGCONT) == 0);
        EXPECT(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
    }
    put(ends[1], 'c');
    finish(child);
    return 0;
}
