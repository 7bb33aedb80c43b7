/* A fresh program image that has armed nothing waits in sigwaitinfo().
 * Woken by the ITIMER_REAL that it inherited through execve(2). */
#include "expect.h"

#include <sys/time.h>

int main(int argc, char **argv)
{
    sigset_t alarms = only(SIGALRM);
    if (argc == 1) {
        const struct itimerval once = {.it_value.tv_usec = 40000};
        EXPECT(sigprocmask(SIG_BLOCK, &alarms, NULL) == 0);
        EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
        execl(argv[0], argv[0], "second image", (char *)NULL);
        err(1, "execl %s", argv[0]);
    }
    EXPECT(sigwaitinfo(&alarms, NULL) == SIGALRM);
    return 0;
}
