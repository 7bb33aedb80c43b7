/* A child is in a trace stop, a state in which it can do nothing.
 * Woken by its tracer, which sleeps and then lets it go on. */
#include "expect.h"

#include <sys/ptrace.h>

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
        EXPECT(raise(SIGSTOP) == 0);
        _exit(0);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFSTOPPED(status));
    sleep_ms(30);
    EXPECT(ptrace(PTRACE_CONT, child, NULL, NULL) == 0);
    finish(child);
    return 0;
}
