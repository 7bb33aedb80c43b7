/* Reads from a signalfd; no other process exists that could send the signal.
 * Woken by a one-shot ITIMER_REAL. */
#include "expect.h"

#include <sys/signalfd.h>
#include <sys/time.h>

int main(void)
{
    sigset_t alarms = only(SIGALRM);
    struct signalfd_siginfo info;
    const struct itimerval once = {.it_value.tv_usec = 30000};
    EXPECT(sigprocmask(SIG_BLOCK, &alarms, NULL) == 0);
    int fd = signalfd(-1, &alarms, 0);
    EXPECT(fd != -1);
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    EXPECT(read(fd, &info, sizeof info) == sizeof info);
    EXPECT(info.ssi_signo == SIGALRM && info.ssi_code == SI_KERNEL);
    return 0;
}
