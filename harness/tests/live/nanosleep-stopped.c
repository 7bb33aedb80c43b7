/* A child that was stopped in its sleep and continued sits in restart_syscall(2), which does not
 * say what it waits for. Woken when the rest of the time is over. */
#include "expect.h"

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        const struct timespec span = {.tv_nsec = 120000000};
        EXPECT(nanosleep(&span, NULL) == 0);
        _exit(0);
    }
    int status;
    sleep_ms(10);
    EXPECT(kill(child, SIGSTOP) == 0);
    EXPECT(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
    sleep_ms(5);
    EXPECT(kill(child, SIGCONT) == 0);
    finish(child);
    return 0;
}
