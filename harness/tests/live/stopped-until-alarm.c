/* A child is stopped and its parent waits for it to end. Woken by a third process, whose own timer
 * ends its sleep in sigsuspend(); it then continues the stopped one. */
#include "expect.h"

#include <sys/time.h>

int main(void)
{
    pid_t stopped = start();
    if (stopped == 0) {
        EXPECT(raise(SIGSTOP) == 0);
        _exit(0);
    }
    int status;
    EXPECT(waitpid(stopped, &status, WUNTRACED) == stopped && WIFSTOPPED(status));
    pid_t helper = start();
    if (helper == 0) {
        sigset_t open = block_signal(SIGALRM);
        catch_signal(SIGALRM, count_signal);
        const struct itimerval once = {.it_value.tv_usec = 30000};
        EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
        EXPECT(sigsuspend(&open) == -1 && kill(stopped, SIGCONT) == 0);
        _exit(0);
    }
    finish(stopped);
    finish(helper);
    return 0;
}
